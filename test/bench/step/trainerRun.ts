import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { TrainerHost } from '../../../core/jobs/trainerHost.ts'
import { Random } from '../../../core/synthetic/random.ts'
import { writeSnapshot } from '../../../core/snapshot/write.ts'
import type { SnapshotPerson } from '../../../core/snapshot/write.ts'
import { defaultConfiguration } from '../../../core/training/configuration.ts'
import type { RunConfiguration } from '../../../core/training/configuration.ts'
import type { TrainerEvent } from '../../../core/training/protocol.ts'
import { benchmarkTasks } from './networkStep.ts'

/** A folder of the benchmark's own; remove it afterwards. */
export function scratchFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'mend-bench-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A snapshot of noise with every label of `benchmarkTasks`, of the size of the default configuration. */
export async function noiseSnapshot(folder: string, people: number): Promise<void> {
  const { height, width } = defaultConfiguration
  await writeSnapshot(folder, {
    height,
    width,
    tasks: Object.entries(benchmarkTasks).map(([name, schema]) => ({ name, schema })),
    people: Array.from({ length: people }, (_, index) => noisePerson(new Random(1, index), index, height, width)),
  })
}

function noisePerson(random: Random, index: number, height: number, width: number): SnapshotPerson {
  const pixels = height * width
  const rgb = Uint8Array.from({ length: pixels * 3 }, () => random.integer(256))
  const { joints } = benchmarkTasks.pose
  const pose = Float32Array.from(joints.flatMap(() => [random.between(0, width), random.between(0, height), 2]))
  const rows = {
    pose,
    mask: Uint8Array.from({ length: pixels }, () => random.integer(benchmarkTasks.mask.parts.length)),
    look: Int8Array.from(benchmarkTasks.look.attributes, () => random.integer(2)),
    far: Float32Array.from({ length: pixels }, () => random.between(1, 5)),
  }
  const labels = Object.fromEntries(
    Object.entries(rows).map(([task, row], at) => [task, { labelId: index * 10 + at + 1, row }]),
  )
  return { person: index + 1, split: index % 20 === 0 ? 'val' : 'train', rgb, labels }
}

/** Trains in the product's trainer process and returns its events with the milliseconds since it was started. */
export async function trainInProcess(
  folder: string,
  snapshot: string,
  changes: Partial<RunConfiguration>,
  until: (event: TrainerEvent) => boolean = () => false,
): Promise<{ readonly event: TrainerEvent; readonly ms: number }[]> {
  mkdirSync(folder, { recursive: true })
  const configuration: RunConfiguration = { ...defaultConfiguration, tasks: Object.keys(benchmarkTasks), ...changes }
  writeFileSync(path.join(folder, 'configuration.json'), JSON.stringify(configuration))
  writeFileSync(path.join(folder, 'snapshot'), JSON.stringify({ folder: snapshot }))
  const started = performance.now()
  const host = new TrainerHost({ runFolder: folder })
  const found: { event: TrainerEvent; ms: number }[] = []
  for await (const event of host.events) {
    found.push({ event, ms: performance.now() - started })
    if (event.event === 'failed') throw new Error(`the trainer failed: ${event.message}`)
    if (until(event)) break
  }
  await host.stop(5000)
  return found
}
