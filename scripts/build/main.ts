import { buildRenderer, rendererIsStale } from './rendererBuild.ts'

/** `npm run build [-- --if-needed]`: builds the windows' pages into dist/renderer; with `--if-needed` only when a source is newer. */
const started = Date.now()
if (process.argv.includes('--if-needed') && !rendererIsStale()) {
  process.stdout.write('dist/renderer is up to date\n')
} else {
  await buildRenderer()
  process.stdout.write(`built dist/renderer in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}
