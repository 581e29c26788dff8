import { axesOf, type Affine, type AxisMap } from './crop.ts'
import { emptyGrey, type RgbImage } from './decode.ts'

/** Weights of the source pixels for each output pixel along one axis. */
interface Taps {
  /** First source pixel inside the image, an output pixel each. */
  readonly first: Int32Array
  /** Number of source pixels inside the image. */
  readonly count: Int32Array
  /** [outputs × stride] */
  readonly weights: Float32Array
  readonly stride: number
  /** Weight that falls outside the image. */
  readonly outside: Float32Array
}

/**
 * Triangle filter whose width follows the scale: bilinear when enlarging, a weighted mean over the whole footprint when
 * shrinking (so nothing aliases), centred to sub-pixel precision.
 */
function tapsOf(outputs: number, inputs: number, map: AxisMap): Taps {
  const support = Math.max(1, 1 / map.scale)
  const stride = Math.ceil(2 * support) + 1
  const taps: Taps = {
    first: new Int32Array(outputs),
    count: new Int32Array(outputs),
    weights: new Float32Array(outputs * stride),
    stride,
    outside: new Float32Array(outputs),
  }
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5 - map.shift) / map.scale - 0.5
    const from = Math.ceil(centre - support)
    const to = Math.floor(centre + support)
    let total = 0
    for (let p = from; p <= to; p++) total += 1 - Math.abs(p - centre) / support
    const first = Math.min(Math.max(from, 0), inputs)
    const last = Math.min(to, inputs - 1)
    let inside = 0
    for (let p = first; p <= last; p++) {
      const weight = (1 - Math.abs(p - centre) / support) / total
      taps.weights[i * stride + p - first] = weight
      inside += weight
    }
    taps.first[i] = first
    taps.count[i] = Math.max(0, last - first + 1)
    taps.outside[i] = taps.count[i] === 0 ? 1 : Math.max(0, 1 - inside)
  }
  return taps
}

/** One source row resampled along x into `out` [width × 3]. */
function resampleRow(image: RgbImage, y: number, taps: Taps, width: number, out: Float32Array): void {
  const { data } = image
  const rowStart = y * image.width
  for (let x = 0; x < width; x++) {
    const grey = taps.outside[x] * emptyGrey
    let r = grey
    let g = grey
    let b = grey
    let at = (rowStart + taps.first[x]) * 3
    const weightStart = x * taps.stride
    for (let k = 0; k < taps.count[x]; k++) {
      const weight = taps.weights[weightStart + k]
      r += weight * data[at]
      g += weight * data[at + 1]
      b += weight * data[at + 2]
      at += 3
    }
    out[3 * x] = r
    out[3 * x + 1] = g
    out[3 * x + 2] = b
  }
}

/**
 * Resamples a picture into a crop of `width` × `height` through `affine` (image → crop; scale and shift only). What lies
 * outside the picture is grey 114, mixed in proportion at its border. [height × width × 3]
 * @throws RangeError where the affine rotates or shears.
 */
export function warpRgb(image: RgbImage, affine: Affine, width: number, height: number): Uint8Array {
  const axes = axesOf(affine)
  const across = tapsOf(width, image.width, axes.x)
  const down = tapsOf(height, image.height, axes.y)
  // Each source row adds to the few output rows whose footprint it is in, so one row is held at a time.
  const sums = new Float32Array(height * width * 3)
  const row = new Float32Array(width * 3)
  const outputsOfRow = new Map<number, number[]>()
  for (let y = 0; y < height; y++) {
    sums.fill(down.outside[y] * emptyGrey, y * width * 3, (y + 1) * width * 3)
    for (let k = 0; k < down.count[y]; k++) {
      const outputs = outputsOfRow.get(down.first[y] + k)
      if (outputs === undefined) outputsOfRow.set(down.first[y] + k, [y])
      else outputs.push(y)
    }
  }
  for (const [source, outputs] of outputsOfRow) {
    resampleRow(image, source, across, width, row)
    for (const y of outputs) {
      const weight = down.weights[y * down.stride + source - down.first[y]]
      const to = y * width * 3
      for (let i = 0; i < row.length; i++) sums[to + i] += weight * row[i]
    }
  }
  // The clamped array rounds to nearest and clips.
  return new Uint8Array(new Uint8ClampedArray(sums).buffer)
}
