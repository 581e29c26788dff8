import fs from 'node:fs'
import path from 'node:path'

/**
 * Links the command `mend` into node_modules/.bin, so that `npx mend …` works in the checkout; npm links the commands of
 * dependencies only.
 *
 * @param {string} root the checkout
 */
export function linkCommand(root) {
  const folder = path.join(root, 'node_modules', '.bin')
  fs.mkdirSync(folder, { recursive: true })
  if (process.platform === 'win32') {
    writeIfDifferent(path.join(folder, 'mend.cmd'), '@node "%~dp0\\..\\..\\core\\cli\\main.mjs" %*\r\n')
    return
  }
  const link = path.join(folder, 'mend')
  const target = path.join('..', '..', 'core', 'cli', 'main.mjs')
  try {
    if (fs.readlinkSync(link) === target) return
    fs.rmSync(link)
  } catch {
    fs.rmSync(link, { force: true })
  }
  try {
    fs.symlinkSync(target, link)
  } catch (error) {
    // Two set-ups at once: the other one has just made the same link.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/**
 * @param {string} file
 * @param {string} content
 */
function writeIfDifferent(file, content) {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === content) return
  fs.writeFileSync(file, content)
}
