import { describe, expect, test } from 'vitest'
import { componentOf, isValidNormal } from '../dataset/normals.ts'
import { composeNormals } from './compose.ts'
import { personLabels, syntheticPeople } from './dataset.ts'
import { renderPerson } from './person.ts'
import { bodyPart, cone, ellipsoid } from './primitive.ts'
import { rasterize, type View } from './rasterizer.ts'
import { rotationX, rotationY, multiply } from './rotation.ts'
import { prepareSolid } from './solid.ts'
import { syntheticTasks } from './tasks.ts'

const material = { kind: 'solid', colour: [1, 1, 1], grain: 0 } as const
const view: View = { width: 60, height: 60, scale: 30, centreX: 30, centreY: 30 }
const upright = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] } as const

function normalsOf(primitive: Parameters<typeof prepareSolid>[0], scene: number): (x: number, y: number) => number[] {
  const solids = [prepareSolid(primitive)]
  const pixels = view.width * view.height
  const background = {
    rgb: new Float32Array(3 * pixels),
    depth: new Float32Array(pixels),
    scene: new Uint8Array(pixels).fill(scene),
  }
  const data = composeNormals(solids, rasterize(solids, view), background, view)
  return (x, y) => {
    const pixel = y * view.width + x
    return isValidNormal(data, pixel) ? Array.from(data.subarray(3 * pixel, 3 * pixel + 3), componentOf) : []
  }
}

describe('a sphere of 0.5 m in the middle of the picture', () => {
  const sphere = cone(upright, bodyPart.torso, material, [[0, 0, 0.2], 0.5], [[0, 0, 0.2], 0.5])

  test('has directions that are places on it, divided by its radius', () => {
    const at = normalsOf(sphere, 0)
    for (const [x, y] of [
      [30, 30],
      [37, 30],
      [30, 20],
      [22, 38],
    ]) {
      // Any of the pixel's four samples, a quarter of a pixel from its centre: 0.0083 m.
      const [right, up] = [(x + 0.5 - 30) / 30 / 0.5, (30 - y - 0.5) / 30 / 0.5]
      const [nx, ny, nz] = at(x, y)
      expect(Math.abs(nx - right)).toBeLessThan(0.018)
      expect(Math.abs(ny - up)).toBeLessThan(0.018)
      expect(nz).toBeCloseTo(Math.sqrt(1 - nx * nx - ny * ny), 4)
    }
  })

  test('stands before a wall that faces the camera, or ground that lies level, or a sky of no direction', () => {
    expect(normalsOf(sphere, 0)(2, 2)).toEqual([0, 0, 1])
    expect(normalsOf(sphere, 1)(2, 2)).toEqual([0, 1, 0])
    expect(normalsOf(sphere, 2)(2, 2)).toEqual([])
  })
})

test('a flattened and turned body has the directions that the slope of its depth gives', () => {
  const turned = { rotation: multiply(rotationY(0.6), rotationX(0.4)), origin: [0, 0, 0] } as const
  const body = prepareSolid(ellipsoid(turned, bodyPart.torso, material, [0, 0, 0], [0.7, 0.4, 0.25]))
  const { depth, columns } = rasterize([body], view)
  const at = normalsOf(body.primitive, 0)
  const step = 1 / (view.scale * 2)
  for (const [x, y] of [
    [30, 30],
    [34, 28],
    [25, 32],
  ]) {
    // The surface is z = −depth, whose direction is (∂depth/∂x, ∂depth/∂up, 1). Rows of samples go down.
    const sample = 2 * y * columns + 2 * x
    const across = (depth[sample + 1] - depth[sample - 1]) / (2 * step)
    const up = (depth[sample - columns] - depth[sample + columns]) / (2 * step)
    const length = Math.hypot(across, up, 1)
    at(x, y).forEach((component, axis) => {
      expect(Math.abs(component - [across / length, up / length, 1 / length][axis])).toBeLessThan(0.05)
    })
  }
})

test('people are labelled with normals where that is asked for, and are the same people without', () => {
  const options = { seed: 3, index: 2, profile: 'full', width: 32, height: 64 } as const
  const [plain, labelled] = [renderPerson(options), renderPerson({ ...options, normals: true })]
  expect(labelled.rgb).toEqual(plain.rgb)
  expect(plain.normals).toBeNull()
  expect(Object.keys(syntheticTasks('partial', true))).toEqual([
    'attributes',
    'identity',
    'keypoints',
    'parts',
    'normals',
  ])
  const [{ person }] = syntheticPeople({ profile: 'partial', people: 1, seed: 1, width: 32, height: 64, normals: true })
  const { normals } = personLabels(person)
  if (normals.kind !== 'normals') throw new Error('normals are a label of normals')
  for (let pixel = 0; pixel < 32 * 64; pixel++) {
    const [x, y, z] = normals.data.subarray(3 * pixel, 3 * pixel + 3)
    const length = Math.hypot(componentOf(x), componentOf(y), componentOf(z))
    expect(Math.abs(length - 1)).toBeLessThan(1e-4)
    // Nothing that is seen faces away.
    expect(componentOf(z)).toBeGreaterThan(-0.02)
  }
})
