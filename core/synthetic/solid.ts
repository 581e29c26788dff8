import type { Primitive } from './primitive.ts'

/**
 * A primitive prepared for rays along the camera's −z axis. In the primitive's own stretched frame, relative to its first
 * sphere, the ray through (X, Y) is p(t) = (offset + X·stepX + Y·stepY) + t·ray, and t is the depth behind z = 0.
 */
export interface Solid {
  readonly primitive: Primitive
  readonly offset: Float64Array
  readonly stepX: Float64Array
  readonly stepY: Float64Array
  readonly ray: Float64Array
  /** Axis from the first sphere to the second, stretched frame. */
  readonly axis: Float64Array
  readonly radiusA: number
  readonly radiusB: number
  /** Camera's frame, metres: [least x, greatest x, least y, greatest y]. */
  readonly extent: readonly [number, number, number, number]
}

export function prepareSolid(primitive: Primitive): Solid {
  const { frame, a, b, stretch, radiusA, radiusB } = primitive
  const r = frame.rotation
  const o = frame.origin
  const axis = new Float64Array(3)
  const offset = new Float64Array(3)
  const stepX = new Float64Array(3)
  const stepY = new Float64Array(3)
  const ray = new Float64Array(3)
  for (let i = 0; i < 3; i++) {
    const inverse = 1 / stretch[i]
    // Row i of diag(1/stretch) · Rᵀ.
    stepX[i] = r[i] * inverse
    stepY[i] = r[3 + i] * inverse
    ray[i] = -r[6 + i] * inverse
    offset[i] = -(o[0] * stepX[i] + o[1] * stepY[i] - o[2] * ray[i]) - a[i] * inverse
    axis[i] = (b[i] - a[i]) * inverse
  }
  return {
    primitive,
    offset,
    stepX,
    stepY,
    ray,
    axis,
    radiusA,
    radiusB,
    extent: projectedExtent(primitive),
  }
}

function projectedExtent({ frame, a, b, radiusA, radiusB, stretch }: Primitive): Solid['extent'] {
  const r = frame.rotation
  const bounds: [number, number, number, number] = [0, 0, 0, 0]
  for (let row = 0; row < 2; row++) {
    const [m0, m1, m2] = [r[3 * row], r[3 * row + 1], r[3 * row + 2]]
    // A unit sphere under the stretch and the rotation reaches this far along the row's axis.
    const reach = Math.hypot(m0 * stretch[0], m1 * stretch[1], m2 * stretch[2])
    const atA = frame.origin[row] + m0 * a[0] + m1 * a[1] + m2 * a[2]
    const atB = frame.origin[row] + m0 * b[0] + m1 * b[1] + m2 * b[2]
    bounds[2 * row] = Math.min(atA - radiusA * reach, atB - radiusB * reach)
    bounds[2 * row + 1] = Math.max(atA + radiusA * reach, atB + radiusB * reach)
  }
  return bounds
}
