import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Desktop {
  /** Electron's program. */
  readonly program: string
  /** Folder or file that it opens. */
  readonly application: string
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
  if (!existsSync(application)) return { reason: 'the desktop application is not built (npm run build)' }
  const program = electronProgram()
  return program === null ? { reason: 'Electron is not installed here' } : { program, application }
}

/** As the package `electron` finds its program, without the download that its own entry may start. */
function electronProgram(): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  try {
    const manifest = createRequire(import.meta.url).resolve('electron/package.json')
    const named = readFileSync(path.join(path.dirname(manifest), 'path.txt'), 'utf8').trim()
    const program = path.join(override ?? path.join(path.dirname(manifest), 'dist'), named)
    return existsSync(program) ? program : null
  } catch {
    if (override === undefined) return null
    const program = path.join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
    return existsSync(program) ? program : null
  }
}
