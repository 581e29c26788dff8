import type { PartsValue } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import { decompressCounts } from '../rle/compressedCounts.ts'
import { type OutlineBudget, rleFromPolygon } from '../rle/polygon.ts'
import { paintRle, type PixelBox, type Rle, rleArea, rleBox, rleFromCounts } from '../rle/rle.ts'
import { asFields, numberList } from './fields.ts'

/** How much work the masks of one image may be: hostile files can ask for hours with a few kilobytes. */
export interface MaskBudget extends OutlineBudget {
  painted: number
}

export const maskBudget = (): MaskBudget => ({ points: 2 ** 26, painted: 2 ** 31 })

export interface ImageSize {
  readonly width: number
  readonly height: number
}

function corrupt(detail: string): MendError {
  return new MendError('label-corrupt', detail, 'Correct the mask in the file, or leave it out.')
}

function polygonMasks(polygons: readonly unknown[], size: ImageSize | null, budget: MaskBudget): readonly Rle[] {
  if (size === null) throw corrupt('polygons of an image whose size the file does not give')
  const lists = polygons.map(numberList)
  // COCO itself has a few polygons of two points beside real ones; they cover no pixel.
  const usable = lists.filter((list) => list === null || list.length >= 6)
  if (usable.length === 0) throw corrupt('a mask without a polygon of three points')
  return usable.map((list) => {
    if (list === null) throw corrupt('a polygon that is not a list of numbers')
    return rleFromPolygon(list, size.height, size.width, budget)
  })
}

function runMask(segmentation: unknown, size: ImageSize | null): Rle {
  const fields = asFields(segmentation)
  const dimensions = numberList(fields.size)
  if (dimensions === null || dimensions.length !== 2) throw corrupt('a mask in run lengths without "size"')
  const [height, width] = dimensions
  if (size !== null && (height !== size.height || width !== size.width)) {
    throw corrupt(`a mask of ${height}×${width} (height × width) in an image of ${size.height}×${size.width}`)
  }
  const counts = typeof fields.counts === 'string' ? decompressCounts(fields.counts) : numberList(fields.counts)
  if (counts === null) throw corrupt('a mask whose "counts" are neither text nor numbers')
  return rleFromCounts(counts, height, width)
}

/**
 * The masks behind an annotation's `segmentation`: polygons, or run lengths plain or compressed; they overlap freely.
 * @throws MendError `label-corrupt`, `rle-corrupt`, `annotation-corrupt`
 */
export function readMasks(segmentation: unknown, size: ImageSize | null, budget: MaskBudget): readonly Rle[] {
  return Array.isArray(segmentation) ? polygonMasks(segmentation, size, budget) : [runMask(segmentation, size)]
}

export interface PartMask {
  readonly part: number
  readonly masks: readonly Rle[]
}

const union = (boxes: readonly PixelBox[]): PixelBox => {
  const left = Math.min(...boxes.map((box) => box.left))
  const top = Math.min(...boxes.map((box) => box.top))
  const right = Math.max(...boxes.map((box) => box.left + box.width))
  const bottom = Math.max(...boxes.map((box) => box.top + box.height))
  return boxes.length === 0
    ? { left: 0, top: 0, width: 0, height: 0 }
    : { left, top, width: right - left, height: bottom - top }
}

const areaOf = (masks: readonly Rle[]): number => masks.reduce((sum, mask) => sum + rleArea(mask), 0)

/** Lays masks over each other in a window of their extent: larger below smaller, so that a belt shows on its coat. */
export function paintParts(layers: readonly PartMask[], budget: MaskBudget): PartsValue {
  const sized = layers.map((layer) => ({ ...layer, area: areaOf(layer.masks) })).sort((a, b) => b.area - a.area)
  const boxes = layers.flatMap((layer) => layer.masks.map(rleBox)).filter((box) => box !== null)
  const box = union(boxes)
  budget.painted -= box.width * box.height + sized.reduce((sum, layer) => sum + layer.area, 0)
  if (budget.painted < 0) throw corrupt('the masks of this image are too large together')
  const value: PartsValue = { kind: 'parts', ...box, data: new Uint8Array(box.width * box.height) }
  for (const layer of sized) for (const mask of layer.masks) paintRle(mask, value, layer.part)
  return value
}
