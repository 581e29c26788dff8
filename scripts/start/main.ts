import path from 'node:path'
import { runInForeground } from '../../core/cli/node24.mjs'
import { buildRenderer, rendererIsStale } from '../build/rendererBuild.ts'

/** `npm start [-- PROJECT]`: the desktop; in a browser, whose address is printed, where there is no display or no Electron. */
const root = path.resolve(import.meta.dirname, '..', '..')
if (rendererIsStale()) {
  process.stderr.write('building the pages\n')
  await buildRenderer()
}
process.exitCode = await runInForeground(process.execPath, [
  '--disable-warning=ExperimentalWarning',
  path.join(root, 'core', 'cli', 'main.ts'),
  'open',
  ...process.argv.slice(2),
])
