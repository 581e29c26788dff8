import type { EpochRecord } from '../ranking/history.ts'

/**
 * What the database keeps of a task's labels in one epoch: little-endian Float32 [3 × n], all losses, then all s, then
 * all margins; NaN where not seen. Epoch 0 of a task holds Float64 [n], the label ids in the order of the others.
 */
export function encodeEpochLabels(record: EpochRecord): Uint8Array {
  const n = record.loss.length
  const values = new Float32Array(3 * n)
  values.set(record.loss)
  values.set(record.s, n)
  values.set(record.margin, 2 * n)
  return new Uint8Array(values.buffer)
}

export function encodeLabelIds(labels: Float64Array): Uint8Array {
  return new Uint8Array(Float64Array.from(labels).buffer)
}

/** The inverse of `encodeLabelIds`. */
export function decodeLabelIds(bytes: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(bytes).buffer)
}

export interface EpochLabels {
  readonly loss: Float32Array
  readonly s: Float32Array
  readonly margin: Float32Array
}

/** The inverse of `encodeEpochLabels`. */
export function decodeEpochLabels(bytes: Uint8Array): EpochLabels {
  const values = new Float32Array(Uint8Array.from(bytes).buffer)
  const n = values.length / 3
  return { loss: values.subarray(0, n), s: values.subarray(n, 2 * n), margin: values.subarray(2 * n) }
}
