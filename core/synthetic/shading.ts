import type { Cloth, Colour } from './identity.ts'
import type { Material } from './primitive.ts'
import type { Point } from './rotation.ts'
import type { Solid } from './solid.ts'

/** Where the light comes from (unit vector, camera frame) and how much of it has no direction. */
export interface Light {
  readonly direction: Point
  readonly ambient: number
}

const white: Colour = [0.93, 0.93, 0.92]
const dark: Colour = [0.07, 0.06, 0.07]
const lips: Colour = [0.62, 0.26, 0.26]

/** Where a sample's ray meets a surface, [6]: the place in the stretched frame, then the normal in the camera's, of any length. */
export type SurfacePoint = Float64Array

/** The surface of `solid` behind (`x`, `y`), metres in the camera's frame, at `depth`. */
export function surfaceAt(solid: Solid, x: number, y: number, depth: number, out: SurfacePoint): void {
  const { offset, stepX, stepY, ray, axis } = solid
  const p0 = offset[0] + x * stepX[0] + y * stepY[0] + depth * ray[0]
  const p1 = offset[1] + x * stepX[1] + y * stepY[1] + depth * ray[1]
  const p2 = offset[2] + x * stepX[2] + y * stepY[2] + depth * ray[2]
  // The normal points from the axis' nearest sphere centre, which lies at this share of the way to the second sphere.
  const rr = solid.radiusA - solid.radiusB
  const axisSquare = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]
  const d2 = axisSquare - rr * rr
  const place = axis[0] * p0 + axis[1] * p1 + axis[2] * p2 - solid.radiusA * rr
  const share = d2 > 1e-12 ? Math.min(1, Math.max(0, place / d2)) : 0
  const n0 = p0 - share * axis[0]
  const n1 = p1 - share * axis[1]
  const n2 = p2 - share * axis[2]
  out[0] = p0
  out[1] = p1
  out[2] = p2
  // Normals go to the camera's frame by the transpose of the map that points came by.
  out[3] = n0 * stepX[0] + n1 * stepX[1] + n2 * stepX[2]
  out[4] = n0 * stepY[0] + n1 * stepY[1] + n2 * stepY[2]
  out[5] = -(n0 * ray[0] + n1 * ray[1] + n2 * ray[2])
}

const shaded: SurfacePoint = new Float64Array(6)

/**
 * Paints the surface that a sample sees: writes linear RGB (0 … about 1.2) to `out`.
 * `x`, `y` and `depth` in metres, camera frame; `noise` in [0, 1) gives hair and foliage their grain.
 */
export function shadeSample(
  solid: Solid,
  x: number,
  y: number,
  depth: number,
  light: Light,
  noise: number,
  out: Float32Array,
): void {
  surfaceAt(solid, x, y, depth, shaded)
  const worldX = shaded[3]
  const worldY = shaded[4]
  const worldZ = shaded[5]
  const length = Math.sqrt(worldX * worldX + worldY * worldY + worldZ * worldZ) || 1
  const towards = light.direction
  const lambert = Math.max(0, (worldX * towards[0] + worldY * towards[1] + worldZ * towards[2]) / length)
  // Surfaces that turn away darken a little, which draws the outline of a limb in front of a body of the same colour.
  const facing = Math.max(0, worldZ / length)
  const shade = (light.ambient + (1 - light.ambient) * lambert) * (0.72 + 0.28 * facing)
  const { a, stretch, material } = solid.primitive
  const colour = surfaceColour(
    material,
    shaded[0] * stretch[0] + a[0],
    shaded[1] * stretch[1] + a[1],
    shaded[2] * stretch[2] + a[2],
  )
  const grain = material.kind === 'solid' ? 1 + material.grain * (noise - 0.5) : 1
  out[0] = colour[0] * shade * grain
  out[1] = colour[1] * shade * grain
  out[2] = colour[2] * shade * grain
}

function surfaceColour(material: Material, x: number, y: number, z: number): Colour {
  switch (material.kind) {
    case 'solid':
      return material.colour
    case 'cloth':
      return clothColour(material.cloth, x, y)
    case 'face':
      return faceColour(material, x / material.size, y / material.size, z / material.size)
  }
}

/** Patterns lie in the plane of the bone's frame: x across the limb, y along it. */
function clothColour({ pattern, colour, accent, period }: Cloth, x: number, y: number): Colour {
  switch (pattern) {
    case 'plain':
      return colour
    case 'bands':
      return repeats(y, period) < 0.5 ? colour : accent
    case 'stripes':
      return repeats(x, period) < 0.5 ? colour : accent
    case 'checks':
      return repeats(x, period) < 0.5 === repeats(y, period) < 0.5 ? colour : accent
    case 'dots': {
      const u = repeats(x, period) - 0.5
      const v = repeats(y, period) - 0.5
      return u * u + v * v < 0.075 ? accent : colour
    }
  }
}

function repeats(value: number, period: number): number {
  const ratio = value / period + 64.25
  return ratio - Math.floor(ratio)
}

/** Eyes, brows, glasses and mouth, in the frame of an average head (metres), drawn large enough to be seen at 60 pixels a metre. */
function faceColour(
  { colour, brows, glasses }: Extract<Material, { kind: 'face' }>,
  x: number,
  y: number,
  z: number,
): Colour {
  if (z < 0.035) return colour
  const across = Math.abs(x)
  const eyeX = across - 0.031
  const eyeY = y - 0.128
  const eye = eyeX * eyeX + 1.6 * eyeY * eyeY
  if (eye < 0.00011) return dark
  if (glasses && y > 0.108 && y < 0.15 && eye < 0.0009 && eye > 0.00034) return dark
  if (glasses && Math.abs(eyeY) < 0.006 && across < 0.075) return dark
  if (eye < 0.00026) return white
  if (y > 0.148 && y < 0.159 && across > 0.014 && across < 0.05) return brows
  if (y > 0.046 && y < 0.059 && across < 0.026) return lips
  return colour
}
