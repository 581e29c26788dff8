import type { NormalsValue } from './label.ts'

/** Raw value of a component that is 0; ±1 lie this far minus one from it, so that a mirrored component is exact. */
const middle = 32768
const reach = 32767
/** How far from 1 the length of a stored direction may be: 8-bit pictures of normals are within 0.01. */
const lengthTolerance = 0.1

/** A component −1 … 1 as it is stored, 1 … 65535. */
export function rawComponent(component: number): number {
  return middle + Math.round(reach * Math.min(1, Math.max(-1, component)))
}

/** A stored component as a number −1 … 1; of a pixel that is invalid it means nothing. */
export function componentOf(raw: number): number {
  return (raw - middle) / reach
}

/**
 * A component −1 … 1 as a byte, 1 … 255: rows of snapshots and of predictions have three bytes a pixel, which is within 0.3° of
 * the direction and a quarter of the size of floats. All three 0: invalid.
 */
export function byteOfComponent(component: number): number {
  return 128 + Math.round(127 * Math.min(1, Math.max(-1, component)))
}

/** The inverse of `byteOfComponent`. */
export function componentOfByte(byte: number): number {
  return (byte - 128) / 127
}

/** Whether pixel `index` of a raster of three raw values a pixel says anything. */
export function isValidNormal(data: ArrayLike<number>, index: number): boolean {
  return data[3 * index] !== 0 || data[3 * index + 1] !== 0 || data[3 * index + 2] !== 0
}

/** A map of directions [pixels × 3], NaN or of no length where invalid, as it is stored: each of length 1. */
export function rawNormals(directions: ArrayLike<number>): Uint16Array {
  const raw = new Uint16Array(directions.length)
  for (let at = 0; at + 2 < directions.length; at += 3) {
    const [x, y, z] = [directions[at], directions[at + 1], directions[at + 2]]
    const length = Math.hypot(x, y, z)
    if (!(length > 1e-6) || length === Infinity) continue
    raw[at] = rawComponent(x / length)
    raw[at + 1] = rawComponent(y / length)
    raw[at + 2] = rawComponent(z / length)
  }
  return raw
}

/** Why the directions of a map cannot be normals, in words; null: they can. */
export function normalsDefect({ data }: Pick<NormalsValue, 'data'>): string | null {
  for (let at = 0; at < data.length; at += 3) {
    if (!isValidNormal(data, at / 3)) continue
    const length = Math.hypot(componentOf(data[at]), componentOf(data[at + 1]), componentOf(data[at + 2]))
    if (Math.abs(length - 1) > lengthTolerance) return `a normal of length ${length.toFixed(2)} at pixel ${at / 3}`
  }
  return null
}

/** Share of a map's pixels that are valid, 0 … 1; 0 for a map without pixels. */
export function validShare({ data }: Pick<NormalsValue, 'data'>): number {
  const pixels = data.length / 3
  let valid = 0
  for (let pixel = 0; pixel < pixels; pixel++) if (isValidNormal(data, pixel)) valid++
  return pixels === 0 ? 0 : valid / pixels
}

/** The angle between two directions of length 1, in degrees, 0 … 180; steady near 0 and 180, where an arc cosine is not. */
export function angleBetween(ax: number, ay: number, az: number, bx: number, by: number, bz: number): number {
  const apart = Math.hypot(ax - bx, ay - by, az - bz)
  const together = Math.hypot(ax + bx, ay + by, az + bz)
  return (360 / Math.PI) * Math.atan2(apart, together)
}

/**
 * Red, green or blue, 0 … 255, of a direction's component as the field draws it: n/2 + ½, so that what faces the camera is
 * lilac.
 */
export function normalChannel(component: number): number {
  return Math.round(127.5 + 127.5 * component)
}

/** The inverse of `normalChannel`. */
export function componentOfChannel(channel: number): number {
  return channel / 127.5 - 1
}
