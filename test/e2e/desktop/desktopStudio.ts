import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { _electron, errors, type ElectronApplication, type Page } from 'playwright-core'
import { electronProgram, hasDisplay } from '../../../core/service/desktop/findDesktop.ts'
import { buildDesktop, desktopIsStale } from '../../../scripts/build/desktopBuild.ts'
import { buildRenderer, rendererIsStale } from '../../../scripts/build/rendererBuild.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..')
const application = path.join(root, 'dist', 'electron')
const commandLine = path.join(root, 'core', 'cli', 'main.ts')
const run = promisify(execFile)
/** Far more than a step takes on a machine that does other work besides. */
const stepTimeoutMs = 20_000
/** Starting takes 5 s. */
const launchTimeoutMs = 60_000

/** Why the desktop cannot be tested on this machine, or null. */
export function whyNoDesktop(): string | null {
  if (electronProgram() === null) return 'no Electron is installed (npm start installs one)'
  if (!hasDisplay() && !isInstalled('Xvfb')) return 'there is no display, and no Xvfb to make one'
  return null
}

/** Says once, where the tests of a file are skipped, why. */
export function explainSkip(): void {
  const reason = whyNoDesktop()
  if (reason !== null) process.stderr.write(`skipped: ${reason}\n`)
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)))
}

/** Builds the pages and the application where a source is newer. */
export async function buildWhatIsStale(): Promise<void> {
  if (rendererIsStale()) await buildRenderer()
  if (desktopIsStale()) await buildDesktop()
}

/** A screen to show windows on: the machine's, or one of Xvfb's own. */
export class Screen {
  readonly display: string | undefined
  readonly #xvfb: ChildProcess | null

  private constructor(display: string | undefined, xvfb: ChildProcess | null) {
    this.display = display
    this.#xvfb = xvfb
  }

  static async open(): Promise<Screen> {
    if (hasDisplay()) return new Screen(process.env['DISPLAY'], null)
    // It picks a free number and writes it to the descriptor.
    const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const written = xvfb.stdio[3]
    if (written === null || written === undefined) throw new Error('Xvfb has no such descriptor')
    const number = await new Promise<string>((settle, reject) => {
      written.once('data', (data: Buffer) => settle(data.toString('utf8').trim()))
      xvfb.once('exit', (status) => reject(new Error(`Xvfb ended with ${status}`)))
    })
    return new Screen(`:${number}`, xvfb)
  }

  close(): void {
    this.#xvfb?.kill('SIGKILL')
  }
}

/** The desktop application on a user folder of its own, as Electron runs it. */
export class DesktopStudio {
  /** Temporary: for projects and, in `home`, the user's own state. */
  readonly folder: string
  readonly #screen: Screen
  #running: ElectronApplication | null = null

  private constructor(folder: string, screen: Screen) {
    this.folder = folder
    this.#screen = screen
  }

  static async prepare(screen: Screen): Promise<DesktopStudio> {
    return new DesktopStudio(await mkdtemp(path.join(os.tmpdir(), 'mend-desktop-')), screen)
  }

  get environment(): Record<string, string> {
    const kept = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined)
    return {
      ...Object.fromEntries(kept),
      ...(this.#screen.display === undefined ? {} : { DISPLAY: this.#screen.display }),
      MEND_HOME: path.join(this.folder, 'home'),
    }
  }

  /** Runs a command of `mend` in the folder and answers with what it printed. */
  async mend(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', commandLine, ...args], {
      cwd: this.folder,
      env: this.environment,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  }

  get electron(): ElectronApplication {
    if (this.#running === null) throw new Error('the desktop does not run')
    return this.#running
  }

  /** Starts the application; resolves with its window, whose page may still be loading. */
  async start(...args: readonly string[]): Promise<Page> {
    const launch = (): Promise<ElectronApplication> =>
      _electron.launch({
        executablePath: program(),
        args: ['--no-sandbox', application, ...args],
        cwd: this.folder,
        env: this.environment,
        timeout: launchTimeoutMs,
      })
    // The debugger that drives Electron is at times never answered when it attaches: Playwright's issue 9351. Not the application's doing.
    const electron = await launch().catch((error: unknown) => {
      if (error instanceof errors.TimeoutError) return launch()
      throw error
    })
    this.#running = electron
    electron.process().once('exit', () => (this.#running = null))
    electron.context().setDefaultTimeout(stepTimeoutMs)
    return electron.firstWindow()
  }

  /** What a person does who starts the program although it runs already; resolves when that second one has ended. */
  async startAgain(...args: readonly string[]): Promise<void> {
    await run(program(), ['--no-sandbox', application, ...args], { cwd: this.folder, env: this.environment })
  }

  /** Processes of the service: children of the main process. */
  async services(): Promise<number[]> {
    const own = this.electron.process().pid
    return (await processes())
      .filter(({ parent, command }) => parent === own && command.includes('core/service/main.ts'))
      .map(({ pid }) => pid)
  }

  /** Everything that descends from the main process. */
  async descendants(): Promise<number[]> {
    const all = await processes()
    const found = [this.electron.process().pid ?? -1]
    for (const pid of found) found.push(...all.filter(({ parent }) => parent === pid).map((each) => each.pid))
    return found.slice(1)
  }

  /** Resolves when the program has ended, with its status. */
  async ended(): Promise<number | null> {
    const running = this.#running?.process()
    if (running === undefined) return 0
    if (running.exitCode !== null) return running.exitCode
    return new Promise((settle) => running.once('exit', (status) => settle(status)))
  }

  /** Ends what still runs and removes the folder. */
  async dispose(): Promise<void> {
    const running = this.#running?.process()
    if (running !== undefined && running.exitCode === null) {
      const ended = this.ended()
      running.kill('SIGKILL')
      await ended
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

function program(): string {
  const found = electronProgram()
  if (found === null) throw new Error('no Electron is installed')
  return found
}

async function processes(): Promise<{ pid: number; parent: number; command: string }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args='], { maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
  })
}

/** Those of the processes that still run; one that has ended and that nobody asked about does not. */
export async function stillRunning(pids: readonly number[]): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,stat=,args='], { maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('\n').filter((line) => {
    const [, pid, state] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? []
    return pids.includes(Number(pid)) && !state.startsWith('Z')
  })
}
