import { visibility, type Box, type Joint } from '../dataset/label.ts'

/** Row-major 2×3: x' = a₀x + a₁y + a₂, y' = a₃x + a₄y + a₅, in pixel coordinates where pixel 0 covers [0,1). */
export type Affine = readonly [number, number, number, number, number, number]

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The affine from image pixels to the pixels of a crop of `size`: the box, grown by `margin` of its side at each side,
 * centred in the crop at the largest scale that fits; the aspect ratio is kept, what is left over is padding.
 * @throws RangeError for an empty box.
 */
export function cropAffine(box: Box, size: Size, margin: number): Affine {
  if (!(box.width > 0 && box.height > 0 && margin >= 0)) {
    throw new RangeError(`box of ${box.width}×${box.height} with margin ${margin}`)
  }
  const grow = 1 + 2 * margin
  const scale = Math.min(size.width / (box.width * grow), size.height / (box.height * grow))
  const centreX = box.x + box.width / 2
  const centreY = box.y + box.height / 2
  return [scale, 0, size.width / 2 - scale * centreX, 0, scale, size.height / 2 - scale * centreY]
}

/** Joints in crop pixels, [joints × 3] of x, y, visibility; joints without a place stay at 0, 0. */
export function warpJoints(joints: readonly Joint[], affine: Affine): Float32Array {
  const out = new Float32Array(joints.length * 3)
  joints.forEach(({ x, y, v }, i) => {
    if (v === visibility.hidden || v === visibility.visible) {
      out[3 * i] = affine[0] * x + affine[1] * y + affine[2]
      out[3 * i + 1] = affine[3] * x + affine[4] * y + affine[5]
    }
    out[3 * i + 2] = v
  })
  return out
}

/** An affine that only scales and moves, as every crop's does, undone: image = (crop − shift) / scale, an axis each. */
export interface AxisMap {
  readonly scale: number
  readonly shift: number
}

/** @throws RangeError where the affine rotates, shears or mirrors. */
export function axesOf(affine: Affine): { readonly x: AxisMap; readonly y: AxisMap } {
  if (affine[1] !== 0 || affine[3] !== 0 || !(affine[0] > 0 && affine[4] > 0)) {
    throw new RangeError(`[${affine.join(', ')}] does more than scale and move`)
  }
  return { x: { scale: affine[0], shift: affine[2] }, y: { scale: affine[4], shift: affine[5] } }
}
