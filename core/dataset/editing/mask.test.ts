import { expect, test } from 'vitest'
import { boundsOfParts } from './mask.ts'

/** A mask from lines of digits. */
function maskOf(...rows: readonly string[]) {
  return { width: rows[0].length, height: rows.length, data: Uint8Array.from(rows.join(''), Number) }
}

test('the bounds of a mask leave out the background around its parts', () => {
  expect(boundsOfParts(maskOf('0000000', '0000000', '0010000', '0000020', '0000000'))).toEqual({
    left: 2,
    top: 2,
    width: 4,
    height: 2,
  })
  expect(boundsOfParts(maskOf('00000', '00001', '10000'))).toEqual({ left: 0, top: 1, width: 5, height: 2 })
  expect(boundsOfParts(maskOf('0001', '0000', '0000', '0200'))).toEqual({ left: 1, top: 0, width: 3, height: 4 })
})

test('the bounds of one part leave out the others', () => {
  const mask = maskOf('1100', '0020', '0022', '1000')
  expect(boundsOfParts(mask, 2)).toEqual({ left: 2, top: 1, width: 2, height: 2 })
  expect(boundsOfParts(mask, 3)).toBeNull()
})

test('nothing but background has no bounds', () => {
  expect(boundsOfParts(maskOf('00000', '00000'))).toBeNull()
})
