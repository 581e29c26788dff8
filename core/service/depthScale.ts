import type { DrawnValue, DrawnValueOf } from '../api/labels.ts'

/** A drawn depth map with its colours between other bounds, which lie around its own. */
function rescaled(value: DrawnValueOf<'depth'>, low: number, high: number): DrawnValueOf<'depth'> {
  const levels = Buffer.from(value.levels, 'base64')
  const span = high - low
  for (let cell = 0; cell < levels.length; cell++) {
    if (levels[cell] === 0) continue
    const depth = value.low + ((levels[cell] - 1) / 254) * (value.high - value.low)
    levels[cell] = 1 + Math.round(254 * Math.min(1, Math.max(0, (depth - low) / span)))
  }
  return { ...value, low, high, levels: levels.toString('base64') }
}

/** Two depth maps in the colours of one scale, so that the same colour is the same depth; other values as they are. */
export function sharedDepthScale(
  given: DrawnValue | null,
  predicted: DrawnValue | null,
): { readonly given: DrawnValue | null; readonly predicted: DrawnValue | null } {
  if (given?.kind !== 'depth' || predicted?.kind !== 'depth') return { given, predicted }
  const low = Math.min(given.low, predicted.low)
  const high = Math.max(given.high, predicted.high)
  if (!(high > low)) return { given, predicted }
  return { given: rescaled(given, low, high), predicted: rescaled(predicted, low, high) }
}
