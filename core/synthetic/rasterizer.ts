import type { Solid } from './solid.ts'

/** Samples a pixel side: 2 gives four samples a pixel. */
export const samplesPerPixel = 2

/** Orthographic view: pixel x = centreX + scale·X, y = centreY − scale·Y, for X, Y in metres. */
export interface View {
  readonly width: number
  readonly height: number
  /** Pixels a metre. */
  readonly scale: number
  readonly centreX: number
  readonly centreY: number
}

/** The nearest surface at each sample, (2·height) × (2·width), row-major. */
export interface SampleBuffer {
  readonly columns: number
  readonly rows: number
  /** Index of the solid, −1 where none. */
  readonly solid: Int16Array
  /** Depth behind the pelvis' plane, metres; +∞ where none. */
  readonly depth: Float32Array
}

/** Draws all solids through a z-buffer. */
export function rasterize(solids: readonly Solid[], view: View): SampleBuffer {
  const columns = view.width * samplesPerPixel
  const rows = view.height * samplesPerPixel
  const buffer: SampleBuffer = {
    columns,
    rows,
    solid: new Int16Array(columns * rows).fill(-1),
    depth: new Float32Array(columns * rows).fill(Infinity),
  }
  solids.forEach((solid, index) => drawSolid(solid, index, view, buffer))
  return buffer
}

/** The x in metres of a sample's column. */
export function sampleX(view: View, column: number): number {
  return ((column + 0.5) / samplesPerPixel - view.centreX) / view.scale
}

/** The y in metres, up, of a sample's row. */
export function sampleY(view: View, row: number): number {
  return (view.centreY - (row + 0.5) / samplesPerPixel) / view.scale
}

/**
 * The intersection of a ray with a rounded cone is Íñigo Quílez' (iquilezles.org/articles/intersectors, MIT licence),
 * here for a ray whose direction need not have unit length, as the stretch of the frame demands.
 */
function drawSolid(solid: Solid, index: number, view: View, buffer: SampleBuffer): void {
  const { ray, axis, offset, stepX, stepY, radiusA, radiusB } = solid
  const perMetre = view.scale * samplesPerPixel
  const [left, right, bottom, top] = solid.extent
  const firstColumn = Math.max(0, Math.floor(left * perMetre + view.centreX * samplesPerPixel))
  const lastColumn = Math.min(buffer.columns - 1, Math.ceil(right * perMetre + view.centreX * samplesPerPixel))
  const firstRow = Math.max(0, Math.floor(view.centreY * samplesPerPixel - top * perMetre))
  const lastRow = Math.min(buffer.rows - 1, Math.ceil(view.centreY * samplesPerPixel - bottom * perMetre))
  const [r0, r1, r2] = ray
  const [a0, a1, a2] = axis
  const rr = radiusA - radiusB
  const axisSquare = a0 * a0 + a1 * a1 + a2 * a2
  const axisRay = a0 * r0 + a1 * r1 + a2 * r2
  const raySquare = r0 * r0 + r1 * r1 + r2 * r2
  const d2 = axisSquare - rr * rr
  const k2 = d2 * raySquare - axisRay * axisRay
  const hasSide = d2 > 1e-12 && Math.abs(k2) > 1e-12
  const squareA = radiusA * radiusA
  const squareB = radiusB * radiusB
  const dx = 1 / perMetre
  const closed = !solid.primitive.open
  for (let row = firstRow; row <= lastRow; row++) {
    const y = sampleY(view, row)
    const x = sampleX(view, firstColumn)
    let o0 = offset[0] + x * stepX[0] + y * stepY[0]
    let o1 = offset[1] + x * stepX[1] + y * stepY[1]
    let o2 = offset[2] + x * stepX[2] + y * stepY[2]
    let sample = row * buffer.columns + firstColumn
    for (let column = firstColumn; column <= lastColumn; column++, sample++) {
      const along = a0 * o0 + a1 * o1 + a2 * o2
      const towards = r0 * o0 + r1 * o1 + r2 * o2
      const square = o0 * o0 + o1 * o1 + o2 * o2
      o0 += stepX[0] * dx
      o1 += stepX[1] * dx
      o2 += stepX[2] * dx
      let hit = Infinity
      if (hasSide) {
        const k1 = d2 * towards - along * axisRay + axisRay * rr * radiusA
        const k0 = d2 * square - along * along + along * rr * radiusA * 2 - axisSquare * squareA
        const h = k1 * k1 - k0 * k2
        if (h < 0 && k2 > 0) continue
        if (h >= 0) {
          const t = (-Math.sqrt(h) - k1) / k2
          const place = along - radiusA * rr + t * axisRay
          if (place > 0 && place < d2) hit = t
        }
      }
      if (hit === Infinity) {
        const capA = towards * towards - raySquare * (square - squareA)
        if (capA > 0) hit = (-towards - Math.sqrt(capA)) / raySquare
        const towardsB = towards - axisRay
        const capB = towardsB * towardsB - raySquare * (square - 2 * along + axisSquare - squareB)
        if (closed && capB > 0) hit = Math.min(hit, (-towardsB - Math.sqrt(capB)) / raySquare)
      }
      if (hit < buffer.depth[sample]) {
        buffer.depth[sample] = hit
        buffer.solid[sample] = index
      }
    }
  }
}
