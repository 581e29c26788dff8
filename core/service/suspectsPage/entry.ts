import type {
  AttributesSchema,
  DepthSchema,
  IdentitySchema,
  KeypointsSchema,
  NormalsSchema,
  PartsSchema,
  VectorSchema,
} from '../../dataset/task.ts'
import type { SignalName } from '../../ranking/signalFields.ts'

/** 8-bit RGB, row-major. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/**
 * The given label and the model's prediction (null where there is none), as rows of a snapshot: layouts of
 * core/snapshot/manifest.ts, predictions as attributes Float32 [A] probabilities, keypoints Float32 [J, 3] x, y,
 * confidence, parts Uint8 [H, W], depth Float32 [H, W], normals Uint8 [H, W, 3], vector Float32 [D].
 */
export type SuspectRows =
  | {
      readonly kind: 'attributes'
      readonly schema: AttributesSchema
      readonly given: Int8Array
      readonly predicted: Float32Array | null
    }
  | {
      readonly kind: 'keypoints'
      readonly schema: KeypointsSchema
      readonly given: Float32Array
      readonly predicted: Float32Array | null
    }
  | {
      readonly kind: 'parts'
      readonly schema: PartsSchema
      readonly given: Uint8Array
      readonly predicted: Uint8Array | null
    }
  | {
      readonly kind: 'depth'
      readonly schema: DepthSchema
      readonly given: Float32Array
      readonly predicted: Float32Array | null
    }
  | {
      readonly kind: 'normals'
      readonly schema: NormalsSchema
      readonly given: Uint8Array
      readonly predicted: Uint8Array | null
    }
  | {
      readonly kind: 'vector'
      readonly schema: VectorSchema
      readonly given: Float32Array
      readonly predicted: Float32Array | null
    }
  | { readonly kind: 'identity'; readonly schema: IdentitySchema; readonly given: Int32Array; readonly predicted: null }

export interface SignalReading {
  readonly value: number
  /** Share of the task's labels below it, 0 … 1. */
  readonly percentile: number
}

/** One suspect label on the page. All names are untrusted text. */
export interface SuspectEntry {
  readonly task: string
  readonly labelId: number
  readonly personId: number
  readonly image: string
  readonly source: string
  /** 1 is the most suspect of its task. */
  readonly rank: number
  readonly score: number
  readonly why: string
  readonly signals: Readonly<Partial<Record<SignalName, SignalReading>>>
  /** s after each epoch, of this label and the median label; NaN leaves a gap. */
  readonly trajectory: { readonly s: readonly number[]; readonly median: readonly number[] }
  readonly crop: Picture
  /** Size of the coordinates and rasters of `rows`; the crop shows the same area, at any resolution. Default: the crop's. */
  readonly frame?: { readonly width: number; readonly height: number }
  readonly rows: SuspectRows
  /** Component to highlight; −1 none. */
  readonly worstComponent: number
}
