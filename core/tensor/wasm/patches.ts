import type { backend_util } from '@tensorflow/tfjs'

/** Sizes, strides and padding of an undilated 2-D convolution, NHWC, as tfjs works them out. */
export type ConvolutionGeometry = backend_util.Conv2DInfo

/** Patches are made for as many output rows at a time as keep them within this many values (4 MB). */
const chunkValues = 2 ** 20

interface Rows {
  readonly first: number
  readonly end: number
}

/** Values of one patch: filter height × width × input channels. */
export function patchLength({ filterHeight, filterWidth, inChannels }: ConvolutionGeometry): number {
  return filterHeight * filterWidth * inChannels
}

/** Ranges [first, end) over the output rows of all images (row = image · outHeight + y), each small enough for its patches. */
export function rowChunks(geometry: ConvolutionGeometry): Rows[] {
  const rows = geometry.batchSize * geometry.outHeight
  const size = Math.max(1, Math.floor(chunkValues / (geometry.outWidth * patchLength(geometry))))
  const count = Math.ceil(rows / size)
  return Array.from({ length: count }, (_, index) => ({ first: index * size, end: Math.min(rows, (index + 1) * size) }))
}

/**
 * Writes the patches of the pictures at `pictures` [B,H,W,C] that the outputs of the given rows see, a column each, at
 * `patches` [filterHeight · filterWidth · C, rows · outWidth]; zero outside the picture. Both are indices into the heap.
 */
export function gatherPatches(
  heap: Float32Array,
  pictures: number,
  geometry: ConvolutionGeometry,
  { first, end }: Rows,
  patches: number,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = geometry
  const { strideHeight, strideWidth } = geometry
  const columns = (end - first) * outWidth
  heap.fill(0, patches, patches + patchLength(geometry) * columns)
  const step = strideWidth * inChannels
  for (let row = first; row < end; row++) {
    const image = Math.floor(row / outHeight)
    const top = (row - image * outHeight) * strideHeight - padInfo.top
    const written = patches + (row - first) * outWidth
    for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
      const y = top + filterRow
      if (y < 0 || y >= inHeight) continue
      for (let filterColumn = 0; filterColumn < filterWidth; filterColumn++) {
        // Outputs whose input lies within the picture: 0 ≤ column · stride + shift < inWidth.
        const shift = filterColumn - padInfo.left
        const from = Math.max(0, Math.ceil(-shift / strideWidth))
        const to = Math.min(outWidth, Math.floor((inWidth - 1 - shift) / strideWidth) + 1)
        const source = pictures + ((image * inHeight + y) * inWidth + from * strideWidth + shift) * inChannels
        const entry = (filterRow * filterWidth + filterColumn) * inChannels
        for (let channel = 0; channel < inChannels; channel++) {
          const target = written + (entry + channel) * columns
          for (let column = from, at = source + channel; column < to; column++, at += step)
            heap[target + column] = heap[at]
        }
      }
    }
  }
}

/**
 * Adds every value of patches, a row each, at `patches` [rows · outWidth, filterHeight · filterWidth · C] to the pixel of
 * the pictures at `pictures` [B,H,W,C] that it stands for; values outside the picture are left out.
 */
export function scatterPatches(
  heap: Float32Array,
  patches: number,
  geometry: ConvolutionGeometry,
  { first, end }: Rows,
  pictures: number,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = geometry
  let patch = patches
  for (let row = first; row < end; row++) {
    const image = Math.floor(row / outHeight)
    const top = (row - image * outHeight) * geometry.strideHeight - padInfo.top
    for (let column = 0; column < outWidth; column++, patch += patchLength(geometry)) {
      const left = column * geometry.strideWidth - padInfo.left
      const [from, to] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)]
      for (let filterRow = 0; filterRow < filterHeight; filterRow++) {
        const y = top + filterRow
        if (y < 0 || y >= inHeight) continue
        // Neighbouring columns of a filter are neighbours in the picture.
        const source = patch + (filterRow * filterWidth + from - left) * inChannels
        const target = pictures + ((image * inHeight + y) * inWidth + from) * inChannels
        const length = (to - from) * inChannels
        for (let at = 0; at < length; at++) heap[target + at] += heap[source + at]
      }
    }
  }
}
