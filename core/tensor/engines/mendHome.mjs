import os from 'node:os'
import path from 'node:path'

/**
 * The folder that this user's engines, downloads and locks live in, outside any checkout: `MEND_HOME` if it is set, else
 * the platform's data directory.
 *
 * @param {{ platform?: string, environment?: Record<string, string | undefined>, home?: string }} [machine]
 * @returns {string} an absolute path; nothing is created
 */
export function mendHome({ platform = process.platform, environment = process.env, home = os.homedir() } = {}) {
  if (environment.MEND_HOME) return path.resolve(environment.MEND_HOME)
  if (platform === 'win32') {
    return path.join(environment.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'Mend Studio')
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Mend Studio')
  const dataHome = environment.XDG_DATA_HOME
  return path.join(dataHome && path.isAbsolute(dataHome) ? dataHome : path.join(home, '.local', 'share'), 'mend-studio')
}
