import type { Appearance } from './identity.ts'
import { bodyPart, cone, ellipsoid, type Material, type Primitive } from './primitive.ts'
import type { Point } from './rotation.ts'
import { placeIn, type Frame, type PosedBody } from './skeleton.ts'

const cameraFrame: Frame = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] }

/** Neck, face, hair and hat. The head's frame has its origin at the upper neck; measures are an average head's × its size. */
export function headSolids(person: Appearance, body: PosedBody): Primitive[] {
  const { head, chest, proportions } = body
  const size = proportions.head
  const at = (x: number, y: number, z: number): Point => [x * size, y * size, z * size]
  const skin: Material = { kind: 'solid', colour: person.skin, grain: 0 }
  const face: Material = { kind: 'face', colour: person.skin, brows: person.hairColour, glasses: person.glasses, size }
  const part = bodyPart.head
  return [
    cone(
      cameraFrame,
      part,
      skin,
      [placeIn(chest, [0, 0.95 * proportions.chest, -0.005]), 0.054],
      [placeIn(head, at(0, 0.03, -0.005)), 0.05],
    ),
    ellipsoid(head, part, face, at(0, 0.125, 0.008), at(0.075, 0.1, 0.093)),
    cone(head, part, face, [at(0, 0.09, 0.032), 0.06 * size], [at(0, 0.032, 0.056), 0.034 * size]),
    cone(head, part, skin, [at(0, 0.122, 0.098), 0.009 * size], [at(0, 0.092, 0.112), 0.014 * size]),
    ...[-1, 1].map((side) => ellipsoid(head, part, skin, at(side * 0.074, 0.112, 0), at(0.012, 0.026, 0.018))),
    ...hairSolids(person, body, at),
    ...hatSolids(person, head, at),
  ]
}

function hairSolids(person: Appearance, body: PosedBody, at: (x: number, y: number, z: number) => Point): Primitive[] {
  const { head, chest, proportions } = body
  if (person.hair === 'bald') return []
  const size = proportions.head
  const hair: Material = { kind: 'solid', colour: person.hairColour, grain: 0.35 }
  const part = bodyPart.hair
  // Standing back and up from the skull, so that the face comes out in front of it.
  const solids = [
    ellipsoid(head, part, hair, at(0, 0.143, -0.014), at(0.081, 0.096, 0.092)),
    ellipsoid(head, part, hair, at(0, 0.1, -0.04), at(0.072, 0.075, 0.062)),
  ]
  if (person.hair === 'bob' || person.hair === 'long') {
    for (const side of [-1, 1]) {
      solids.push(
        cone(
          head,
          part,
          hair,
          [at(side * 0.052, 0.13, -0.012), 0.037 * size],
          [at(side * 0.06, 0.03, -0.02), 0.032 * size],
        ),
      )
    }
    solids.push(cone(head, part, hair, [at(0, 0.1, -0.05), 0.062 * size], [at(0, 0.02, -0.05), 0.055 * size]))
  }
  if (person.hair === 'long') {
    const back = placeIn(chest, [0, 0.55 * proportions.chest, -0.115])
    for (const side of [-1, 1]) {
      solids.push(
        cone(
          cameraFrame,
          part,
          hair,
          [placeIn(head, at(side * 0.035, 0.09, -0.05)), 0.055 * size],
          [placeIn(chest, [side * 0.055, 0.62 * proportions.chest, -0.105]), 0.05 * size],
        ),
      )
    }
    solids.push(cone(cameraFrame, part, hair, [placeIn(head, at(0, 0.09, -0.055)), 0.06 * size], [back, 0.05 * size]))
  }
  if (person.hair === 'bun') solids.push(ellipsoid(head, part, hair, at(0, 0.19, -0.085), at(0.045, 0.042, 0.042)))
  return solids
}

function hatSolids(person: Appearance, head: Frame, at: (x: number, y: number, z: number) => Point): Primitive[] {
  if (person.hat === null) return []
  const felt: Material = { kind: 'solid', colour: person.hat, grain: 0 }
  return [
    ellipsoid(head, bodyPart.hair, felt, at(0, 0.168, -0.004), at(0.088, 0.074, 0.102)),
    ellipsoid(head, bodyPart.hair, felt, at(0, 0.166, 0.09), at(0.07, 0.014, 0.075)),
  ]
}
