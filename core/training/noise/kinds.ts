import type { TaskKind } from '../../dataset/task.ts'

/**
 * Kinds of planted noise by task. `derange` and `uniform` are the paper's (arXiv 2106.06129, section 4); the others are
 * the harder kinds that one careless annotator makes. Normals: the axes of another program,
 * exchanged in a round, and those of the mirrored picture.
 */
export const noiseKinds = {
  attributes: ['flip'],
  identity: ['derange'],
  keypoints: ['derange', 'swap', 'joint', 'joint20'],
  parts: ['derange', 'relabel', 'shift'],
  depth: ['uniform'],
  normals: ['derange', 'mirror'],
  vector: ['uniform'],
} as const satisfies Record<TaskKind, readonly string[]>

export type NoiseKind = (typeof noiseKinds)[TaskKind][number]

/** A row of a snapshot's label array (layouts in core/snapshot/manifest.ts). */
export type LabelRow = Int8Array | Int32Array | Float32Array | Uint8Array

/** What a noise function needs to know of the task's other labels. */
export interface OtherLabels {
  /** Depth: see `perturbDepth`. */
  readonly disparityScale: number
  /** Identity: whom the labels name, one entry a label. */
  readonly identities: readonly number[]
}

/** What a noise function needs to know of the crop besides the row. */
export interface NoiseFrame {
  /** Pixels. */
  readonly width: number
  readonly height: number
}
