import { describe, expect, test } from 'vitest'
import { drawAppearance, type Appearance } from './identity.ts'
import { renderFigure, renderPerson, type SyntheticPerson } from './person.ts'
import { poseFromAngles } from './pose.ts'
import { drawPose } from './poseFamilies.ts'
import { Random } from './random.ts'
import { jointNames, poseBody } from './skeleton.ts'
import { bodyPartsSchema } from './tasks.ts'
import { decodeVector, encodeVector, vectorSchema } from './vector.ts'
import { jointParts } from './visibility.ts'

const size = { width: 64, height: 128 }
const people = Array.from({ length: 120 }, (_, index) => renderPerson({ seed: 1, index, profile: 'full', ...size }))

function partAt(person: SyntheticPerson, x: number, y: number): number {
  return person.parts[Math.floor(y) * person.width + Math.floor(x)]
}

test('the same seed and index give the same person, another index another', () => {
  expect(renderPerson({ seed: 1, index: 7, profile: 'full', ...size })).toEqual(people[7])
  expect(people[7].rgb).not.toEqual(people[8].rgb)
  expect(renderPerson({ seed: 2, index: 7, profile: 'full', ...size }).rgb).not.toEqual(people[7].rgb)
})

test('a size that cannot be drawn is refused before anything is allocated', () => {
  expect(() => renderPerson({ seed: 1, index: 0, profile: 'full', width: 1e9, height: 128 })).toThrow(RangeError)
})

describe('keypoints', () => {
  test('a visible joint lies in its own part of the mask, and 60 to 95% of the joints are visible', () => {
    let visible = 0
    for (const person of people) {
      person.joints.forEach(({ x, y, v }, joint) => {
        if (v !== 2) return
        visible++
        expect(jointParts[jointNames[joint]]).toContain(partAt(person, x, y))
      })
    }
    const share = visible / (people.length * jointNames.length)
    expect(share).toBeGreaterThan(0.6)
    expect(share).toBeLessThan(0.95)
  })

  test('from the front and from behind, both wrists of a person who just stands are visible', () => {
    for (const yaw of [0, 180]) {
      const limb = { flexion: 0, abduction: 0, inward: 0 }
      const arm = { shoulder: { ...limb, abduction: 30 }, elbow: 5, hip: { ...limb, abduction: 8 }, knee: 0 }
      const still = { flexion: 0, side: 0, twist: 0 }
      const pose = poseFromAngles({ yaw, lean: 0, roll: 0, torso: still, head: still, left: arm, right: arm })
      const { parts, body } = renderFigure(plainPerson(3), pose, figureView)
      const [leftX] = body.joints[15]
      expect(Math.sign(leftX)).toBe(yaw === 0 ? 1 : -1)
      for (const joint of [10, 15]) {
        const [x, y] = body.joints[joint]
        const part = parts[Math.floor(64 - 60 * y) * 64 + Math.floor(32 + 60 * x)]
        expect(jointParts[jointNames[joint]]).toContain(part)
      }
    }
  })

  test('at a visible joint the surface lies in front of the joint by at most the thickness of a trunk', () => {
    let visible = 0
    for (const person of people) {
      const { pose, shape } = decodeVector(person.vector)
      poseBody(shape, pose).joints.forEach(([, , z], joint) => {
        const { x, y, v } = person.joints[joint]
        if (v !== 2) return
        const cover = 4 - z - person.depth[Math.floor(y) * person.width + Math.floor(x)]
        visible += cover > -0.06 && cover < 0.2 ? 1 : -1000
      })
    }
    expect(visible).toBeGreaterThan(0)
  })

  test('joints stay inside the picture and the box', () => {
    for (const { joints, box } of people) {
      for (const { x, y, v } of joints) {
        expect(v).not.toBe(3)
        expect(x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height).toBe(true)
      }
    }
  })
})

describe('masks', () => {
  test('use all 14 parts, and cover between a twentieth and half of the picture', () => {
    const seen = new Set<number>()
    for (const { parts } of people) {
      parts.forEach((part) => seen.add(part))
      const covered = parts.filter((part) => part > 0).length / parts.length
      expect(covered).toBeGreaterThan(0.05)
      expect(covered).toBeLessThan(0.5)
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, part) => part))
  })

  test('a mirrored body has the mirrored mask with left and right exchanged by the flip table', () => {
    for (let seed = 0; seed < 12; seed++) {
      const appearance = plainPerson(seed)
      const vector = encodeVector(poseFromAngles(drawPose(new Random(seed)).angles), appearance.shape)
      const { flip } = vectorSchema
      if (flip === null) throw new Error('the vector has a mirror image')
      const mirror = vector.map((_, entry) => flip.sign[entry] * vector[flip.permutation[entry]])
      const { parts } = renderFigure(appearance, decodeVector(vector).pose, figureView)
      const mirrored = renderFigure(appearance, decodeVector(mirror).pose, figureView).parts
      let differing = 0
      let covered = 0
      for (let row = 0; row < 128; row++) {
        for (let column = 0; column < 64; column++) {
          const part = parts[row * 64 + column]
          covered += part > 0 ? 1 : 0
          differing += mirrored[row * 64 + 63 - column] === bodyPartsSchema.flip[part] ? 0 : 1
        }
      }
      // Ties of a pixel's samples and surfaces that touch may fall either way.
      expect(differing).toBeLessThan(0.02 * covered)
    }
  })
})

test('depth: the pelvis is 4 m away, a body about as deep as its arms are long, things in front nearer, walls behind', () => {
  for (const { parts, depth } of people) {
    const bodyDepth = depth.filter((_, pixel) => parts[pixel] > 0)
    expect(Math.min(...bodyDepth)).toBeGreaterThan(4 - 1.1)
    expect(Math.max(...bodyDepth)).toBeLessThan(4 + 1.1)
    expect(Math.min(...depth)).toBeGreaterThan(2.5)
    expect(Math.max(...depth)).toBeGreaterThan(5)
    expect(Math.max(...depth)).toBeLessThan(9.1)
  }
})

describe('attributes', () => {
  test('are those of the identity wherever the picture shows them', () => {
    for (let index = 0; index < people.length; index += 4) {
      const shots = people.slice(index, index + 4)
      shots[0].attributes.forEach((_, attribute) => {
        const told = new Set(shots.map((shot) => shot.attributes[attribute]).filter((value) => value !== null))
        expect(told.size).toBeLessThanOrEqual(1)
      })
      expect(new Set(shots.map((shot) => shot.identity)).size).toBe(1)
      expect(new Set(shots.map((shot) => shot.camera)).size).toBe(4)
    }
  })

  test('glasses are unknown from behind: about half of the time; each attribute is sometimes true and sometimes false', () => {
    const unknown = people.filter(({ attributes }) => attributes[2] === null).length / people.length
    expect(unknown).toBeGreaterThan(0.25)
    expect(unknown).toBeLessThan(0.75)
    people[0].attributes.forEach((_, attribute) => {
      const values = people.map(({ attributes }) => attributes[attribute])
      expect(values).toContain(true)
      expect(values).toContain(false)
    })
  })
})

test('pictures are exposed: mean between 35 and 210, with contrast', () => {
  for (const profile of ['full', 'partial', 'street'] as const) {
    for (let index = 0; index < 24; index += 3) {
      const { rgb } = renderPerson({ seed: 5, index, profile, ...size })
      const mean = rgb.reduce((sum, value) => sum + value, 0) / rgb.length
      const variance = rgb.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rgb.length
      expect(mean).toBeGreaterThan(35)
      expect(mean).toBeLessThan(210)
      expect(Math.sqrt(variance)).toBeGreaterThan(10)
    }
  }
})

const figureView = { ...size, scale: 60, centreX: 32, centreY: 64 }

/** Nothing about them but the pose tells left from right. */
function plainPerson(seed: number): Appearance {
  return { ...drawAppearance(new Random(seed, 'identity')), handbag: null }
}
