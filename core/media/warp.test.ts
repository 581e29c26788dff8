import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Affine } from './crop.ts'
import { byteOfComponent, rawNormals } from '../dataset/normals.ts'
import { warpDepth, warpNormals, warpParts } from './warpLabels.ts'
import { warpRgb } from './warpRgb.ts'

function grey(width: number, height: number, at: (x: number, y: number) => number): Parameters<typeof warpRgb>[0] {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) data.fill(at(i % width, Math.floor(i / width)), 3 * i, 3 * i + 3)
  return { width, height, data }
}

const red = (pixels: Uint8Array): number[] => [...pixels].filter((_, i) => i % 3 === 0)

/** Brightness-weighted mean position, in pixel coordinates. */
function centroid(pixels: Uint8Array, width: number): readonly [number, number] {
  let [mass, x, y] = [0, 0, 0]
  red(pixels).forEach((value, i) => {
    mass += value
    x += value * ((i % width) + 0.5)
    y += value * (Math.floor(i / width) + 0.5)
  })
  return [x / mass, y / mass]
}

describe('warpRgb', () => {
  it('copies under the identity', () => {
    const image = grey(5, 4, (x, y) => 40 * x + y)
    expect(warpRgb(image, [1, 0, 0, 0, 1, 0], 5, 4)).toEqual(image.data)
  })

  it('shows grey 114 outside the picture and mixes it at the border', () => {
    const image = grey(4, 1, () => 200)
    // Moved by 2.5: pixel 2 has its centre half a pixel left of the first centre, where bilinear is half and half.
    expect(red(warpRgb(image, [1, 0, 2.5, 0, 1, 0], 8, 1))).toEqual([114, 114, 157, 200, 200, 200, 157, 114])
  })

  it('averages over the footprint when it shrinks, so that fine stripes do not alias', () => {
    const stripes = grey(64, 64, (x) => (x % 2 === 0 ? 0 : 200))
    const inner = red(warpRgb(stripes, [0.25, 0, 0, 0, 0.25, 0], 16, 16)).filter((_, i) => i % 16 > 0 && i % 16 < 15)
    for (const value of inner) expect(Math.abs(value - 100)).toBeLessThanOrEqual(7)
  })

  it.each([
    [0.37, 5.3, 7.9, 40],
    [0.11, 20.25, 18.5, 40],
    [1.7, 3.6, -12.6, 100],
  ])('puts a blob where the affine says, to a fiftieth of a pixel, at scale %d', (scale, dx, dy, side) => {
    const image = grey(60, 80, (x, y) => {
      const value = 255 * Math.exp(-((x + 0.5 - 27.3) ** 2 + (y + 0.5 - 36.8) ** 2) / 50)
      return Math.round(value)
    })
    // The picture's surroundings are grey; a black margin keeps them out of the centroid.
    const framed = grey(600, 600, (x, y) =>
      x >= 200 && x < 260 && y >= 200 && y < 280 ? image.data[((y - 200) * 60 + x - 200) * 3] : 0,
    )
    const affine: Affine = [scale, 0, dx - 200 * scale, 0, scale, dy - 200 * scale]
    const [x, y] = centroid(warpRgb(framed, affine, side, side), side)
    expect(Math.abs(x - (scale * 27.3 + dx))).toBeLessThan(0.02)
    expect(Math.abs(y - (scale * 36.8 + dy))).toBeLessThan(0.02)
  })

  it('agrees with the resize of libvips', async () => {
    const image = grey(96, 128, (x, y) => Math.round(127 + 60 * Math.sin(x / 7) + 60 * Math.cos(y / 9)))
    const expected = await sharp(image.data, { raw: { width: 96, height: 128, channels: 3 } })
      .resize(24, 32, { kernel: 'linear', fit: 'fill' })
      .raw()
      .toBuffer()
    const ours = warpRgb(image, [0.25, 0, 0, 0, 0.25, 0], 24, 32)
    let worst = 0
    for (let y = 1; y < 31; y++)
      for (let x = 1; x < 23; x++)
        worst = Math.max(worst, Math.abs(ours[(y * 24 + x) * 3] - expected[(y * 24 + x) * 3]))
    expect(worst).toBeLessThanOrEqual(2)
  })

  it('refuses rotation', () => {
    expect(() =>
      warpRgb(
        grey(2, 2, () => 0),
        [0, 1, 0, -1, 0, 0],
        2,
        2,
      ),
    ).toThrow(RangeError)
  })
})

describe('warpParts', () => {
  const value = (
    width: number,
    height: number,
    data: number[],
    left = 0,
    top = 0,
  ): Parameters<typeof warpParts>[0] => ({
    kind: 'parts',
    left,
    top,
    width,
    height,
    data: Uint8Array.from(data),
  })

  it('is 255 outside the image and background inside it but outside the window', () => {
    const window = value(2, 1, [5, 6], 1, 1)
    const out = warpParts(window, { width: 4, height: 3 }, [1, 0, 1, 0, 1, 1], 6, 5)
    expect([...out]).toEqual(
      [
        [255, 255, 255, 255, 255, 255],
        [255, 0, 0, 0, 0, 255],
        [255, 0, 5, 6, 0, 255],
        [255, 0, 0, 0, 0, 255],
        [255, 255, 255, 255, 255, 255],
      ].flat(),
    )
  })

  it('takes the majority of each footprint, and the centre among equals', () => {
    // Halved: blocks {1,1,1,2}, {3,3,4,4}. The centre of the second block is its lower right pixel, 4.
    const out = warpParts(value(4, 2, [1, 1, 3, 3, 1, 2, 4, 4]), { width: 4, height: 2 }, [0.5, 0, 0, 0, 0.5, 0], 2, 1)
    expect([...out]).toEqual([1, 4])
    // {7,2,2,9,7,9}: thirds tie at two each; the centre (column 1, row 1) is 7.
    const tie = warpParts(value(3, 2, [2, 9, 2, 9, 7, 7]), { width: 3, height: 2 }, [1 / 3, 0, 0, 0, 0.5, 0], 1, 1)
    expect([...tie]).toEqual([7])
  })

  it('keeps "not annotated" as a value of its own', () => {
    const out = warpParts(value(2, 2, [255, 255, 255, 1]), { width: 2, height: 2 }, [0.5, 0, 0, 0, 0.5, 0], 1, 1)
    expect([...out]).toEqual([255])
  })

  it('enlarges by the nearest pixel', () => {
    const out = warpParts(value(2, 1, [1, 2]), { width: 2, height: 1 }, [3, 0, 0, 0, 1, 0], 6, 1)
    expect([...out]).toEqual([1, 1, 1, 2, 2, 2])
  })

  it('keeps a mask under the same joints as the picture', () => {
    // A 10×10 square at (40, 60); its centre must stay inside it at every scale.
    const data = new Array<number>(100).fill(3)
    for (const scale of [0.3, 0.4, 1, 2.2]) {
      const affine: Affine = [scale, 0, 1.7, 0, scale, -2.4]
      const out = warpParts(value(10, 10, data, 40, 60), { width: 100, height: 120 }, affine, 130, 200)
      const inside = [...out].flatMap((part, i) => (part === 3 ? [i] : []))
      const x = inside.reduce((sum, i) => sum + (i % 130) + 0.5, 0) / inside.length
      const y = inside.reduce((sum, i) => sum + Math.floor(i / 130) + 0.5, 0) / inside.length
      expect(Math.abs(x - (scale * 45 + 1.7))).toBeLessThanOrEqual(0.5)
      expect(Math.abs(y - (scale * 65 - 2.4))).toBeLessThanOrEqual(0.5)
    }
  })
})

describe('warpDepth', () => {
  const depth = {
    kind: 'depth',
    left: 0,
    top: 0,
    width: 4,
    height: 2,
    data: Uint16Array.of(100, 100, 0, 0, 900, 100, 0, 50),
    scale: 0.01,
    offset: 0.5,
  } as const

  it('gives the median of the valid values, and NaN where there are none or outside the window', () => {
    const out = warpDepth(depth, [0.5, 0, 0, 0, 0.5, 0], 3, 1)
    expect(out[0]).toBeCloseTo(1.5, 6)
    expect(out[1]).toBeCloseTo(1, 6)
    expect(out[2]).toBeNaN()
    expect(warpDepth(depth, [1, 0, 0, 0, 1, 0], 4, 2)[2]).toBeNaN()
  })
})

describe('warpNormals', () => {
  const value = (width: number, ...directions: number[]): Parameters<typeof warpNormals>[0] => ({
    kind: 'normals',
    left: 1,
    top: 0,
    width,
    height: 1,
    data: rawNormals(directions),
  })
  const bytes = (...directions: number[]): number[] => directions.map(byteOfComponent)

  it('takes the mean direction of what is valid in a footprint, and nothing where that is nothing', () => {
    // Halved: crop pixel 0 shows the pixels 0 and 1, of which 1 is the window's first; pixel 1 the pixels 2 and 3; pixel 2 nothing.
    const given = value(3, 0, 0, 1, 1, 0, 0, 0, 0, 1)
    const half = Math.SQRT1_2
    expect([...warpNormals(given, [0.5, 0, 0, 0, 1, 0], 3, 1)]).toEqual([...bytes(0, 0, 1, half, 0, half), 0, 0, 0])
  })

  it('says nothing where opposite directions meet', () => {
    expect([...warpNormals(value(2, 1, 0, 0, -1, 0, 0), [0.5, 0, -0.5, 0, 1, 0], 1, 1)]).toEqual([0, 0, 0])
  })

  it('does not turn what it enlarges', () => {
    const enlarged = warpNormals(value(1, 0.6, 0, 0.8), [2, 0, -2, 0, 2, 0], 2, 2)
    expect([...enlarged]).toEqual(Array.from({ length: 4 }, () => bytes(0.6, 0, 0.8)).flat())
  })
})
