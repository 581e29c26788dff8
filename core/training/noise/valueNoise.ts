import { isValidNormal } from '../../dataset/normals.ts'
import type { DepthSchema } from '../../dataset/task.ts'
import type { Random } from '../../synthetic/random.ts'

/** The paper's U(0, 0.2) on disparity and U(−2, 2) on pose and shape parameters. */
const disparityNoise = 0.2
const vectorNoise = 2
/** Nothing in a picture of a person is nearer: bounds the disparity of a broken depth value. Metres. */
const nearest = 0.05

/**
 * One annotated attribute, drawn uniformly, is inverted. Rows are Int8 [A]: 1, 0, −1 not annotated.
 * @returns the new row, or null when none is annotated.
 */
export function flipAttribute(row: Int8Array, random: Random): Int8Array | null {
  const annotated: number[] = []
  row.forEach((value, attribute) => {
    if (value >= 0) annotated.push(attribute)
  })
  if (annotated.length === 0) return null
  const flipped = row.slice()
  const attribute = random.pick(annotated)
  flipped[attribute] = 1 - flipped[attribute]
  return flipped
}

/**
 * U(−2, 2) added to every annotated component, independently.
 * @returns the new row, or null when none is annotated.
 */
export function perturbVector(row: Float32Array, random: Random): Float32Array | null {
  if (!row.some(Number.isFinite)) return null
  return row.map((value) => value + random.between(-vectorNoise, vectorNoise))
}

/**
 * The person is said to be somebody else: the identity of another label, drawn evenly among those that name another. Rows are
 * Int32 [identity, camera]; the camera stays.
 * @returns the new row, or null for a detection of nobody and where the labels name nobody else.
 */
export function exchangeIdentity(row: Int32Array, identities: readonly number[], random: Random): Int32Array | null {
  if (row[0] < 0) return null
  const others = identities.filter((identity) => identity !== row[0])
  return others.length === 0 ? null : Int32Array.of(random.pick(others), row[1])
}

/**
 * The axes of all directions exchange their places in a round, one way or the other: what another program calls x, this one
 * calls y. Rows are bytes [pixels × 3] (dataset/normals.ts).
 * @returns the new row, or null when nothing changes.
 */
export function derangeAxes(row: Uint8Array, random: Random): Uint8Array | null {
  const axes = random.derangement(3)
  const deranged = row.map((_, at) => row[at - (at % 3) + axes[at % 3]])
  return deranged.some((byte, at) => byte !== row[at]) ? deranged : null
}

/**
 * Directions as a mirrored picture shows them: x changes its sign. Rows as for `derangeAxes`.
 * @returns the new row, or null when nothing changes.
 */
export function mirrorNormals(row: Uint8Array): Uint8Array | null {
  const mirrored = row.map((byte, at) => (at % 3 === 0 && isValidNormal(row, at / 3) ? 256 - byte : byte))
  return mirrored.some((byte, at) => byte !== row[at]) ? mirrored : null
}

/** The disparity that 1 stands for when disparities are normalised to [0, 1]: the largest of the rows given, or 0. */
export function disparityScale(row: Float32Array, unit: DepthSchema['unit']): number {
  let largest = 0
  for (const value of row) {
    const disparity = toDisparity(value, unit)
    if (disparity > largest) largest = disparity
  }
  return largest
}

/**
 * U(0, 0.2), drawn for each valid pixel, added to the disparity normalised to [0, 1] by `scale` (`disparityScale` over
 * the labels of the task). Metres are turned into disparity 1/m and back; `disparity` and `relative` are taken as they are.
 * @returns the new row, or null when no pixel is valid.
 */
export function perturbDepth(
  row: Float32Array,
  unit: DepthSchema['unit'],
  scale: number,
  random: Random,
): Float32Array | null {
  if (!row.some(Number.isFinite) || !(scale > 0)) return null
  return row.map((value) => {
    const disparity = toDisparity(value, unit) + scale * random.between(0, disparityNoise)
    return unit === 'metre' ? 1 / disparity : disparity
  })
}

function toDisparity(value: number, unit: DepthSchema['unit']): number {
  return unit === 'metre' ? 1 / Math.max(value, nearest) : value
}
