<<<<<<< Updated upstream
import { buildDesktop, desktopIsStale } from './desktopBuild.ts'
import { buildRenderer, rendererIsStale } from './rendererBuild.ts'

/**
 * `npm run build [-- --if-needed]`: builds the windows' pages into dist/renderer and the desktop application into
 * dist/electron; with `--if-needed` only what has a newer source.
 */
const ifNeeded = process.argv.includes('--if-needed')
const parts = [
  { name: 'dist/renderer', isStale: rendererIsStale, build: buildRenderer },
  { name: 'dist/electron', isStale: desktopIsStale, build: buildDesktop },
]
for (const { name, isStale, build } of parts) {
  const started = Date.now()
  if (ifNeeded && !isStale()) {
    process.stdout.write(`${name} is up to date\n`)
    continue
  }
  await build()
  process.stdout.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
=======
import { buildPages, buildRenderer, rendererIsStale } from './rendererBuild.ts'

/**
 * `npm run build`: builds the windows' pages into dist/renderer; with `--if-needed` only when a source is newer, with
 * `--into FOLDER` into another folder, which must not be there yet.
 */
const started = Date.now()
const into = process.argv.indexOf('--into')
const folder = into < 0 ? undefined : process.argv[into + 1]
if (folder !== undefined) {
  await buildPages(folder)
} else if (process.argv.includes('--if-needed') && !rendererIsStale()) {
  process.stdout.write('dist/renderer is up to date\n')
} else {
  await buildRenderer()
  process.stdout.write(`built dist/renderer in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
>>>>>>> Stashed changes
}
