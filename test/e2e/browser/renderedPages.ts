import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { withFileLock } from '../../../core/tensor/engines/fileLock.mjs'
import { rendererSources } from '../../../scripts/build/rendererBuild.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..')
const folder = path.join(root, 'dist', 'pages')
/** Builds that nobody asked for this long are removed. */
const keptMs = 2 * 3600_000

function* filesBelow(file: string): Generator<string> {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat?.isDirectory() !== true) {
    if (stat !== undefined && !file.endsWith('.test.ts')) yield file
    return
  }
  for (const name of fs.readdirSync(file).sort()) yield* filesBelow(path.join(file, name))
}

/** What the sources are at this moment: other contents, another name. */
function sourceState(): string {
  const hash = createHash('sha256')
  for (const source of rendererSources) {
    for (const file of filesBelow(path.join(root, source))) {
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(fs.readFileSync(file))
        .update('\0')
    }
  }
  return hash.digest('hex').slice(0, 16)
}

function removeOld(): void {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    const usedAt = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - usedAt > keptMs) fs.rmSync(file, { recursive: true, force: true })
  }
}

/** In a process of its own: what a test runner sets in its environment changes what is built. */
async function buildInto(pages: string): Promise<void> {
  const script = path.join(root, 'scripts', 'build', 'main.ts')
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script, '--into', pages])
}

/**
 * The windows' pages as the sources are now, in a folder that is theirs alone: tests at the same time share one build, and
 * neither a later build nor a running service meets another's.
 * @returns the folder, to be given to `mend serve` as MEND_PAGES.
 */
export async function renderedPages(): Promise<string> {
  return withFileLock(path.join(folder, 'building.lock'), 'building the pages for tests', async () => {
    const pages = path.join(folder, sourceState())
    if (fs.existsSync(pages)) {
      fs.utimesSync(pages, new Date(), new Date())
      return pages
    }
    const fresh = path.join(folder, `.${process.pid}`)
    fs.rmSync(fresh, { recursive: true, force: true })
    await buildInto(fresh)
    fs.renameSync(fresh, pages)
    removeOld()
    return pages
  })
}
