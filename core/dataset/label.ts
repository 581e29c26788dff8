import type { TaskKind } from './task.ts'

/** Pixels of the upright (EXIF-rotated) image; x right, y down, the top-left pixel covers [0,1)×[0,1). */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * A joint's state. `notAnnotated`: nobody looked (x = y = 0). `absent`: somebody looked and it cannot be placed
 * (x = y = 0). `hidden`: placed but occluded. `visible`: placed and seen. Numbers 0, 1, 2 are COCO's v.
 */
export const visibility = { notAnnotated: 0, hidden: 1, visible: 2, absent: 3 } as const
export type Visibility = (typeof visibility)[keyof typeof visibility]

export interface Joint {
  readonly x: number
  readonly y: number
  readonly v: Visibility
}

/** One entry per attribute of the task: `null` is "not annotated", apart from `false`. */
export interface AttributesValue {
  readonly kind: 'attributes'
  readonly values: readonly (boolean | null)[]
}

export interface IdentityValue {
  readonly kind: 'identity'
  /** Unique within the project: sources get a namespace of their own, `source/name`. Junk detections are null. */
  readonly identity: string | null
  readonly camera: number | null
}

export interface KeypointsValue {
  readonly kind: 'keypoints'
  readonly joints: readonly Joint[]
}

/** Part numbers (row-major, `width × height`) in a window of the image; outside it is background. 255: not annotated. */
export interface PartsValue {
  readonly kind: 'parts'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** 16-bit raster (row-major) in a window of the image. Raw 0 is invalid; else value = raw * scale + offset. */
export interface DepthValue {
  readonly kind: 'depth'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly data: Uint16Array
  readonly scale: number
  readonly offset: number
}

/**
 * Directions of surfaces, 16-bit raster (row-major) of three values a pixel in a window of the image: x to the picture's right,
 * y up, z towards the camera, each component (raw − 32768)/32767 and the whole of length 1 (normals.ts). All three 0: invalid.
 */
export interface NormalsValue {
  readonly kind: 'normals'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly data: Uint16Array
}

/** One entry per component of the task; NaN is "not annotated". */
export interface VectorValue {
  readonly kind: 'vector'
  readonly values: Float32Array
}

export type LabelValue =
  AttributesValue | IdentityValue | KeypointsValue | PartsValue | DepthValue | NormalsValue | VectorValue
export type ValueOf<K extends TaskKind> = Extract<LabelValue, { kind: K }>

export const notAnnotatedPart = 255

export const labelStates = ['unlabelled', 'labelled', 'verified', 'rejected'] as const
/** `rejected`: somebody said that the value is wrong; it stays for the record but trains and exports nothing. */
export type LabelState = (typeof labelStates)[number]

export const labelOrigins = ['imported', 'human', 'model'] as const
export type LabelOrigin = (typeof labelOrigins)[number]

export const splits = ['train', 'val', 'test'] as const
export type Split = (typeof splits)[number]
