import type { DepthSchema } from '../../dataset/task.ts'

/** Nearer than this is not told apart: 1/m would run away. */
const nearest = 0.1
/** Beyond this a prediction near 0 per metre is not followed. */
const farthest = 1000

/**
 * Networks learn inverse depth (methods.md 8): errors at a distance, where depth is ambiguous, then weigh little. Metres
 * become 1/m; disparity and relative depth are inverse or without a unit already and stay.
 */
export function toLearnedDepth(unit: DepthSchema['unit'], value: number): number {
  return unit === 'metre' ? 1 / Math.max(nearest, value) : value
}

/** The inverse of `toLearnedDepth`, for predictions: at most 1 km. */
export function fromLearnedDepth(unit: DepthSchema['unit'], value: number): number {
  return unit === 'metre' ? 1 / Math.max(1 / farthest, value) : value
}
