import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmElectronProgram } from './npmElectron.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Desktop {
  /** Electron's program. */
  readonly program: string
  /** What it is started with: switches, then the folder of the application. */
  readonly args: readonly string[]
}

/** Whether this machine can show a window: always but on Linux without a display server. */
export function hasDisplay(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (platform !== 'linux') return true
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY'])
}

/** The desktop application and an Electron to open it with, or why there is none. */
export function findDesktop(): Desktop | { readonly reason: string } {
  if (!hasDisplay()) return { reason: 'there is no display' }
  const application = path.join(root, 'dist', 'electron')
  if (!existsSync(path.join(application, 'runtime.json'))) {
    return { reason: 'the desktop application is not built (npm run build)' }
  }
  const program = electronProgram()
  if (program === null) return { reason: 'Electron is not installed here (npm start installs it)' }
  const unsandboxed = process.env['MEND_NO_SANDBOX'] === '1'
  // Electron refuses to run as root with its sandbox, and without it pages would have root's rights.
  if (process.platform === 'linux' && process.getuid?.() === 0 && !unsandboxed) {
    return { reason: 'the desktop does not run as root (MEND_NO_SANDBOX=1 opens it without the sandbox)' }
  }
  return { program, args: unsandboxed ? ['--no-sandbox', application] : [application] }
}

/**
 * Electron's program, or null: the one of ELECTRON_OVERRIDE_DIST_PATH, else of the package `electron` (without the download
 * that its own entry may start), else the one from the npm registry.
 */
export function electronProgram(): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const manifest = createRequire(import.meta.url).resolve('electron/package.json')
  const own = path.join(path.dirname(manifest), 'dist')
  const name = platformPrograms[process.platform] ?? 'electron'
  if (override !== undefined && override !== '') return existing(path.join(override, name))
  return existing(path.join(own, name)) ?? npmElectronProgram()
}

const platformPrograms: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
}

function existing(file: string): string | null {
  return existsSync(file) ? file : null
}
