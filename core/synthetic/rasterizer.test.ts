import { describe, expect, test } from 'vitest'
import { bodyPart, cone, ellipsoid, type Primitive } from './primitive.ts'
import { Random } from './random.ts'
import { rasterize, sampleX, sampleY, type View } from './rasterizer.ts'
import { apply, multiply, rotationX, rotationY, transpose } from './rotation.ts'
import type { Frame } from './skeleton.ts'
import { prepareSolid } from './solid.ts'

const camera: Frame = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] }
const material = { kind: 'solid', colour: [1, 1, 1], grain: 0 } as const
const view: View = { width: 60, height: 60, scale: 30, centreX: 30, centreY: 30 }

function draw(primitives: readonly Primitive[]): ReturnType<typeof rasterize> {
  return rasterize(primitives.map(prepareSolid), view)
}

/** Is the point inside the union of the spheres along the primitive's axis? By sampling 150 of them. */
function inside(primitive: Primitive, point: readonly [number, number, number]): boolean {
  const { frame, a, b, radiusA, radiusB, stretch } = primitive
  const [ox, oy, oz] = frame.origin
  const local = apply(transpose(frame.rotation), [point[0] - ox, point[1] - oy, point[2] - oz])
  for (let step = 0; step <= 150; step++) {
    const share = step / 150
    let square = 0
    for (let axis = 0; axis < 3; axis++)
      square += ((local[axis] - a[axis] - share * (b[axis] - a[axis])) / stretch[axis]) ** 2
    if (square < (radiusA + share * (radiusB - radiusA)) ** 2) return true
  }
  return false
}

describe('a sphere of 0.5 m at z = 0.2', () => {
  const sphere = cone(camera, bodyPart.torso, material, [[0, 0, 0.2], 0.5], [[0, 0, 0.2], 0.5])
  const buffer = draw([sphere])

  test('covers π·r² of the picture', () => {
    const covered = buffer.solid.filter((solid) => solid === 0).length / 4
    expect(covered / (30 * 30)).toBeCloseTo(Math.PI * 0.25, 2)
  })

  test('is nearest in its middle, at a depth of −0.7, and follows √(r² − x² − y²)', () => {
    for (const [column, row] of [
      [60, 60],
      [70, 55],
      [45, 70],
    ]) {
      const x = sampleX(view, column)
      const y = sampleY(view, row)
      const expected = -0.2 - Math.sqrt(0.25 - x * x - y * y)
      expect(buffer.depth[row * buffer.columns + column]).toBeCloseTo(expected, 5)
    }
  })
})

test('the nearer of two solids is seen, whatever their order', () => {
  const near = ellipsoid(camera, bodyPart.head, material, [0, 0, 0.5], [0.2, 0.2, 0.2])
  const far = ellipsoid(camera, bodyPart.torso, material, [0, 0, -0.5], [0.4, 0.4, 0.4])
  const middle = 60 * 120 + 60
  expect(draw([near, far]).solid[middle]).toBe(0)
  expect(draw([far, near]).solid[middle]).toBe(1)
})

test('rounded cones, stretched and turned at random, are the hull of their two spheres', () => {
  const random = new Random(4)
  let misses = 0
  let samples = 0
  for (let shape = 0; shape < 12; shape++) {
    const point = (): [number, number, number] => [
      random.between(-0.3, 0.3),
      random.between(-0.3, 0.3),
      random.between(-0.3, 0.3),
    ]
    const frame: Frame = {
      rotation: multiply(rotationY(random.between(0, 6)), rotationX(random.between(0, 6))),
      origin: point(),
    }
    const stretch = [1, random.between(0.5, 1.5), random.between(0.5, 1.5)] as const
    const primitive = cone(
      frame,
      bodyPart.torso,
      material,
      [point(), random.between(0.05, 0.3)],
      [point(), random.between(0.05, 0.3)],
      { stretch },
    )
    const buffer = draw([primitive])
    for (let row = 0; row < 120; row += 9) {
      for (let column = 0; column < 120; column += 9) {
        const depth = buffer.depth[row * 120 + column]
        const at = (behind: number): boolean => inside(primitive, [sampleX(view, column), sampleY(view, row), -behind])
        samples++
        // Just behind the surface is inside and just in front is not; a ray that misses meets nothing at any depth.
        if (Number.isFinite(depth)) misses += at(depth + 0.004) && !at(depth - 0.004) ? 0 : 1
        else for (let behind = -1.5; behind < 1.5; behind += 0.1) misses += at(behind) ? 1 : 0
      }
    }
  }
  // Rays that graze the silhouette may differ by the four millimetres.
  expect(samples).toBe(12 * 14 * 14)
  expect(misses).toBeLessThan(8)
})

test('a hem ends without the second sphere’s cap', () => {
  const skirt = (open: boolean): Primitive =>
    cone(camera, bodyPart.hips, material, [[0, 0.3, 0], 0.2], [[0, -0.1, 0], 0.2], { open })
  const lowest = (open: boolean): number => {
    const { solid } = draw([skirt(open)])
    return Math.floor(solid.lastIndexOf(0) / 120)
  }
  expect(sampleY(view, lowest(false))).toBeCloseTo(-0.3, 1)
  expect(sampleY(view, lowest(true))).toBeCloseTo(-0.1, 1)
})
