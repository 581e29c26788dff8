import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { EngineReport } from '../tensor/engines/engineReport.ts'
import { mendHome } from '../tensor/engines/mendHome.mjs'
import type { ModelName } from './configuration.ts'
import { runThrowaway } from './throwaway.ts'

/** What a run is going to compute, as far as its speed depends on it. */
export interface Workload {
  readonly model: ModelName
  readonly height: number
  readonly width: number
  readonly batch: number
}

/** Images per second of some training steps; null where the engine did not get through them. */
export type Measure = (report: EngineReport, workload: Workload) => Promise<number | null>

export interface FasterFirst {
  readonly order: readonly EngineReport[]
  /** What was measured, for people; null where nothing was. */
  readonly said: string | null
}

/**
 * Which of two engines is faster depends on the model: a small one may be quicker on the processor than on a GPU that is
 * called kernel by kernel. So where the first two candidates of `auto` both have a claim, both are measured on the workload.
 * WebAssembly has none: it is the slowest wherever another works (1/10 of TensorFlow).
 *
 * @param candidates in the order of preference.
 */
export async function fasterFirst(
  candidates: readonly EngineReport[],
  workload: Workload | undefined,
  measure: Measure = measuredOrKnown,
): Promise<FasterFirst> {
  const rivals = candidates.filter(({ id }) => id !== 'wasm').slice(0, 2)
  if (workload === undefined || rivals.length < 2) return { order: candidates, said: null }
  const [first, second] = rivals
  // One after the other: at the same time they would take the processor from each other.
  const ofFirst = await measure(first, workload)
  const ofSecond = await measure(second, workload)
  const swap = (ofSecond ?? 0) > (ofFirst ?? 0)
  const [best, other] = swap ? [second, first] : [first, second]
  const rest = candidates.filter(({ id }) => id !== best.id && id !== other.id)
  return {
    order: [best, other, ...rest],
    said: `measured on ${workload.model} at ${workload.height}×${workload.width}: ${words(first, ofFirst)}, ${words(second, ofSecond)}`,
  }
}

function words({ id }: EngineReport, imagesPerSecond: number | null): string {
  return imagesPerSecond === null ? `${id} failed` : `${id} ${Math.round(imagesPerSecond)} images/s`
}

const measurement = z.object({ imagesPerSecond: z.number() })
const known = z.record(z.string(), z.number().nullable())
const patienceMs = 90_000

/** Marks the answer among whatever libraries print. */
export const measureMark = 'mend-measured:'

async function measuredOrKnown(report: EngineReport, workload: Workload): Promise<number | null> {
  const file = path.join(mendHome(), 'probes', 'speeds.json')
  const { model, height, width, batch } = workload
  const processor = os.cpus()[0]?.model ?? os.arch()
  const key = [
    report.id,
    report.version,
    report.device,
    processor,
    os.cpus().length,
    model,
    height,
    width,
    batch,
  ].join()
  const speeds = readKnown(file)
  if (key in speeds) return speeds[key]
  const speed = await measureEngine(report.id, workload)
  // A failure is measured again: it may have been a GPU that was in use.
  if (speed !== null) keepKnown(file, { ...readKnown(file), [key]: speed })
  return speed
}

function readKnown(file: string): Record<string, number | null> {
  try {
    return known.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

function keepKnown(file: string, speeds: Record<string, number | null>): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(speeds))
    fs.renameSync(`${file}.${process.pid}`, file)
  } catch {
    // Measured again next time.
  }
}

/** Trains some steps of the model in a process of its own (measureProcess.ts). @returns images per second, null on failure */
export async function measureEngine(id: string, { model, height, width, batch }: Workload): Promise<number | null> {
  const script = path.join(import.meta.dirname, 'measureProcess.ts')
  const args = [id, model, `${height}`, `${width}`, `${batch}`]
  const answer = measurement.safeParse(await runThrowaway(script, args, { mark: measureMark, patienceMs }))
  return answer.success ? answer.data.imagesPerSecond : null
}
