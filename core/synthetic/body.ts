import { clothesOf, type Clothes } from './clothes.ts'
import { headSolids } from './headSolids.ts'
import type { Appearance } from './identity.ts'
import { bodyPart, cone, ellipsoid, type Primitive } from './primitive.ts'
import type { Point } from './rotation.ts'
import {
  placeFrom,
  placeIn,
  shoulderShare,
  spineHeight,
  type Frame,
  type PosedBody,
  type SideFrames,
} from './skeleton.ts'

/** The camera's frame itself: for straps and skirts that span two bones. */
const cameraFrame: Frame = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] }

/** Everything that belongs to a person: body, clothes, hair and bag, as rounded cones. */
export function bodyPrimitives(person: Appearance, body: PosedBody): Primitive[] {
  const clothes = clothesOf(person)
  return [
    ...headSolids(person, body),
    ...torsoSolids(person, clothes, body),
    ...armSolids(clothes, body, body.left, 'left'),
    ...armSolids(clothes, body, body.right, 'right'),
    ...legSolids(clothes, body, body.left, 'left'),
    ...legSolids(clothes, body, body.right, 'right'),
    ...drapedSolids(person, clothes, body),
    ...bagSolids(person, body),
  ]
}

function torsoSolids(person: Appearance, clothes: Clothes, body: PosedBody): Primitive[] {
  const { chest, pelvis, proportions } = body
  const { chest: length, girth, shoulderHalf, hipHalf } = proportions
  const { top, bottom, topEase } = clothes
  const width = 0.65 * (shoulderHalf / 0.172) + 0.35 * girth
  const deep: Point = [1, 1, 0.68]
  const shoulderHeight = (shoulderShare - 0.01) * length
  const shoulder = 0.74 * shoulderHalf
  const { torso, hips } = bodyPart
  const solids = [
    cone(chest, torso, top, [[0, 0.01, 0], 0.124 * girth + topEase], [[0, 0.58 * length, 0], 0.148 * width + topEase], {
      stretch: deep,
    }),
    cone(
      chest,
      torso,
      top,
      [[-shoulder, shoulderHeight, 0], 0.058 + topEase],
      [[shoulder, shoulderHeight, 0], 0.058 + topEase],
    ),
    ...[-1, 1].map((side) =>
      cone(
        chest,
        torso,
        top,
        [[0, 0.98 * length, -0.01], 0.05],
        [[side * shoulder, shoulderHeight + 0.012, 0], 0.045 + topEase],
      ),
    ),
    cone(pelvis, torso, top, [[0, 0.045, 0], 0.122 * girth + topEase], [[0, spineHeight, 0], 0.12 * girth + topEase], {
      stretch: [1, 0.6, 0.74],
    }),
    cone(pelvis, hips, bottom, [[-0.62 * hipHalf, 0, 0], 0.11 * girth], [[0.62 * hipHalf, 0, 0], 0.11 * girth], {
      stretch: [1, 1, 0.95],
    }),
    ...[-1, 1].map((side) =>
      ellipsoid(pelvis, hips, bottom, [side * 0.65 * hipHalf, -0.045, -0.03], [0.088 * girth, 0.095, 0.09 * girth]),
    ),
  ]
  if (person.bust) {
    for (const side of [-1, 1])
      solids.push(ellipsoid(chest, torso, top, [side * 0.062, 0.56 * length, 0.068 * girth], [0.064, 0.06, 0.058]))
  }
  return solids
}

function armSolids(clothes: Clothes, body: PosedBody, frames: SideFrames, side: 'left' | 'right'): Primitive[] {
  const { upperArm, forearm } = frames
  const { upperArm: upperLength, forearm: lowerLength, armThickness: thick } = body.proportions
  const upper = side === 'left' ? bodyPart.leftUpperArm : bodyPart.rightUpperArm
  const lower = side === 'left' ? bodyPart.leftLowerArm : bodyPart.rightLowerArm
  const { top, skin, sleeve, topEase } = clothes
  const covered = sleeve === 'long'
  const ease = covered ? topEase + 0.004 : 0
  const medial = side === 'left' ? -1 : 1
  const solids = [
    cone(
      upperArm,
      upper,
      covered ? top : skin,
      [[0, 0, 0], 0.047 * thick + ease],
      [[0, -upperLength, 0], 0.039 * thick + ease],
    ),
    cone(
      forearm,
      lower,
      covered ? top : skin,
      [[0, 0, 0], 0.038 * thick + ease],
      [[0, -lowerLength, 0], 0.027 * thick + ease],
    ),
    cone(forearm, lower, skin, [[0, -lowerLength - 0.02, 0], 0.038], [[0, -lowerLength - 0.105, 0.008], 0.026], {
      stretch: [0.62, 1, 1],
    }),
    cone(
      forearm,
      lower,
      skin,
      [[0, -lowerLength - 0.02, 0.026], 0.013],
      [[medial * 0.008, -lowerLength - 0.066, 0.048], 0.011],
    ),
  ]
  if (sleeve === 'short') {
    const end = -0.56 * upperLength
    solids.push(
      cone(upperArm, upper, top, [[0, 0, 0], 0.054 * thick + topEase], [[0, end, 0], 0.056 * thick + topEase]),
    )
  } else if (sleeve === 'none') {
    solids.push(ellipsoid(upperArm, upper, skin, [0, -0.01, 0], [0.054 * thick, 0.058, 0.054 * thick]))
  }
  return solids
}

function legSolids(clothes: Clothes, body: PosedBody, frames: SideFrames, side: 'left' | 'right'): Primitive[] {
  const { thigh, calf, foot } = frames
  const { thigh: upperLength, calf: lowerLength, legThickness: thick } = body.proportions
  const left = side === 'left'
  const upper = left ? bodyPart.leftThigh : bodyPart.rightThigh
  const lower = left ? bodyPart.leftCalf : bodyPart.rightCalf
  const sole = left ? bodyPart.leftFoot : bodyPart.rightFoot
  const { bottom, skin, legs, shoes } = clothes
  const covered = legs === 'long'
  const ease = covered ? 0.008 : 0
  const hem = covered ? 0.052 : 0.034
  const outward = left ? 1 : -1
  const solids = [
    cone(
      thigh,
      upper,
      covered ? bottom : skin,
      [[0, 0.01, 0], 0.079 * thick + ease],
      [[0, -upperLength, 0], 0.052 * thick + ease],
    ),
    cone(calf, lower, covered ? bottom : skin, [[0, 0, 0], 0.051 * thick + ease], [[0, -0.95 * lowerLength, 0], hem]),
    cone(foot, sole, shoes, [[0, -0.035, -0.035], 0.04], [[outward * 0.022, -0.05, 0.135], 0.034], {
      stretch: [1, 0.85, 1],
    }),
    cone(foot, sole, shoes, [[0, 0, 0], 0.038], [[0, -0.035, 0], 0.042]),
  ]
  if (!covered) {
    solids.push(cone(calf, lower, skin, [[0, -0.07, -0.014], 0.046 * thick], [[0, -0.2, -0.012], 0.044 * thick]))
  }
  if (legs === 'short') {
    solids.push(cone(thigh, upper, bottom, [[0, 0.01, 0], 0.088 * thick], [[0, -0.62 * upperLength, 0], 0.082 * thick]))
  }
  return solids
}

/** Skirts and coat tails hang from the hips to a point between the thighs and widen with the step. */
function drapedSolids(person: Appearance, clothes: Clothes, body: PosedBody): Primitive[] {
  const { girth, thigh } = body.proportions
  const drape = (share: number, ease: number, isTop: boolean): Primitive => {
    const [left, right] = [body.left, body.right].map((side) =>
      placeFrom(body.pelvis, placeIn(side.thigh, [0, -share * thigh, 0])),
    )
    const middle: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2]
    const apart = Math.hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2]) / 2
    const part = isTop ? bodyPart.torso : bodyPart.hips
    const waist: Point = [0, isTop ? 0.05 : 0.02, 0]
    const rim = Math.min(0.32, 0.13 + ease + 0.66 * apart)
    return cone(body.pelvis, part, isTop ? clothes.top : clothes.bottom, [waist, 0.137 * girth + ease], [middle, rim], {
      open: true,
      stretch: [1, 1, 0.97],
    })
  }
  const solids: Primitive[] = []
  if (person.bottom === 'skirt') solids.push(drape(0.72, 0.012, false))
  if (person.top === 'coat') solids.push(drape(0.5, 0.024, true))
  return solids
}

function bagSolids(person: Appearance, body: PosedBody): Primitive[] {
  const { chest, pelvis, proportions } = body
  const solids: Primitive[] = []
  const length = proportions.chest
  if (person.backpack !== null) {
    const fabric = { kind: 'solid', colour: person.backpack, grain: 0.12 } as const
    const options = { bag: 'backpack' } as const
    solids.push(
      cone(chest, bodyPart.object, fabric, [[0, 0.08 * length, -0.165], 0.115], [[0, 0.7 * length, -0.16], 0.12], {
        ...options,
        stretch: [1.1, 1, 0.72],
      }),
    )
    for (const side of [-1, 1]) {
      const over: Point = [side * 0.1, 0.98 * length, 0.03]
      solids.push(
        cone(
          chest,
          bodyPart.object,
          fabric,
          [over, 0.024],
          [[side * 0.115, 0.45 * length, 0.125 * proportions.girth], 0.02],
          options,
        ),
        cone(chest, bodyPart.object, fabric, [over, 0.024], [[side * 0.09, 0.8 * length, -0.12], 0.024], options),
      )
    }
  }
  if (person.handbag !== null) {
    const side = person.handbag.side === 'left' ? 1 : -1
    const fabric = { kind: 'solid', colour: person.handbag.colour, grain: 0.1 } as const
    const options = { bag: 'handbag' } as const
    const hip = side * (proportions.hipHalf + 0.12 * proportions.girth + 0.03)
    const shoulder = placeIn(chest, [side * 0.11, 0.93 * length, 0])
    solids.push(
      cone(pelvis, bodyPart.object, fabric, [[hip, -0.1, -0.05], 0.085], [[hip, -0.1, 0.07], 0.085], {
        ...options,
        stretch: [0.5, 1, 1],
      }),
    )
    for (const z of [-0.07, 0.09]) {
      solids.push(
        cone(
          cameraFrame,
          bodyPart.object,
          fabric,
          [placeIn(pelvis, [hip, -0.04, z]), 0.013],
          [shoulder, 0.013],
          options,
        ),
      )
    }
  }
  return solids
}
