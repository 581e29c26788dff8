import { spawn } from 'node:child_process'
import path from 'node:path'
import type { EngineId } from './engineReport.ts'
import { readProbeAnswer, type ProbeAnswer } from './probeAnswer.ts'

/** A software GPU compiles its shaders within some seconds; loading libtensorflow from a cold disk takes as long. */
const defaultTimeoutMs = 60_000

export interface ProbeOptions {
  readonly timeoutMs?: number
  /** The program to run instead of the probe; it gets the engine's id as argument. */
  readonly script?: string
  /** The compiled addon to load, for TensorFlow. */
  readonly addon?: string
}

/**
 * Tries an engine in a throwaway process: a tiny fit with a known result. Whatever happens there — a crash in native code,
 * an instruction that the processor lacks, a hang — is a reason, never an error of the caller.
 */
export function probeEngine(id: EngineId, options: ProbeOptions = {}): Promise<ProbeAnswer> {
  const script = options.script ?? path.join(import.meta.dirname, 'probeProcess.ts')
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  const addon = options.addon === undefined ? [] : [options.addon]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, id, ...addon], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-64_000)))
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-16_000)))
    child.once('error', (error) => resolve(failure(`the probe did not start: ${error.message}`)))
    child.once('close', (code, signal) => {
      const answer = readProbeAnswer(output)
      if (answer !== null) resolve(withComplaint(id, answer, complaint))
      else if (signal === 'SIGKILL')
        resolve(failure(`the probe was killed, or did not answer within ${timeoutMs / 1000} s`))
      else if (signal !== null) resolve(failure(`the probe crashed (${signal})${lastLine(complaint)}`))
      else resolve(failure(`the probe ended with status ${code} and no answer${lastLine(complaint)}`))
    })
  })
}

/** What the library said on standard error of why no GPU is used, added to the reason. */
function withComplaint(id: EngineId, answer: ProbeAnswer, complaint: string): ProbeAnswer {
  if (answer.gpu) return answer
  const lines = complaint.split('\n').map((line) => line.trim())
  const about =
    id === 'webgpu'
      ? lines.findLast((line) => /^Warning: (?!vkCreateInstance failed)/.test(line))?.slice('Warning: '.length)
      : id === 'tensorflow-cuda'
        ? lines.findLast((line) => /cuda|gpu/i.test(line))?.replace(/^.*?\] /, '')
        : undefined
  return about === undefined ? answer : { ...answer, reason: `${answer.reason} (${about.slice(0, 240)})` }
}

function failure(reason: string): ProbeAnswer {
  return { works: false, reason, device: null, version: null, gpu: false, transient: true }
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line}`
}
