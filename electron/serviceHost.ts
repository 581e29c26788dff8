import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** Waits before the service is started again, milliseconds; it is given up when it keeps ending soon after its start. */
const backOffMs = [250, 1000, 3000, 8000]
/** A service that ran this long was healthy: the next crash begins with the first wait. */
const healthyMs = 60_000
const readyTimeoutMs = 60_000
/** Runs write a checkpoint when they are asked to end. */
const endGraceMs = 20_000
const lastWordsKept = 4000
const largestLogBytes = 4 * 1024 * 1024

export interface ServiceAddress {
  /** Path of a Unix socket, or name of a named pipe. */
  readonly socket: string
  /** 256 bits each: `session` goes with the window's requests, `main` with the main process' own; no window sees either. */
  readonly secrets: { readonly session: string; readonly main: string }
}

export interface ServiceHostOptions {
  /** The program Node 24. */
  readonly node: string
  /** core/service/main.ts or what it was built to. */
  readonly script: string
  /** Where what it says on standard error is kept. */
  readonly logFile: string
  /** Where Node keeps its compiled modules, which halves the time that the service takes to start. */
  readonly compileCache?: string
  readonly environment?: NodeJS.ProcessEnv
  readonly backOffMs?: readonly number[]
  readonly healthyMs?: number
}

/** `restarting`: it died and is being started again; `failed`: it keeps dying, or cannot start at all. */
export type ServiceState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly restarts: number }
  | { readonly state: 'restarting'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'ended' }

/**
 * Owns the service's process from its start to its end: reads its ready line, keeps what it complains of, starts it again
 * when it dies, and ends it in good order. The child ends by itself when this process does: its standard input closes.
 */
export class ServiceHost {
  readonly address: ServiceAddress
  readonly #options: ServiceHostOptions
  readonly #folder: string | null
  readonly #listeners = new Set<(state: ServiceState) => void>()
  #child: ChildProcess | null = null
  #state: ServiceState = { state: 'starting' }
  #restarts = 0
  #failures = 0
  #lastWords = ''
  #again: NodeJS.Timeout | null = null
  #ending = false

  constructor(options: ServiceHostOptions) {
    this.#options = options
    const windows = process.platform === 'win32'
    // Paths of sockets have about a hundred characters at most; the folder is the user's alone.
    this.#folder = windows ? null : fs.mkdtempSync(path.join(socketParent(), 'mend-'))
    const secret = (): string => randomBytes(32).toString('base64url')
    this.address = {
      socket:
        this.#folder === null
          ? `\\\\.\\pipe\\mend-${randomBytes(16).toString('hex')}`
          : path.join(this.#folder, 'service.sock'),
      secrets: { session: secret(), main: secret() },
    }
  }

  get state(): ServiceState {
    return this.#state
  }

  /** The service's process id while it runs. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** Calls back with every change of state; returns the function that ends this. */
  onState(listener: (state: ServiceState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts the service; also again by hand after it `failed`. */
  start(): void {
    if (this.#child !== null || this.#ending) return
    this.#failures = 0
    this.#spawn()
  }

  /** Resolves when the service is ready; rejects when it failed or was ended. */
  whenReady(): Promise<void> {
    return new Promise((settle, reject) => {
      const look = (state: ServiceState): boolean => {
        if (state.state === 'ready') settle()
        else if (state.state === 'failed') reject(new Error(state.reason))
        else if (state.state === 'ended') reject(new Error('the service was ended'))
        else return false
        return true
      }
      if (look(this.#state)) return
      const stop = this.onState((state) => {
        if (look(state)) stop()
      })
    })
  }

  /** Asks the service to end, waits, and kills it if it does not; nothing of it is left when this resolves. */
  async end(): Promise<void> {
    this.#ending = true
    if (this.#again !== null) clearTimeout(this.#again)
    const child = this.#child
    if (child !== null) {
      const exited = new Promise((settle) => child.once('exit', settle))
      child.stdin?.end()
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), endGraceMs)
      await exited
      clearTimeout(kill)
    }
    if (this.#folder !== null) fs.rmSync(this.#folder, { recursive: true, force: true })
    this.#change({ state: 'ended' })
  }

  #spawn(): void {
    const started = Date.now()
    this.#lastWords = ''
    const { node, script, compileCache, environment = process.env } = this.#options
    const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, '--socket', this.address.socket], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: compileCache === undefined ? environment : { NODE_COMPILE_CACHE: compileCache, ...environment },
      windowsHide: true,
    })
    this.#child = child
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${JSON.stringify(this.address.secrets)}\n`)
    const tooLate = setTimeout(() => child.kill('SIGKILL'), readyTimeoutMs)
    let reason: string | null = null
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseLine(line)
      if (event?.event === 'ready') {
        clearTimeout(tooLate)
        this.#change({ state: 'ready', restarts: this.#restarts })
      } else if (event?.event === 'failed') reason = event.reason
    })
    child.stderr.on('data', (chunk: Buffer) => this.#keepWords(chunk.toString('utf8')))
    let over = false
    const end = (how: string): void => {
      if (over) return
      over = true
      clearTimeout(tooLate)
      this.#child = null
      this.#keepWords(`the service ended: ${how}\n`)
      if (!this.#ending) this.#recover(reason ?? how, Date.now() - started)
    }
    child.once('error', (error) => end(`${node} cannot be run: ${error.message}`))
    child.once('exit', (status, signal) => end(signal === null ? `status ${status}` : `by ${signal}`))
  }

  #recover(how: string, livedMs: number): void {
    const waits = this.#options.backOffMs ?? backOffMs
    if (livedMs >= (this.#options.healthyMs ?? healthyMs)) this.#failures = 0
    if (this.#failures >= waits.length) {
      const words = this.#lastWords.trim()
      this.#change({ state: 'failed', reason: words === '' || words.includes(how) ? words || how : `${how}\n${words}` })
      return
    }
    this.#restarts += 1
    this.#change({ state: 'restarting', reason: how })
    this.#again = setTimeout(() => this.#spawn(), waits[this.#failures++])
  }

  #change(state: ServiceState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener(state)
  }

  #keepWords(words: string): void {
    this.#lastWords = (this.#lastWords + words).slice(-lastWordsKept)
    try {
      const { logFile } = this.#options
      fs.mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 })
      if ((fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > largestLogBytes) {
        fs.renameSync(logFile, `${logFile}.old`)
      }
      fs.appendFileSync(logFile, `${new Date().toISOString()} ${words}`, { mode: 0o600 })
    } catch {
      // A full disk must not end the program that would tell of it.
    }
  }
}

function socketParent(): string {
  const runtime = process.env['XDG_RUNTIME_DIR']
  return runtime !== undefined && fs.existsSync(runtime) ? runtime : os.tmpdir()
}

function parseLine(line: string): { readonly event: string; readonly reason: string } | null {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('event' in value)) return null
    const message = 'message' in value ? String(value.message) : ''
    const hint = 'hint' in value && value.hint !== '' ? ` (${String(value.hint)})` : ''
    return { event: String(value.event), reason: message + hint }
  } catch {
    return null
  }
}
