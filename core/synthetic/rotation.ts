/**
 * Rotations as row-major 3×3 matrices. Axes of every body frame in the rest pose: x to the person's left, y up, z forward;
 * the camera's: x to the image's right, y up, z towards the viewer. Both are right-handed.
 */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number]
export type Point = readonly [number, number, number]

/** By the right-hand rule about x: y turns towards z. */
export function rotationX(radians: number): Matrix {
  const cos = Math.cos(radians)
  const sin = Math.sin(radians)
  return [1, 0, 0, 0, cos, -sin, 0, sin, cos]
}

/** About y: z turns towards x. */
export function rotationY(radians: number): Matrix {
  const cos = Math.cos(radians)
  const sin = Math.sin(radians)
  return [cos, 0, sin, 0, 1, 0, -sin, 0, cos]
}

/** About z: x turns towards y. */
export function rotationZ(radians: number): Matrix {
  const cos = Math.cos(radians)
  const sin = Math.sin(radians)
  return [cos, -sin, 0, sin, cos, 0, 0, 0, 1]
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  const entry = (row: number, column: number): number =>
    a[3 * row] * b[column] + a[3 * row + 1] * b[3 + column] + a[3 * row + 2] * b[6 + column]
  return [
    entry(0, 0),
    entry(0, 1),
    entry(0, 2),
    entry(1, 0),
    entry(1, 1),
    entry(1, 2),
    entry(2, 0),
    entry(2, 1),
    entry(2, 2),
  ]
}

export function apply(matrix: Matrix, [x, y, z]: Point): Point {
  return [
    matrix[0] * x + matrix[1] * y + matrix[2] * z,
    matrix[3] * x + matrix[4] * y + matrix[5] * z,
    matrix[6] * x + matrix[7] * y + matrix[8] * z,
  ]
}

export function transpose(m: Matrix): Matrix {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]
}

/**
 * The 6-D representation of a rotation, its first two columns: continuous, every entry in [−1, 1] (Zhou et al., CVPR 2019,
 * arXiv 1812.07035).
 */
export function toSixD(m: Matrix): number[] {
  return [m[0], m[3], m[6], m[1], m[4], m[7]]
}

/** Inverse of `toSixD`: Gram–Schmidt, so that any six numbers with independent halves give a rotation. */
export function fromSixD(values: ArrayLike<number>, start = 0): Matrix {
  const first = unit([values[start], values[start + 1], values[start + 2]])
  const given: Point = [values[start + 3], values[start + 4], values[start + 5]]
  const along = dot(first, given)
  const second = unit([given[0] - along * first[0], given[1] - along * first[1], given[2] - along * first[2]])
  const third = cross(first, second)
  return [first[0], second[0], third[0], first[1], second[1], third[1], first[2], second[2], third[2]]
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function unit(a: Point): Point {
  const length = Math.sqrt(dot(a, a))
  return length > 1e-12 ? [a[0] / length, a[1] / length, a[2] / length] : [1, 0, 0]
}
