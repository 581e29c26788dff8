import { MendError } from '../dataset/mendError.ts'
import { tellsOutOfMemory } from '../tensor/outOfMemory.ts'

/**
 * The error of a step or of its tracing, restated where it means that the batch does not fit: the message names the batch,
 * the hint a smaller one. Every other error comes back as it is.
 */
export function explainMemory(
  error: unknown,
  { batch, height, width, model }: { batch: number; height: number; width: number; model: string },
): unknown {
  const message = error instanceof Error ? error.message : String(error)
  const known = error instanceof MendError && error.code === 'out-of-memory'
  if (!known && !tellsOutOfMemory(message)) return error
  const smaller = suggestBatch(batch)
  const hint =
    smaller === null
      ? 'train at a smaller --size or with a smaller --model, or close other programs'
      : `start again with --batch ${smaller}, or at a smaller --size`
  const said = `a batch of ${batch} at ${height}×${width} does not fit into memory with ${model}`
  return new MendError('out-of-memory', said, hint, { cause: error })
}

/** The largest power of two at or below half of a batch; null when there is none. */
function suggestBatch(batch: number): number | null {
  return batch < 2 ? null : 2 ** Math.floor(Math.log2(batch / 2))
}
