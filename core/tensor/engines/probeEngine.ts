import { spawn } from 'node:child_process'
import path from 'node:path'
import type { EngineId } from './engineReport.ts'
import { readProbeAnswer, type ProbeAnswer } from './probeAnswer.ts'

const defaultTimeoutMs = 60_000

export interface ProbeOptions {
  readonly timeoutMs?: number
  /** The program to run instead of the probe; it gets the engine's id as argument. */
  readonly script?: string
}

/**
 * Tries an engine in a throwaway process: a tiny fit with a known result. Whatever happens there — a crash in native code,
 * an instruction that the processor lacks, a hang — is a reason, never an error of the caller.
 */
export function probeEngine(id: EngineId, options: ProbeOptions = {}): Promise<ProbeAnswer> {
  const script = options.script ?? path.join(import.meta.dirname, 'probeProcess.ts')
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, id], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-64_000)))
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4_000)))
    child.once('error', (error) => resolve(failure(`the probe did not start: ${error.message}`)))
    child.once('close', (code, signal) => {
      const answer = readProbeAnswer(output)
      if (answer !== null) resolve(answer)
      else if (signal === 'SIGKILL')
        resolve(failure(`the probe was killed, or did not answer within ${timeoutMs / 1000} s`))
      else if (signal !== null) resolve(failure(`the probe crashed (${signal})${lastLine(complaint)}`))
      else resolve(failure(`the probe ended with status ${code} and no answer${lastLine(complaint)}`))
    })
  })
}

function failure(reason: string): ProbeAnswer {
  return { works: false, reason, device: null, version: null }
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line}`
}
