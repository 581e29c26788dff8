import { expect, test } from 'vitest'
import { boxHandles, boxOverlap, dragHandle, drawBox, handlePlace, moveBox } from './box.ts'

const image = { width: 100, height: 80 }
const box = { x: 10, y: 20, width: 30, height: 40 }

test('a handle moves its own edges and no other', () => {
  expect(dragHandle(box, 'nw', 5, 7, image)).toEqual({ x: 5, y: 7, width: 35, height: 53 })
  expect(dragHandle(box, 'n', 99, 30, image)).toEqual({ x: 10, y: 30, width: 30, height: 30 })
  expect(dragHandle(box, 'e', 50, 0, image)).toEqual({ x: 10, y: 20, width: 40, height: 40 })
  expect(dragHandle(box, 'sw', 12, 50, image)).toEqual({ x: 12, y: 20, width: 28, height: 30 })
})

test('dragged to where it lies, no handle changes the box', () => {
  for (const handle of boxHandles) {
    const { x, y } = handlePlace(box, handle)
    expect(dragHandle(box, handle, x, y, image)).toEqual(box)
  }
})

test('a box keeps a smallest size, whichever way a handle is dragged', () => {
  expect(dragHandle(box, 'se', 0, 0, image)).toEqual({ x: 10, y: 20, width: 2, height: 2 })
  expect(dragHandle(box, 'nw', 90, 75, image)).toEqual({ x: 38, y: 58, width: 2, height: 2 })
})

test('an edge stops at the border of the picture; one that was beyond it does not jump', () => {
  expect(dragHandle(box, 'se', 500, 500, image)).toEqual({ x: 10, y: 20, width: 90, height: 60 })
  const cut = { x: -8, y: 20, width: 30, height: 40 }
  expect(dragHandle(cut, 'e', 30, 0, image)).toEqual({ x: -8, y: 20, width: 38, height: 40 })
  expect(dragHandle(cut, 'w', -8, 0, image)).toEqual(cut)
  expect(dragHandle(cut, 'w', -30, 0, image)).toEqual(cut)
})

test('moving stops at the border', () => {
  expect(moveBox(box, 3, -4, image)).toEqual({ ...box, x: 13, y: 16 })
  expect(moveBox(box, 500, -500, image)).toEqual({ ...box, x: 70, y: 0 })
  const cut = { x: -8, y: 20, width: 30, height: 40 }
  expect(moveBox(cut, -1, 0, image)).toEqual(cut)
  expect(moveBox(cut, 1, 0, image)).toEqual({ ...cut, x: -7 })
})

test('a box is drawn between two corners, inside the picture; a click draws none', () => {
  expect(drawBox(30, 50, 10, 20, image)).toEqual({ x: 10, y: 20, width: 20, height: 30 })
  expect(drawBox(-5, 70, 10, 200, image)).toEqual({ x: 0, y: 70, width: 10, height: 10 })
  expect(drawBox(30, 50, 31, 51, image)).toBeNull()
})

test('overlap is the shared part of both areas together', () => {
  expect(boxOverlap(box, box)).toBe(1)
  // 20 of 30 columns shared: 800 / (1200 + 1200 − 800).
  expect(boxOverlap(box, { ...box, x: 20 })).toBe(0.5)
  expect(boxOverlap(box, { ...box, x: 40 })).toBe(0)
})
