import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DrawnValueOf } from '../../../../core/api/labels.ts'
import { partsRuns } from '../../../../core/dataset/editing/maskRuns.ts'
import { partWords } from '../../../overlays/rasters.ts'
import { OtherMasks } from './otherMasks.ts'

type Shape = DrawnValueOf<'parts'>

/** A canvas that only keeps what is put into it, as words. */
class KeptCanvas {
  readonly width: number
  readonly height: number
  readonly words: Uint32Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.words = new Uint32Array(width * height)
  }

  getContext() {
    return {
      putImageData: (image: KeptImage, left: number, top: number) => {
        for (let row = 0; row < image.height; row++) {
          const line = image.words.subarray(row * image.width, (row + 1) * image.width)
          this.words.set(line, (top + row) * this.width + left)
        }
      },
    }
  }
}

class KeptImage {
  readonly width: number
  readonly height: number
  readonly words: Uint32Array

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.width = width
    this.height = height
    this.words = new Uint32Array(data.buffer)
  }
}

const before = { OffscreenCanvas: globalThis.OffscreenCanvas, ImageData: globalThis.ImageData }
beforeAll(() => void Object.assign(globalThis, { OffscreenCanvas: KeptCanvas, ImageData: KeptImage }))
afterAll(() => void Object.assign(globalThis, before))

function shape(left: number, top: number, rows: readonly (readonly number[])[]): Shape {
  const [width, height] = [rows[0].length, rows.length]
  const runs = partsRuns({ kind: 'parts', left, top, width, height, data: Uint8Array.from(rows.flat()) })
  return { kind: 'parts', ...runs, columns: width, rows: height }
}

/** What is drawn, as rows of part numbers. */
function drawn(masks: OtherMasks, shapes: readonly Shape[]): number[][] {
  const seen: KeptCanvas[] = []
  const context = { imageSmoothingEnabled: true, drawImage: (canvas: KeptCanvas) => seen.push(canvas) }
  const identity = { scale: 1, x: 0, y: 0 }
  masks.draw(context as unknown as CanvasRenderingContext2D, shapes, identity, { width: 100, height: 100 })
  const [{ width, height, words }] = seen
  return Array.from({ length: height }, (_, row) =>
    Array.from(words.subarray(row * width, (row + 1) * width), (word) => partWords.indexOf(word)),
  )
}

const wide = shape(2, 1, [
  [1, 1, 1, 1],
  [1, 1, 1, 1],
])
const small = shape(3, 1, [
  [0, 2],
  [2, 2],
])
const last = shape(5, 2, [[3, 3]])

test('the later mask lies over the earlier one', () => {
  expect(drawn(new OtherMasks(), [wide, small, last])).toEqual([
    [1, 1, 2, 1, 0],
    [1, 2, 2, 3, 3],
  ])
})

test('where a mask went, what lies under it shows; where it comes back, all is as before', () => {
  const masks = new OtherMasks()
  const all = drawn(masks, [wide, small, last])
  expect(drawn(masks, [wide, last])).toEqual([
    [1, 1, 1, 1, 0],
    [1, 1, 1, 3, 3],
  ])
  expect(drawn(masks, [small, last])).toEqual([
    [0, 0, 2, 0, 0],
    [0, 2, 2, 3, 3],
  ])
  expect(drawn(masks, [wide, small, last])).toEqual(all)
})

test('a mask beyond all others is drawn too', () => {
  const masks = new OtherMasks()
  drawn(masks, [wide])
  expect(drawn(masks, [wide, shape(0, 0, [[4]])])).toEqual([
    [4, 0, 0, 0, 0, 0],
    [0, 0, 1, 1, 1, 1],
    [0, 0, 1, 1, 1, 1],
  ])
})
