import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import { explainMemory } from '../training/outOfMemory.ts'
import type { TrainerCommand, TrainerEvent } from '../training/protocol.ts'
import { EventQueue } from './eventQueue.ts'
import { LineSplitter, type SplitLine } from './lineSplitter.ts'
import { assertRunIsFree, lockRun, readRunLock, unlockRun } from './runLock.ts'
import { parseTrainerEvent } from './trainerEvent.ts'

export interface TrainerHostOptions {
  /** Holds `configuration.json` and `snapshot`; the trainer writes beside them, the host `trainer.log`. */
  readonly runFolder: string
  /** The program that speaks core/training/protocol.ts. */
  readonly script?: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface TrainerExit {
  /** null when a signal ended the process. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const trainerScript = fileURLToPath(new URL('../training/trainer.ts', import.meta.url))
const parentWatch = new URL('./parentWatch.ts', import.meta.url).href
const logTailBytes = 4096
/** Of a run's configuration: what its memory depends on. */
const sizes = z.object({ batch: z.number(), height: z.number(), width: z.number(), model: z.string() })

/**
 * Owns one trainer process from spawn to exit. `events` yields what the trainer says and always ends with `done` or
 * `failed`: a trainer that dies without a word gets a `failed` with the end of its log.
 */
export class TrainerHost {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #runFolder: string
  readonly #events = new EventQueue<TrainerEvent>()
  readonly #log: WriteStream
  readonly #exit: Promise<TrainerExit>
  /** The caller had claimed the run before: it stays claimed when the trainer has gone. */
  readonly #claimed: boolean
  #logTail = ''
  #ended = false
  #spawnError: Error | null = null

  /** Starts the process. @throws MendError `run-busy` when a trainer is at work in the folder. */
  constructor(options: TrainerHostOptions) {
    this.#runFolder = resolve(options.runFolder)
    assertRunIsFree(this.#runFolder)
    this.#claimed = readRunLock(this.#runFolder) !== null
    this.#log = createWriteStream(join(this.#runFolder, 'trainer.log'), { flags: 'a' })
    this.#log.on('error', () => undefined)
    this.#child = spawn(process.execPath, ['--import', parentWatch, options.script ?? trainerScript, this.#runFolder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment, MEND_PARENT_PID: String(process.pid) },
      windowsHide: true,
    })
    if (this.#child.pid !== undefined) lockRun(this.#runFolder, this.#child.pid)
    this.#exit = this.#follow()
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  /** Everything the trainer says, in order; for one reader. */
  get events(): AsyncIterable<TrainerEvent> {
    return this.#events
  }

  /** Sends a command; a trainer that has gone is left alone, its last event says what happened. */
  send(command: TrainerCommand): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(command)}\n`)
  }

  waitForExit(): Promise<TrainerExit> {
    return this.#exit
  }

  /** Asks the trainer to finish with a checkpoint; terminates it after `graceMs`, kills it `killAfterMs` later. */
  async stop(graceMs = 30_000, killAfterMs = 2_000): Promise<TrainerExit> {
    this.send({ command: 'stop' })
    const terminate = setTimeout(() => this.#child.kill('SIGTERM'), graceMs)
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), graceMs + killAfterMs)
    try {
      return await this.#exit
    } finally {
      clearTimeout(terminate)
      clearTimeout(kill)
    }
  }

  /** Ends the process at once; what it did since its last checkpoint is lost. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #follow(): Promise<TrainerExit> {
    const child = this.#child
    const lines = new LineSplitter()
    const killWithParent = (): void => void child.kill('SIGTERM')
    process.once('exit', killWithParent)
    child.stdout.on('data', (chunk: Buffer) => lines.push(chunk).forEach((line) => this.#readLine(line)))
    child.stderr.on('data', (chunk: Buffer) => this.#keepLog(chunk.toString('utf8')))
    // A trainer that died before reading a command breaks the pipe; the exit below tells why it died.
    child.stdin.on('error', () => undefined)
    return new Promise((settle) => {
      child.on('error', (error) => {
        this.#spawnError = error
        if (child.pid === undefined) finish({ code: null, signal: null })
      })
      child.on('close', (code, signal) => finish({ code, signal }))
      const finish = (exit: TrainerExit): void => {
        process.removeListener('exit', killWithParent)
        const last = lines.end()
        if (last !== null) this.#readLine(last)
        if (!this.#ended) this.#emit(this.#crash(exit))
        if (this.#claimed) lockRun(this.#runFolder, null)
        else unlockRun(this.#runFolder)
        this.#events.close()
        this.#log.end(() => settle(exit))
      }
    })
  }

  #readLine(line: SplitLine): void {
    if (line.tooLong) {
      this.#emit({
        event: 'warning',
        code: 'event-too-long',
        message: `the trainer wrote a line of ${line.bytes} bytes`,
      })
      return
    }
    const event = parseTrainerEvent(line.text)
    if (event !== null) this.#emit(event)
    else if (line.text !== '') this.#keepLog(`${line.text}\n`)
  }

  #emit(event: TrainerEvent): void {
    if (this.#ended) return
    if (event.event === 'done' || event.event === 'failed') this.#ended = true
    this.#events.push(event)
  }

  #keepLog(text: string): void {
    this.#log.write(text)
    this.#logTail = (this.#logTail + text).slice(-logTailBytes)
  }

  /** Where its last words are that memory ran out (C++ ends the process): the error that names the batch. */
  #exhaustion(): MendError | null {
    try {
      const run = sizes.parse(JSON.parse(readFileSync(join(this.#runFolder, 'configuration.json'), 'utf8')))
      const explained = explainMemory(new Error(this.#logTail), run)
      return explained instanceof MendError ? explained : null
    } catch {
      return null
    }
  }

  #crash(exit: TrainerExit): TrainerEvent {
    const log = join(this.#runFolder, 'trainer.log')
    if (this.#spawnError !== null && exit.code === null && exit.signal === null) {
      return {
        event: 'failed',
        code: 'trainer-not-started',
        message: `the trainer process could not be started: ${this.#spawnError.message}`,
        hint: 'run the set-up again',
      }
    }
    const exhausted = this.#exhaustion()
    if (exhausted !== null) {
      const { code, message, hint } = exhausted
      return { event: 'failed', code, message, hint: `${hint}; the whole log is ${log}` }
    }
    const how = exit.signal === null ? `ended with status ${exit.code}` : `was ended by ${exit.signal}`
    const tail = this.#logTail.trim().split('\n').slice(-12).join('\n')
    const memory = exit.signal === 'SIGKILL' ? 'if memory ran out, train with a smaller --batch or --size; ' : ''
    return {
      event: 'failed',
      code: 'trainer-crashed',
      message: `the trainer process ${how} before it finished${tail === '' ? '' : `; its last words:\n${tail}`}`,
      hint: `${memory}the whole log is ${log}; the run continues from its last checkpoint with --resume`,
    }
  }
}
