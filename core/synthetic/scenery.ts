import type { Colour } from './identity.ts'
import { bodyPart, cone, ellipsoid, type Material, type Primitive } from './primitive.ts'
import type { Random } from './random.ts'
import type { Frame, PosedBody } from './skeleton.ts'

const cameraFrame: Frame = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] }

/** Camera frame, metres: [left, right, bottom, top] of what is drawn. */
export type Extent = readonly [number, number, number, number]

/** Something to sit on: a stool that stands below the pelvis and turns with it. */
export function seat(body: PosedBody, ground: number, random: Random): Primitive[] {
  const { pelvis, proportions } = body
  const wood: Material = { kind: 'solid', colour: random.pick(objectColours), grain: 0.1 }
  const options = { scenery: true }
  const under = -0.165 * proportions.girth
  const legEnd = ground - 0.02
  const solids = [
    cone(pelvis, bodyPart.object, wood, [[-0.1, under, -0.02], 0.17], [[0.1, under, -0.02], 0.17], {
      ...options,
      stretch: [1, 0.22, 1],
    }),
  ]
  // A post rather than four legs: it hides neither feet nor calves.
  const z = pelvis.rotation[8] * -0.02
  solids.push(cone(cameraFrame, bodyPart.object, wood, [[0, under, z], 0.05], [[0, legEnd, z], 0.05], options))
  return solids
}

/** Something between the camera and the person that hides about a third of them at most. */
export function occluder([left, right, bottom, top]: Extent, random: Random): Primitive[] {
  const width = right - left
  const height = top - bottom
  const near = random.between(0.6, 0.9)
  const material: Material = { kind: 'solid', colour: random.pick(objectColours), grain: 0.15 }
  const options = { scenery: true }
  switch (random.pick(['pole', 'bush', 'bollard', 'edge'] as const)) {
    case 'pole': {
      const x = random.between(left + 0.1 * width, right - 0.1 * width)
      const radius = random.between(0.035, 0.07)
      return [
        cone(
          cameraFrame,
          bodyPart.object,
          material,
          [[x, bottom - 1, near], radius],
          [[x, top + 1, near], radius],
          options,
        ),
      ]
    }
    case 'bush': {
      const leaves: Material = { kind: 'solid', colour: [0.17, 0.34, 0.13], grain: 0.9 }
      const middle = random.between(left, right)
      return Array.from({ length: 6 }, () => {
        const radius = random.between(0.13, 0.24)
        const x = middle + random.between(-0.4, 0.4)
        return ellipsoid(
          cameraFrame,
          bodyPart.object,
          leaves,
          [x, bottom + random.between(-0.1, 0.2) * height, near],
          [radius, radius, 0.5 * radius],
          options,
        )
      })
    }
    case 'bollard': {
      const x = random.between(left, right)
      const radius = random.between(0.1, 0.2)
      const upTo = bottom + random.between(0.15, 0.38) * height
      return [
        cone(
          cameraFrame,
          bodyPart.object,
          material,
          [[x, bottom - 0.5, near], radius],
          [[x, upTo, near], radius * 0.9],
          options,
        ),
      ]
    }
    case 'edge': {
      const onLeft = random.chance(0.5)
      const covered = random.between(0.05, 0.28) * width
      const radius = 1.5
      const x = onLeft ? left + covered - radius : right - covered + radius
      return [
        cone(cameraFrame, bodyPart.object, material, [[x, bottom - 3, near], radius], [[x, top + 3, near], radius], {
          ...options,
          stretch: [1, 1, 0.1],
        }),
      ]
    }
  }
}

const objectColours: readonly Colour[] = [
  [0.5, 0.5, 0.5],
  [0.3, 0.3, 0.32],
  [0.62, 0.55, 0.42],
  [0.42, 0.27, 0.17],
  [0.7, 0.68, 0.62],
  [0.25, 0.32, 0.42],
]
