import type { TaskSchema } from '../dataset/task.ts'
import { byteOfComponent } from '../dataset/normals.ts'
import { embeddingLength } from '../dataset/embedding.ts'
import { fromLearnedDepth } from './losses/inverseDepth.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import type { Standardisation } from './losses/standardisation.ts'

/**
 * A batch of raw predictions (see `predictionProgram`) as rows for people: attributes Float32 [A] probabilities, keypoints
 * Float32 [J,3] x, y in crop pixels and confidence 0 … 1, parts Uint8 [H,W], normals Uint8 [H,W,3] (`byteOfComponent`), depth Float32 [H,W] and vector Float32 [D] in
 * the task's units, identity Float32 [128] of length 1. Only the first `count` rows.
 */
export function decodePredictions(
  schema: TaskSchema,
  raw: Float32Array | Int32Array,
  count: number,
  geometry: MapGeometry,
  scale: Standardisation,
): Float32Array | Uint8Array {
  switch (schema.kind) {
    case 'attributes':
      return Float32Array.from(raw.subarray(0, count * schema.attributes.length))
    case 'parts':
      return Uint8Array.from(raw.subarray(0, count * geometry.cropHeight * geometry.cropWidth))
    case 'depth':
      return restore(raw.subarray(0, count * geometry.cropHeight * geometry.cropWidth), 1, scale).map((value) =>
        fromLearnedDepth(schema.unit, value),
      )
    case 'normals':
      return Uint8Array.from(raw.subarray(0, count * geometry.cropHeight * geometry.cropWidth * 3), byteOfComponent)
    case 'vector':
      return restore(raw.subarray(0, count * schema.components.length), schema.components.length, scale)
    case 'keypoints':
      return decodeHeatmaps(raw as Float32Array, count * schema.joints.length, geometry)
    case 'identity':
      return unitRows(raw.subarray(0, count * embeddingLength))
  }
}

/** Embeddings scaled to length 1, so that products are cosines. */
function unitRows(raw: Float32Array | Int32Array): Float32Array {
  const rows = Float32Array.from(raw)
  for (let start = 0; start < rows.length; start += embeddingLength) {
    let squared = 0
    for (let at = start; at < start + embeddingLength; at++) squared += rows[at] ** 2
    const length = Math.sqrt(squared) + 1e-12
    for (let at = start; at < start + embeddingLength; at++) rows[at] /= length
  }
  return rows
}

function restore(
  values: Float32Array | Int32Array,
  columns: number,
  { mean, deviation }: Standardisation,
): Float32Array {
  return Float32Array.from(values, (value, at) => value * deviation[at % columns] + mean[at % columns])
}

/**
 * Each map's position: the mean over the 3×3 cells around its largest, weighted by probability, which recovers what the
 * grid took away; confidence is the probability of those cells.
 */
function decodeHeatmaps(raw: Float32Array, maps: number, geometry: MapGeometry): Float32Array {
  const { height, width } = geometry
  const [stepX, stepY] = [geometry.cropWidth / width, geometry.cropHeight / height]
  const rows = new Float32Array(maps * 3)
  for (let map = 0; map < maps; map++) {
    const start = map * height * width
    let best = 0
    for (let cell = 1; cell < height * width; cell++) if (raw[start + cell] > raw[start + best]) best = cell
    const [row, column] = [Math.floor(best / width), best % width]
    let [mass, x, y] = [0, 0, 0]
    for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(width - 1, column + 1); c++) {
        const probability = raw[start + r * width + c]
        mass += probability
        x += probability * (c + 0.5)
        y += probability * (r + 0.5)
      }
    }
    rows.set([(x / mass) * stepX, (y / mass) * stepY, Math.min(1, mass)], map * 3)
  }
  return rows
}
