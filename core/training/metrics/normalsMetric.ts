import { angleBetween, componentOfByte, isValidNormal } from '../../dataset/normals.ts'
import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/** Degrees below which a direction counts as right, by metric (Eigen and Fergus, 2015). */
const shares = { within11: 11.25, within22: 22.5, within30: 30 } as const

/**
 * `meanAngularError`: mean angle between given and predicted direction over valid pixels, in degrees. `within11`, `within22`,
 * `within30`: share of the valid pixels whose angle is below 11.25°, 22.5° and 30°. Both: bytes of directions [pixels × 3]
 * (`byteOfComponent`), given 0 0 0 invalid; their lengths, which are 1 but for rounding, do not matter.
 */
export function createNormalsMetric(): Metric<Uint8Array, Uint8Array> {
  let [angles, pixels] = [0, 0]
  const below = { within11: 0, within22: 0, within30: 0 }
  return {
    add({ given, predicted }) {
      const rows = batchRows(given.length, 3, predicted.length, 3)
      for (let pixel = 0; pixel < rows; pixel++) {
        if (!isValidNormal(given, pixel)) continue
        const [ax, ay, az] = unitAt(given, pixel)
        const [bx, by, bz] = unitAt(predicted, pixel)
        const angle = angleBetween(ax, ay, az, bx, by, bz)
        angles += angle
        pixels++
        if (angle < shares.within11) below.within11++
        if (angle < shares.within22) below.within22++
        if (angle < shares.within30) below.within30++
      }
    },
    result() {
      const { within11, within22, within30 } = below
      return {
        ...(pixels > 0 && {
          meanAngularError: angles / pixels,
          within11: within11 / pixels,
          within22: within22 / pixels,
          within30: within30 / pixels,
        }),
      }
    },
  }
}

function unitAt(row: Uint8Array, pixel: number): [number, number, number] {
  const x = componentOfByte(row[3 * pixel])
  const y = componentOfByte(row[3 * pixel + 1])
  const z = componentOfByte(row[3 * pixel + 2])
  const length = Math.hypot(x, y, z) || 1
  return [x / length, y / length, z / length]
}
