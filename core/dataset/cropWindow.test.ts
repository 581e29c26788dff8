import { describe, expect, test } from 'vitest'
import { cropWindow } from './cropWindow.ts'

const image = { width: 400, height: 300 }

describe('the window that a picture of one person shows', () => {
  test('grows by the margin at each side', () => {
    expect(cropWindow({ x: 100, y: 100, width: 50, height: 100 }, image, { margin: 0.1, aspect: null })).toEqual({
      left: 95,
      top: 90,
      width: 60,
      height: 120,
    })
  })

  test('widens to the aspect around the box', () => {
    // 40 × 100 at 0.8 becomes 80 × 100 around the centre at x = 170.
    expect(cropWindow({ x: 150, y: 50, width: 40, height: 100 }, image, { margin: 0, aspect: 0.8 })).toEqual({
      left: 130,
      top: 50,
      width: 80,
      height: 100,
    })
  })

  test('moves into the image at its edge instead of shrinking', () => {
    expect(cropWindow({ x: 0, y: 0, width: 40, height: 100 }, image, { margin: 0, aspect: 0.8 })).toEqual({
      left: 0,
      top: 0,
      width: 80,
      height: 100,
    })
  })

  test('is cut where the image has no room', () => {
    const window = cropWindow({ x: 0, y: 0, width: 400, height: 100 }, image, { margin: 0, aspect: 0.5 })
    expect(window).toEqual({ left: 0, top: 0, width: 400, height: 300 })
  })

  test('is the whole image without a box, or with one outside it', () => {
    const whole = { left: 0, top: 0, width: 400, height: 300 }
    expect(cropWindow(null, image, { margin: 0.2, aspect: 1 })).toEqual(whole)
    expect(cropWindow({ x: 500, y: 0, width: 10, height: 10 }, image, { margin: 0.2, aspect: 1 })).toEqual(whole)
  })

  test('covers at least a pixel of a box thinner than one', () => {
    expect(cropWindow({ x: 10.2, y: 10.2, width: 0.1, height: 0.1 }, image, { margin: 0, aspect: null })).toEqual({
      left: 10,
      top: 10,
      width: 1,
      height: 1,
    })
  })
})
