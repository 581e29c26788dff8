import { notAnnotatedPart } from '../../dataset/label.ts'
import { componentOfByte, isValidNormal, normalChannel } from '../../dataset/normals.ts'
import { depthColour, partColour } from './colours.ts'

/** RGBA [H × W × 4] of a mask: parts in their colours over the picture, background clear, not annotated grey. */
export function maskOverlay(mask: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(mask.length * 4)
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue
    const known = mask[i] !== notAnnotatedPart
    rgba.set(known ? partColour(mask[i]) : [128, 128, 128], 4 * i)
    rgba[4 * i + 3] = known ? 165 : 110
  }
  return rgba
}

/** Least and largest shown value: the 2nd and 98th percentile of both maps, so that they share a scale; null if empty. */
export function depthRange(...maps: readonly Float32Array[]): { low: number; high: number } | null {
  const values = Float32Array.from(
    maps.flatMap((map) => Array.from(map.filter((value) => Number.isFinite(value)))),
  ).sort()
  if (values.length === 0) return null
  return { low: values[Math.floor(0.02 * (values.length - 1))], high: values[Math.ceil(0.98 * (values.length - 1))] }
}

/** RGBA [H × W × 4] of a depth map between `low` and `high`; invalid pixels clear. */
export function depthOverlay(map: Float32Array, { low, high }: { low: number; high: number }): Uint8Array {
  const rgba = new Uint8Array(map.length * 4)
  for (let i = 0; i < map.length; i++) {
    if (!Number.isFinite(map[i])) continue
    rgba.set(depthColour(high > low ? (map[i] - low) / (high - low) : 0.5), 4 * i)
    rgba[4 * i + 3] = 255
  }
  return rgba
}

/** RGBA [H × W × 4] of directions, bytes [H × W × 3]; invalid pixels clear. */
export function normalsOverlay(row: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((row.length / 3) * 4)
  for (let pixel = 0; pixel < row.length / 3; pixel++) {
    if (!isValidNormal(row, pixel)) continue
    for (let axis = 0; axis < 3; axis++) {
      rgba[4 * pixel + axis] = normalChannel(componentOfByte(row[3 * pixel + axis]))
    }
    rgba[4 * pixel + 3] = 255
  }
  return rgba
}

/** Parts by the share of the picture that they take in either mask, largest first, background left out. */
export function partsPresent(
  given: Uint8Array,
  predicted: Uint8Array | null,
): { part: number; given: number; predicted: number }[] {
  const counts = [new Float64Array(256), new Float64Array(256)]
  for (const part of given) counts[0][part]++
  for (const part of predicted ?? []) counts[1][part]++
  return Array.from({ length: 254 }, (_, i) => ({
    part: i + 1,
    given: counts[0][i + 1] / given.length,
    predicted: counts[1][i + 1] / given.length,
  }))
    .filter((one) => one.given > 0 || one.predicted > 0.002)
    .sort((a, b) => Math.max(b.given, b.predicted) - Math.max(a.given, a.predicted))
}
