import fs from 'node:fs'
import path from 'node:path'
import { build } from 'vite'

const root = path.resolve(import.meta.dirname, '..', '..')
const output = path.join(root, 'dist', 'renderer')
const page = path.join(output, 'index.html')

/** What the windows' pages are made of, from the root. */
export const rendererSources = [
  'renderer',
  'core/api',
  'core/dataset',
  'core/training/configuration.ts',
  'vite.config.ts',
]

/** Milliseconds of the newest file under a path; 0 where there is none. */
export function newest(file: string): number {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return file.endsWith('.test.ts') ? 0 : stat.mtimeMs
  return fs.readdirSync(file).reduce((latest, name) => Math.max(latest, newest(path.join(file, name))), stat.mtimeMs)
}

/** Whether dist/renderer is missing or older than a source. */
export function rendererIsStale(): boolean {
  const built = fs.statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return rendererSources.some((source) => newest(path.join(root, source)) > built)
}

/** Builds the windows' pages into a folder, which must not be there yet. */
export async function buildPages(folder: string): Promise<void> {
  // Under a test runner it says otherwise, and Vue would be built with its checks for developers.
  process.env['NODE_ENV'] = 'production'
  await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: folder } })
}

/**
 * Builds dist/renderer beside the old one and then swaps them, so that a service that is serving it, or another build at
 * the same time, never meets half of it.
 */
export async function buildRenderer(): Promise<void> {
  const started = new Date()
  const fresh = path.join(root, 'dist', `.renderer-${process.pid}`)
  const old = path.join(root, 'dist', `.renderer-old-${process.pid}`)
  try {
    await buildPages(fresh)
    // A source that changed during the build is newer than the page.
    fs.utimesSync(path.join(fresh, 'index.html'), started, started)
    if (fs.existsSync(output)) fs.renameSync(output, old)
    fs.renameSync(fresh, output)
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true })
    fs.rmSync(old, { recursive: true, force: true })
  }
}
