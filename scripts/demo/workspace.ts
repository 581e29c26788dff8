import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { MendError } from '../../core/dataset/mendError.ts'
import { demoSettings, type DemoSettings } from './settings.ts'
import { datasetEntries } from './syntheticDatasets.ts'

/** The demo's folder: what lies where, and whether a run that was interrupted is continued. */
export interface Workspace {
  readonly folder: string
  readonly project: string
  readonly page: string
  readonly cleaned: string
  /** An earlier run of the same settings was interrupted: what it finished is kept. */
  readonly continued: boolean
}

const settingsFile = 'settings.json'
const finishedFile = 'finished.json'
export const lockFile = '.lock'
const names = { project: 'people.mend', page: 'suspects.html', cleaned: 'cleaned' } as const
const ownEntries = new Set([settingsFile, finishedFile, ...Object.values(names), ...datasetEntries])

/** Names that the demo gives, and the hidden siblings that its writers fill first. */
function isOwn(entry: string): boolean {
  return ownEntries.has(entry) || /^\.(?:clothes|poses|cleaned)\.partial-/.test(entry)
}

/**
 * Prepares the demo's folder, with its lock held: what an interrupted demo of the same settings left is kept; what a
 * finished one or one of other settings left is removed, other files stay.
 * @throws MendError `demo-folder-foreign` when the folder holds something else
 */
export async function openWorkspace(folder: string, settings: DemoSettings): Promise<Workspace> {
  await mkdir(folder, { recursive: true })
  const entries = (await readdir(folder)).filter((entry) => entry !== lockFile)
  if (entries.length > 0 && !entries.includes(settingsFile)) {
    throw new MendError(
      'demo-folder-foreign',
      `${folder} holds something else`,
      'Move it away; the demo wants the folder.',
    )
  }
  const continued = !entries.includes(finishedFile) && (await hasSettings(folder, settings))
  if (!continued) {
    for (const entry of entries.filter(isOwn)) await rm(path.join(folder, entry), { recursive: true, force: true })
    await writeFile(path.join(folder, settingsFile), `${JSON.stringify(settings)}\n`)
  }
  const [project, page, cleaned] = [names.project, names.page, names.cleaned].map((name) => path.join(folder, name))
  return { folder, project, page, cleaned, continued }
}

/** Notes that everything is done: the next demo starts afresh. */
export async function finishWorkspace(workspace: Workspace, findings: object): Promise<void> {
  await writeFile(path.join(workspace.folder, finishedFile), `${JSON.stringify(findings, null, 1)}\n`)
}

async function hasSettings(folder: string, settings: DemoSettings): Promise<boolean> {
  const file = path.join(folder, settingsFile)
  if (!existsSync(file)) return false
  try {
    const written = demoSettings.parse(JSON.parse(await readFile(file, 'utf8')))
    return JSON.stringify(written) === JSON.stringify(settings)
  } catch {
    // Cut short by a crash, or of another version: not to be continued.
    return false
  }
}
