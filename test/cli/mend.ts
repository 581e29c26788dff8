import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import { runCommandLine } from '../../core/cli/commandLine.ts'
import { openInProcessClient } from '../../core/service/inProcessClient.ts'

export interface Finished {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

class Collected extends Writable {
  text = ''

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}

/** Runs one command as `mend` does, within this process; paths are relative to the working directory. */
export async function mend(...args: string[]): Promise<Finished> {
  const [stdout, stderr] = [new Collected(), new Collected()]
  const status = await runCommandLine(args, {
    streams: { stdout, stderr },
    version: '0.0.0',
    signal: new AbortController().signal,
    open: () => Promise.resolve(openInProcessClient()),
  })
  return { status, stdout: stdout.text, stderr: stderr.text }
}

/** The lines of NDJSON that a command printed. */
export function events(finished: Finished): Record<string, unknown>[] {
  return finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const main = resolve(import.meta.dirname, '../../core/cli/main.ts')

/** A command in a process of its own, to be interrupted or killed. */
export class MendProcess {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly ended: Promise<number | null>

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString('utf8')))
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString('utf8')))
    this.ended = new Promise((settle) => this.child.on('close', (code) => settle(code)))
  }

  /** Resolves when standard output has said this; rejects when the process ends without. */
  async said(text: string | RegExp): Promise<void> {
    const heard = (): boolean => (typeof text === 'string' ? this.stdout.includes(text) : text.test(this.stdout))
    await Promise.race([
      this.ended.then(() => {
        if (!heard()) throw new Error(`ended without ${String(text)}:\n${this.stdout}\n${this.stderr}`)
      }),
      new Promise<void>((resolveHeard) => {
        const timer = setInterval(() => {
          if (!heard() && this.child.exitCode === null) return
          clearInterval(timer)
          resolveHeard()
        }, 20)
      }),
    ])
  }
}
