import { describe, expect, test } from 'vitest'
import { floodFill, mergeParts, pieceAt, piecesOf, recolourPiece, splitPart } from './fill.ts'
import { revertPatch, type PartMask } from './mask.ts'

const mask = (...rows: string[]): PartMask => ({
  width: rows[0].length,
  height: rows.length,
  data: Uint8Array.from(rows.join(''), (part) => (part === '.' ? 0 : Number(part))),
})
const picture = ({ data, width, height }: PartMask): string[] =>
  Array.from({ length: height }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), (part) => part || '.').join(''),
  )

describe('filling', () => {
  test('takes the piece under the pointer, which touches by sides and not by corners', () => {
    const drawn = mask('.1.1.', '.11..', '...11')
    const patch = floodFill(drawn, 1.5, 0.5, 2)
    expect(picture(drawn)).toEqual(['.2.1.', '.22..', '...11'])
    expect(patch?.bounds).toEqual({ left: 1, top: 0, width: 2, height: 2 })
    if (patch !== null) revertPatch(drawn, patch)
    expect(picture(drawn)).toEqual(['.1.1.', '.11..', '...11'])
  })

  test('goes round corners', () => {
    const drawn = mask('11111', '1...1', '1.1.1', '1.1..', '1.111')
    floodFill(drawn, 1, 1, 3)
    expect(picture(drawn)).toEqual(['11111', '13331', '13131', '13133', '13111'])
  })

  test('stays in a rectangle where one is given', () => {
    const drawn = mask('....', '....', '....')
    floodFill(drawn, 1, 1, 1, { left: 1, top: 0, width: 2, height: 2 })
    expect(picture(drawn)).toEqual(['.11.', '.11.', '....'])
    expect(pieceAt(drawn, 0, 0, { left: 1, top: 0, width: 2, height: 2 })).toBeNull()
  })

  test('outside the picture, or with the part that is there, changes nothing', () => {
    const drawn = mask('11', '..')
    expect(floodFill(drawn, -1, 0, 2)).toBeNull()
    expect(floodFill(drawn, 2, 0, 2)).toBeNull()
    expect(floodFill(drawn, 0, 0, 1)).toBeNull()
  })
})

describe('pieces of a part', () => {
  test('come with their pixels, the largest first', () => {
    const pieces = piecesOf(mask('1..11', '1...1', '..1..'), 1)
    expect(pieces.map(({ area, bounds }) => [area, bounds])).toEqual([
      [3, { left: 3, top: 0, width: 2, height: 2 }],
      [2, { left: 0, top: 0, width: 1, height: 2 }],
      [1, { left: 2, top: 2, width: 1, height: 1 }],
    ])
    expect(Array.from(pieces[0].pixels)).toEqual([1, 1, 0, 1])
    expect(piecesOf(mask('..'), 1)).toEqual([])
  })

  test('become parts of their own: the largest keeps its part', () => {
    const drawn = mask('11.1', '11.1', '...1', '1...')
    expect(splitPart(drawn, 1, [5])?.bounds).toEqual({ left: 3, top: 0, width: 1, height: 3 })
    expect(picture(drawn)).toEqual(['11.5', '11.5', '...5', '1...'])
    expect(splitPart(mask('11'), 1, [2])).toBeNull()
  })

  test('one of them can be given another part', () => {
    const drawn = mask('1.1')
    const piece = pieceAt(drawn, 2.5, 0.5)
    if (piece !== null) recolourPiece(drawn, piece, 4)
    expect(picture(drawn)).toEqual(['1.4'])
  })
})

test('merged parts become one, and the patch brings them back', () => {
  const drawn = mask('123', '.31')
  const patch = mergeParts(drawn, [1, 3], 2)
  expect(picture(drawn)).toEqual(['222', '.22'])
  if (patch !== null) revertPatch(drawn, patch)
  expect(picture(drawn)).toEqual(['123', '.31'])
  expect(mergeParts(drawn, [2, 9], 2)).toBeNull()
})
