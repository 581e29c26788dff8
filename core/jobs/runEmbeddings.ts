import { embeddingLength } from '../dataset/embedding.ts'
import { embeddingsWritten, readEmbeddings, type Embeddings } from '../training/embeddings.ts'

interface Kept {
  readonly written: number
  readonly embeddings: Embeddings
}

/** The last that were read: a curator goes through one task at a time. 128 × 4 bytes a person. */
let kept: { key: string; value: Kept } | null = null

/** By what a run's network compares people, kept until the next run or task is asked for. @throws MendError `checkpoint-corrupt` */
export function keptEmbeddings(runFolder: string, task: string): Embeddings {
  const key = JSON.stringify([runFolder, task])
  const written = embeddingsWritten(runFolder, task)
  if (kept?.key !== key || kept.value.written !== written) {
    kept = { key, value: { written, embeddings: readEmbeddings(runFolder, task) } }
  }
  return kept.value.embeddings
}

/** Cosines of every vector [people × 128], of length 1 each, with that of row `at`. */
export function similarities(vectors: Float32Array, at: number): Float32Array {
  const own = vectors.subarray(at * embeddingLength, (at + 1) * embeddingLength)
  const cosines = new Float32Array(vectors.length / embeddingLength)
  for (let row = 0; row < cosines.length; row++) {
    let sum = 0
    for (let entry = 0; entry < embeddingLength; entry++) sum += own[entry] * vectors[row * embeddingLength + entry]
    cosines[row] = sum
  }
  return cosines
}
