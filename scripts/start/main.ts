import path from 'node:path'
import { runInForeground } from '../../core/cli/node24.mjs'
import { MendError } from '../../core/dataset/mendError.ts'
import { hasDisplay } from '../../core/service/desktop/findDesktop.ts'
import { buildDesktop, desktopIsStale } from '../build/desktopBuild.ts'
import { buildRenderer, rendererIsStale } from '../build/rendererBuild.ts'
import { obtainElectron } from '../desktop/obtainElectron.ts'

/**
 * `npm start [-- PROJECT] [--npm-electron]`: builds what is missing and opens the desktop; in a browser, whose address is
 * printed, where there is no display or no Electron. `--npm-electron`: fetch the old Electron that the npm registry has,
 * without asking, where GitHub's cannot be reached.
 */
const root = path.resolve(import.meta.dirname, '..', '..')
const npmElectron = '--npm-electron'
const args = process.argv.slice(2).filter((argument) => argument !== npmElectron)
if (rendererIsStale()) {
  process.stderr.write('building the pages\n')
  await buildRenderer()
}
if (hasDisplay()) {
  try {
    if (desktopIsStale()) await buildDesktop()
    await obtainElectron({ npmElectron: process.argv.includes(npmElectron) })
  } catch (error) {
    if (!(error instanceof MendError)) throw error
    // The browser version needs none of this.
    process.stderr.write(`${error.message}\nhint: ${error.hint}\n`)
  }
}
process.exitCode = await runInForeground(process.execPath, [
  '--disable-warning=ExperimentalWarning',
  path.join(root, 'core', 'cli', 'main.ts'),
  'open',
  ...args,
])
