import { embeddingLength } from '../../dataset/embedding.ts'
import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'
import { retrieval } from './retrieval.ts'
import type { RetrievalItem } from './retrieval.ts'

/** At most this many people of a split are looked for, evenly chosen: 1000 among 20,000 take 4 s. */
const mostQueries = 1000

/**
 * `meanAveragePrecision` and `rank1` of retrieval by cosine among everybody of the split, see `retrieval`. Given: Int32 [B,2]
 * identity and camera, −1 for nobody and for an unknown camera; predicted: Float32 [B,128] embeddings of length 1.
 */
export function createIdentityMetric(): Metric<Int32Array, Float32Array> {
  const items: RetrievalItem[] = []
  return {
    add({ given, predicted }) {
      const rows = batchRows(given.length, 2, predicted.length, embeddingLength)
      for (let row = 0; row < rows; row++) {
        const embedding = predicted.slice(row * embeddingLength, (row + 1) * embeddingLength)
        items.push({ identity: given[row * 2], camera: given[row * 2 + 1], embedding })
      }
    },
    result(): Record<string, number> {
      const { meanAveragePrecision, rank1, queries } = retrieval(items, mostQueries)
      return queries === 0 ? {} : { meanAveragePrecision, rank1 }
    },
  }
}
