import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { renderedPages } from './renderedPages.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..')
const commandLine = path.join(root, 'core', 'cli', 'main.ts')
const nodeArguments = ['--disable-warning=ExperimentalWarning', commandLine]

/** Programs that drive the pages, the first that is installed; MEND_CHROMIUM names another. */
const chromiums = [
  process.env['MEND_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where Chromium is installed, or null: `describe.skipIf(chromiumPath() === null)`, and say so with `explainSkip`. */
export function chromiumPath(): string | null {
  return chromiums.find((file) => file !== undefined && existsSync(file)) ?? null
}

/** Says once, where the tests of a file are skipped, why. */
export function explainSkip(): void {
  if (chromiumPath() === null) {
    process.stderr.write('skipped: no Chromium is installed (set MEND_CHROMIUM to one)\n')
  }
}

export interface StudioOptions {
  /** Folders of projects to open; relative ones lie in `folder`. */
  readonly projects?: readonly string[]
  /** The user's own state; made empty when absent. */
  readonly folder?: string
  readonly port?: number
}

/** `mend serve` on a temporary user folder, as its own process. */
export class Studio {
  /** Temporary: projects may be put here, and it is the root that may be browsed. */
  readonly folder: string
  readonly #options: StudioOptions
  #child: ChildProcess | null = null
  #address = ''
  #said = ''

  private constructor(folder: string, options: StudioOptions) {
    this.folder = folder
    this.#options = options
  }

  /** A folder for projects and user state, before anything is served from it. */
  static async prepare(options: StudioOptions = {}): Promise<Studio> {
    return new Studio(options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'mend-studio-'))), options)
  }

  /** Serves the projects of the options; resolves when the address is known. */
  static async start(options: StudioOptions = {}): Promise<Studio> {
    const studio = await Studio.prepare(options)
    await studio.serve()
    return studio
  }

  /** The environment of every command: nothing of the real user's is read or written. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, MEND_HOME: path.join(this.folder, 'home') }
  }

  /** Runs a command of `mend` in the folder and answers with what it printed. */
  async mend(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeArguments, ...args], {
      cwd: this.folder,
      env: this.environment,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  }

  /** Starts the service; also again after `kill` or `stop`, then on the same port. */
  async serve(projects: readonly string[] = this.#options.projects ?? []): Promise<void> {
    const port = this.#address === '' ? this.#options.port : Number(new URL(this.#address).port)
    const pages = await renderedPages()
    const child = spawn(
      process.execPath,
      [
        ...nodeArguments,
        'serve',
        ...projects,
        '--json',
        '--root',
        this.folder,
        ...(port === undefined ? [] : ['--port', String(port)]),
      ],
      { cwd: this.folder, env: { ...this.environment, MEND_PAGES: pages }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')))
    this.#address = await new Promise<string>((resolve, reject) => {
      child.once('exit', (status) => reject(new Error(`mend serve ended with ${status}: ${this.#said}`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event: unknown = JSON.parse(line)
        if (typeof event === 'object' && event !== null && 'address' in event) resolve(String(event.address))
      })
    })
  }

  /** The address with its token, good for one sign-in. */
  get address(): string {
    return this.#address
  }

  /** The address of a page, without a token: for a browser that is signed in. */
  at(page: string): string {
    return new URL(page, this.#address).href
  }

  /** The reference of the first project that was named, as it stands in addresses. */
  get project(): string {
    const reference = /\/p\/([^/]+)\//.exec(this.#address)?.[1]
    if (reference === undefined) throw new Error('the service was started without a project')
    return reference
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the service does not run')
    return this.#child.pid
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends the service in good order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Ends the service and removes the folder. */
  async dispose(): Promise<void> {
    await this.#end('SIGKILL')
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
}

export interface StudioWindow {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong in the page: exceptions, errors of the console, what the content security policy refused. */
  readonly problems: string[]
}

export interface WindowOptions {
  readonly theme?: 'dark' | 'light'
  readonly width?: number
  readonly height?: number
}

/** Chromium prints every refusal and lost connection as an error; those are what some tests are about. */
const harmless = /Failed to load resource: (?:net::ERR_|the server responded with a status of 4\d\d)/

/** Far more than a step takes on a machine that does other work besides. */
const stepTimeoutMs = 20_000

/** A Chromium signed in to the studio. Close `browser` when done. */
export async function openWindow(studio: Studio, options: WindowOptions = {}): Promise<StudioWindow> {
  const executablePath = chromiumPath()
  if (executablePath === null) throw new Error('no Chromium is installed')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'dark',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(stepTimeoutMs)
  // So that the browser's colour scheme decides, until something else is chosen.
  await context.addInitScript(() => {
    try {
      if (localStorage.getItem('mend/appearance/theme') === null) {
        localStorage.setItem('mend/appearance/theme', '"system"')
      }
    } catch {
      // An empty page has no storage.
    }
  })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !harmless.test(message.text())) problems.push(message.text())
  })
  await page.goto(studio.address)
  await page.waitForSelector('#screen')
  return { browser, context, page, problems }
}

/** Changes the colour scheme of the system, which the window follows (openWindow), and waits until it is in force. */
export async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.waitForSelector(`html[data-theme="${theme}"]`)
}

export interface AccessibilityProblem {
  readonly rule: string
  readonly impact: string
  readonly what: string
  readonly where: readonly string[]
}

/** What axe-core finds serious or critical on the page as it stands. */
export async function accessibilityProblems(page: Page): Promise<AccessibilityProblem[]> {
  // Evaluated by the debugger, which the content security policy does not bind, as a script element would be.
  const axeSource = await import('axe-core').then((axe) => axe.default.source)
  await page.evaluate(axeSource)
  const violations = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then((result) =>
    result.violations.map(({ id, impact, help, nodes }) => ({
      rule: id,
      impact: String(impact),
      what: help,
      where: nodes.slice(0, 5).map((node) => node.html.slice(0, 200) + ' — ' + (node.any[0]?.message ?? '')),
    })))`)
  return (violations as AccessibilityProblem[]).filter(({ impact }) => impact === 'serious' || impact === 'critical')
}
