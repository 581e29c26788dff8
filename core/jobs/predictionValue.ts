import { visibility, type DepthValue, type LabelValue, type NormalsValue, type PartsValue } from '../dataset/label.ts'
import { componentOfByte, rawNormals } from '../dataset/normals.ts'
import type { TaskSchema } from '../dataset/task.ts'

/** A row of a run's predictions in crop coordinates; layouts by task kind are those of the suspects page. */
export type PredictionRow = Float32Array | Uint8Array

export interface PredictionFrame {
  /** Row-major 2×3 affine from image pixels to crop pixels. */
  readonly affine: ArrayLike<number>
  readonly cropWidth: number
  readonly cropHeight: number
  readonly imageWidth: number
  readonly imageHeight: number
}

interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/** x' = a x + b y + c, y' = d x + e y + f; null where it cannot be inverted. */
function invert({ affine }: PredictionFrame): Affine | null {
  const [a, b, c, d, e, f] = Array.from(affine)
  const determinant = a * e - b * d
  if (!Number.isFinite(determinant) || determinant === 0) return null
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant]
  return { a: ia, b: ib, c: -(ia * c + ib * f), d: id, e: ie, f: -(id * c + ie * f) }
}

interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The part of the image that the crop shows. */
function shownWindow(frame: PredictionFrame, toImage: Affine): Window | null {
  const xs = [0, frame.cropWidth].flatMap((x) =>
    [0, frame.cropHeight].map((y) => toImage.a * x + toImage.b * y + toImage.c),
  )
  const ys = [0, frame.cropWidth].flatMap((x) =>
    [0, frame.cropHeight].map((y) => toImage.d * x + toImage.e * y + toImage.f),
  )
  const left = Math.max(0, Math.floor(Math.min(...xs)))
  const top = Math.max(0, Math.floor(Math.min(...ys)))
  const right = Math.min(frame.imageWidth, Math.ceil(Math.max(...xs)))
  const bottom = Math.min(frame.imageHeight, Math.ceil(Math.max(...ys)))
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null
}

/** Calls `visit` with every pixel of the window and the crop pixel under its centre (−1 outside the crop). */
function sampleWindow(frame: PredictionFrame, window: Window, visit: (pixel: number, source: number) => void): void {
  const [a, b, c, d, e, f] = Array.from(frame.affine)
  for (let row = 0; row < window.height; row++) {
    for (let column = 0; column < window.width; column++) {
      const x = window.left + column + 0.5
      const y = window.top + row + 0.5
      const cropX = Math.floor(a * x + b * y + c)
      const cropY = Math.floor(d * x + e * y + f)
      const inside = cropX >= 0 && cropX < frame.cropWidth && cropY >= 0 && cropY < frame.cropHeight
      visit(row * window.width + column, inside ? cropY * frame.cropWidth + cropX : -1)
    }
  }
}

function predictedParts(row: PredictionRow, frame: PredictionFrame, window: Window): PartsValue {
  const data = new Uint8Array(window.width * window.height)
  sampleWindow(frame, window, (pixel, source) => (data[pixel] = source < 0 ? 0 : row[source]))
  return { kind: 'parts', ...window, data }
}

/** Raw 1 … 65535 spans the predicted values; 0 stays invalid. */
function predictedDepth(row: PredictionRow, frame: PredictionFrame, window: Window): DepthValue {
  let low = Infinity
  let high = -Infinity
  for (const value of row) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const scale = high > low ? (high - low) / 65534 : 1
  const offset = (Number.isFinite(low) ? low : 0) - scale
  const data = new Uint16Array(window.width * window.height)
  sampleWindow(frame, window, (pixel, source) => {
    const value = source < 0 ? NaN : row[source]
    data[pixel] = Number.isFinite(value) ? Math.min(65535, Math.max(1, Math.round((value - offset) / scale))) : 0
  })
  return { kind: 'depth', ...window, data, scale, offset }
}

/** Crops are scaled and moved, never turned: directions stay as they are. */
function predictedNormals(row: PredictionRow, frame: PredictionFrame, window: Window): NormalsValue {
  const directions = new Float32Array(window.width * window.height * 3)
  sampleWindow(frame, window, (pixel, source) => {
    if (source < 0) return
    for (let axis = 0; axis < 3; axis++) directions[3 * pixel + axis] = componentOfByte(row[3 * source + axis])
  })
  return { kind: 'normals', ...window, data: rawNormals(directions) }
}

/**
 * What the network predicted as a label in image pixels, to take the place of `given`. What `given` leaves open stays
 * open: an attribute nobody annotated, a joint that is absent. null: the prediction cannot stand for a label.
 */
export function predictionValue(
  schema: TaskSchema,
  row: PredictionRow,
  given: LabelValue,
  frame: PredictionFrame,
): LabelValue | null {
  const toImage = invert(frame)
  if (toImage === null) return null
  switch (schema.kind) {
    case 'attributes':
      if (given.kind !== 'attributes') return null
      return { kind: 'attributes', values: given.values.map((value, at) => (value === null ? null : row[at] >= 0.5)) }
    case 'keypoints': {
      if (given.kind !== 'keypoints') return null
      const joints = given.joints.map((joint, at) => {
        if (joint.v !== visibility.visible && joint.v !== visibility.hidden) return joint
        const [x, y] = [row[3 * at], row[3 * at + 1]]
        // The run did not know the joint.
        if (!Number.isFinite(x) || !Number.isFinite(y)) return joint
        return {
          x: toImage.a * x + toImage.b * y + toImage.c,
          y: toImage.d * x + toImage.e * y + toImage.f,
          v: joint.v,
        }
      })
      return { kind: 'keypoints', joints }
    }
    case 'vector':
      return given.kind === 'vector' ? { kind: 'vector', values: Float32Array.from(row) } : null
    case 'parts':
    case 'normals':
    case 'depth': {
      const window = shownWindow(frame, toImage)
      if (window === null) return null
      if (schema.kind === 'normals') return predictedNormals(row, frame, window)
      return schema.kind === 'parts' ? predictedParts(row, frame, window) : predictedDepth(row, frame, window)
    }
    case 'identity':
      return null
  }
}
