import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { augmentationRanges, drawAugmentation, unchanged, writeTransform } from './augmentation.ts'

const apply = (m: Float64Array, x: number, y: number): [number, number] => [
  m[0] * x + m[1] * y + m[2],
  m[3] * x + m[4] * y + m[5],
]

it('a point that is moved and moved back is where it was, mirrored or not', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: -50, max: 150, noNaN: true }),
      fc.double({ min: -50, max: 150, noNaN: true }),
      (seed, x, y) => {
        const { forward, inverse } = drawAugmentation(new Random(seed), augmentationRanges.strong, 96, 64)
        const [u, v] = apply(inverse, ...apply(forward, x, y))
        expect(u).toBeCloseTo(x, 6)
        expect(v).toBeCloseTo(y, 6)
      },
    ),
  )
})

it('a mirror alone maps the left edge to the right edge and swaps pixel 0 with the last', () => {
  const only = { flip: 1, rotation: 0, scale: 0, shift: 0, colour: 0 }
  const change = drawAugmentation(new Random(1), only, 10, 8)
  expect(apply(change.forward, 0, 3)).toEqual([8, 3])
  const transform = new Float32Array(8)
  writeTransform(change, transform, 0)
  // Output pixel 0 is taken from input pixel 7.
  expect(Array.from(transform, (value) => value + 0)).toEqual([-1, 0, 7, 0, 1, 0, 0, 0])
})

it('no change is the identity in pixels and colours', () => {
  const transform = new Float32Array(8)
  writeTransform(unchanged(), transform, 0)
  expect([...transform]).toEqual([1, 0, 0, 0, 1, 0, 0, 0])
  expect([...unchanged().colour]).toEqual([1, 1, 1, 0, 0, 0])
})
