import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SnapshotManifest } from '../snapshot/manifest.ts'
import { countFreezePeople } from '../store/freezePeople.ts'
import { freezeDigest } from '../store/freezeDigest.ts'
import type { Project } from '../store/project.ts'
import type { RunRequest } from '../training/configuration.ts'
import type { JobContext } from './jobRunner.ts'
import { linkFolder } from './linkFolder.ts'
import { frozenFolder } from './runPredictions.ts'
import { freezeQuery, freezeRun, readFrozen, type FreezeChoices } from './runPreparation.ts'

/** Beside a frozen set: what it was made from. Without it, as in an audit, nobody else may use the set. */
const keyFile = 'frozen.key'
/** Of the layout and the drawing of crops: to be raised when either changes. */
const version = 1

/**
 * The run's training set: its own where it is complete, that of another run that was made from the same labels, pictures
 * and choices (its files are linked, and nobody writes into them), else frozen anew.
 * @throws MendError as `freezeRun`
 */
export async function frozenSet(
  project: Project,
  run: number,
  configuration: RunRequest,
  choices: FreezeChoices,
  context: JobContext,
): Promise<SnapshotManifest> {
  const runFolder = project.runFolder(run)
  const own = readFrozen(runFolder)
  if (own !== null) return own
  const key = keyOf(project, configuration, choices)
  const linked = await linkFrom(project, run, key)
  if (linked !== null) {
    context.progress({ stage: 'froze', done: linked.people, total: linked.people, unit: 'people' })
    return linked
  }
  const manifest = await freezeRun(project, run, configuration, choices, context)
  // A set that lacks people whose pictures could not be read is tried anew by the next run.
  const whole = countFreezePeople(project, freezeQuery(configuration, choices))
  if (manifest.people === whole) await writeFile(join(runFolder, keyFile), key)
  return manifest
}

function keyOf(project: Project, configuration: RunRequest, choices: FreezeChoices): string {
  const { height, width, tasks } = configuration
  const digest = freezeDigest(project, freezeQuery(configuration, choices))
  const made = JSON.stringify([version, height, width, choices.margin, tasks, digest])
  return createHash('sha256').update(made).digest('hex')
}

/** The newest other run's set of that key, linked into the run's folder; null: there is none. */
async function linkFrom(project: Project, run: number, key: string): Promise<SnapshotManifest | null> {
  const runFolder = project.runFolder(run)
  const runs = (await readdir(join(project.folder, 'runs'))).map(Number).filter((id) => id !== run && id > 0)
  for (const other of runs.sort((a, b) => b - a)) {
    const from = project.runFolder(other)
    if ((await readFile(join(from, keyFile), 'utf8').catch(() => null)) !== key) continue
    try {
      await linkFolder(join(from, frozenFolder), join(runFolder, frozenFolder))
      const manifest = readFrozen(runFolder)
      if (manifest === null) continue
      await writeFile(join(runFolder, keyFile), key)
      return manifest
    } catch {
      // The other run is being deleted, or its set is damaged: the next one, or a new set.
      await rm(join(runFolder, frozenFolder), { recursive: true, force: true })
    }
  }
  return null
}
