import type { Augmentation } from '../batch/augmentation.ts'

export interface MapGeometry {
  /** Size of the crop, in pixels. */
  readonly cropHeight: number
  readonly cropWidth: number
  /** Size of the map, in cells. */
  readonly height: number
  readonly width: number
}

/** The map of a crop with a cell for every `stride` × `stride` pixels. */
export function mapGeometry(cropHeight: number, cropWidth: number, stride: number): MapGeometry {
  return { cropHeight, cropWidth, height: cropHeight / stride, width: cropWidth / stride }
}

/**
 * For every cell of the map, the pixel of the unchanged crop that lies under a point of it after the augmentation, by default
 * its centre; −1 outside. Offsets are shares of the cell. Labels are looked up, not interpolated: part numbers and invalid
 * depth have no in-between.
 */
export function sampleCells(
  { inverse }: Augmentation,
  geometry: MapGeometry,
  out: Int32Array,
  offsetX = 0.5,
  offsetY = 0.5,
): void {
  const { cropHeight, cropWidth, height, width } = geometry
  const [stepX, stepY] = [cropWidth / width, cropHeight / height]
  for (let row = 0, cell = 0; row < height; row++) {
    const y = (row + offsetY) * stepY
    for (let column = 0; column < width; column++, cell++) {
      const x = (column + offsetX) * stepX
      const sourceX = Math.floor(inverse[0] * x + inverse[1] * y + inverse[2])
      const sourceY = Math.floor(inverse[3] * x + inverse[4] * y + inverse[5])
      const inside = sourceX >= 0 && sourceX < cropWidth && sourceY >= 0 && sourceY < cropHeight
      out[cell] = inside ? sourceY * cropWidth + sourceX : -1
    }
  }
}
