import { renameSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { RunConfiguration, RunRequest } from './configuration.ts'
import { largestBatch, mostTrials } from './largestBatch.ts'
import type { FittedBatch } from './largestBatch.ts'
import type { TrainerEvent } from './protocol.ts'
import { runThrowaway } from './throwaway.ts'

/** Marks the answer of fitBatchProcess.ts among whatever libraries print. */
export const fitMark = 'mend-fitted:'
const answer = z.object({ peakBytes: z.number() })
const patienceMs = 5 * 60_000

/** Left to the system and to what else is open: a tenth of the machine's memory, 1 GB at least. */
const reserveShare = 0.1
const leastReserve = 2 ** 30

/** Memory that a training process may hold now. What the machine, or this process' container, has free, less a reserve. */
function memoryBudget(): number {
  return process.availableMemory() - Math.max(leastReserve, reserveShare * totalmem())
}

export interface FitOptions {
  readonly people: number
  readonly budgetBytes?: number
  readonly cap?: number
  readonly onTrial?: (batch: number, number: number) => void
}

/**
 * Tries batches of a run in processes of their own, on the run's engine: each traces the run's step, trains and predicts once.
 * On a GPU a batch that does not fit fails there; on the processor its memory is compared with the budget.
 * @param runFolder holds `configuration.json` and `snapshot`.
 * @throws MendError `out-of-memory`
 */
export function fitBatch(runFolder: string, options: FitOptions): Promise<FittedBatch> {
  return largestBatch({
    people: options.people,
    budgetBytes: options.budgetBytes ?? memoryBudget(),
    ...(options.cap !== undefined && { cap: options.cap }),
    ...(options.onTrial && { onTrial: options.onTrial }),
    async measure(batch) {
      const script = join(import.meta.dirname, 'fitBatchProcess.ts')
      const found = answer.safeParse(
        await runThrowaway(script, [runFolder, String(batch)], { mark: fitMark, patienceMs }),
      )
      return found.success ? found.data.peakBytes : null
    },
  })
}

/**
 * A run's configuration with its batch: the one asked for, or the largest that fits, which is then kept in the run's folder,
 * so that the run is continued with it.
 */
export async function fittedConfiguration(
  runFolder: string,
  request: RunRequest,
  people: number,
  emit: (event: TrainerEvent) => void,
): Promise<RunConfiguration> {
  const { batch: asked, ...others } = request
  if (asked !== 'auto') return { ...others, batch: asked }
  const budgetBytes = memoryBudget()
  const { batch } = await fitBatch(runFolder, {
    people,
    budgetBytes,
    onTrial: (tried, number) => emit({ event: 'trial', batch: tried, number, atMost: mostTrials }),
  })
  const configuration = { ...others, batch }
  const file = join(runFolder, 'configuration.json')
  writeFileSync(`${file}.partial`, `${JSON.stringify(configuration, null, 1)}\n`)
  renameSync(`${file}.partial`, file)
  return configuration
}
