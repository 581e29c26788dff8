import { MendError } from '../dataset/mendError.ts'

/** What is tried: powers of two and halfway between. */
const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const

/** Above this, a batch makes no step faster an image, and fewer steps an epoch learn less. */
const usualCap = 64

/** No search tries more batches. */
export const mostTrials = 6

/** The two batches that are measured first; everything else is extrapolated from them. */
const [firstSize, secondSize] = [2, 8]

export interface Trial {
  readonly batch: number
  /** Most memory that a process training with it held; null where it did not get through a step. */
  readonly bytes: number | null
}

export interface BatchSearch {
  /** People of the training split: a larger batch would only repeat them. */
  readonly people: number
  readonly cap?: number
  /** Memory that a training process may hold. */
  readonly budgetBytes: number
  readonly measure: (batch: number) => Promise<number | null>
  /** Told before each batch that is tried, with its number from 1. */
  readonly onTrial?: (batch: number, number: number) => void
}

export interface FittedBatch {
  readonly batch: number
  readonly bytes: number
  readonly trials: readonly Trial[]
}

/**
 * The largest batch whose training step was tried and stayed within the budget. Memory grows in proportion to the batch over
 * a base, so two small batches tell which large one to try; where that one does not fit after all, the sizes below it follow.
 * @throws MendError `out-of-memory` when no batch fits.
 */
export async function largestBatch(search: BatchSearch): Promise<FittedBatch> {
  const { people, cap = usualCap, budgetBytes, measure, onTrial } = search
  const possible = sizes.filter((size) => size <= Math.max(1, Math.min(cap, people)))
  const trials: Trial[] = []
  let best: { batch: number; bytes: number } | null = null
  const tryBatch = async (batch: number): Promise<boolean> => {
    onTrial?.(batch, trials.length + 1)
    const bytes = await measure(batch)
    trials.push({ batch, bytes })
    if (bytes === null || bytes > budgetBytes) return false
    if (best === null || batch > best.batch) best = { batch, bytes }
    return true
  }
  /** What is still open: larger than all that fits, smaller than all that does not. */
  const open = (): number[] => {
    const failed = trials.filter(({ bytes }) => bytes === null || bytes > budgetBytes).map(({ batch }) => batch)
    return possible.filter((size) => size > (best?.batch ?? 0) && size < Math.min(Infinity, ...failed))
  }
  for (const start of [firstSize, secondSize]) {
    const size = open().findLast((candidate) => candidate <= start)
    if (size !== undefined && (trials.length === 0 || best !== null)) await tryBatch(size)
  }
  while (trials.length < mostTrials) {
    const next = nextSize(open(), trials, budgetBytes)
    if (next === null) break
    await tryBatch(next)
  }
  if (best !== null) return { ...(best as { batch: number; bytes: number }), trials }
  throw new MendError(
    'out-of-memory',
    'not even the smallest batch fits into memory',
    'train at a smaller --size or with a smaller --model, or close other programs',
  )
}

/**
 * Of the sizes left, the largest that by the line through the two largest batches measured fits; where something failed that
 * by its line should have fitted (a GPU's memory does not show in the process), the one halfway. Null: none is worth a trial.
 */
function nextSize(left: readonly number[], trials: readonly Trial[], budgetBytes: number): number | null {
  const known = trials.flatMap(({ batch, bytes }) => (bytes === null ? [] : [{ batch, bytes }]))
  known.sort((a, b) => a.batch - b.batch)
  const [low, high] = known.slice(-2)
  const slope = high === undefined ? 0 : Math.max(0, (high.bytes - low.bytes) / (high.batch - low.batch))
  const fitting =
    high === undefined ? left : left.filter((size) => high.bytes + slope * (size - high.batch) <= budgetBytes)
  if (fitting.length === 0) return null
  const isHidden = high === undefined || known.length < trials.length
  return fitting[isHidden ? Math.floor((fitting.length - 1) / 2) : fitting.length - 1]
}
