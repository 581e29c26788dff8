import { buildDesktop, desktopIsStale } from './desktopBuild.ts'
import { buildPages, buildRenderer, rendererIsStale } from './rendererBuild.ts'

/**
 * `npm run build [-- --if-needed]`: builds the windows' pages into dist/renderer and the desktop application into
 * dist/electron; with `--if-needed` only what has a newer source, with `--into FOLDER` the pages alone into a folder that
 * must not be there yet.
 */
const ifNeeded = process.argv.includes('--if-needed')
const into = process.argv.indexOf('--into')
const folder = into < 0 ? undefined : process.argv[into + 1]
const parts = [
  { name: 'dist/renderer', isStale: rendererIsStale, build: buildRenderer },
  { name: 'dist/electron', isStale: desktopIsStale, build: buildDesktop },
]
if (folder !== undefined) await buildPages(folder)
for (const { name, isStale, build } of folder === undefined ? parts : []) {
  const started = Date.now()
  if (ifNeeded && !isStale()) {
    process.stdout.write(`${name} is up to date\n`)
    continue
  }
  await build()
  process.stdout.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}
