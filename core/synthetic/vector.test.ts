import { expect, test } from 'vitest'
import { poseFromAngles } from './pose.ts'
import { drawPose } from './poseFamilies.ts'
import { Random } from './random.ts'
import { poseBody, jointFlip } from './skeleton.ts'
import { decodeVector, encodeVector, vectorSchema } from './vector.ts'

function drawVector(seed: number): Float32Array {
  const random = new Random(seed)
  const shape = Array.from({ length: 10 }, () => random.between(-1, 1))
  return encodeVector(poseFromAngles(drawPose(random).angles, 5), shape)
}

function mirrored(vector: Float32Array): Float32Array {
  const { flip } = vectorSchema
  if (flip === null) throw new Error('the vector has a mirror image')
  return vector.map((_, entry) => flip.sign[entry] * vector[flip.permutation[entry]])
}

test('the vector has 60 components in 12 groups that cover them without gaps', () => {
  expect(vectorSchema.components).toHaveLength(60)
  expect(new Set(vectorSchema.components).size).toBe(60)
  let next = 0
  for (const { start, length } of vectorSchema.groups) {
    expect(start).toBe(next)
    next += length
  }
  expect(next).toBe(60)
  expect(vectorSchema.groups).toHaveLength(12)
})

test('every component lies in [−1, 1] and none is constant', () => {
  const vectors = Array.from({ length: 100 }, (_, seed) => drawVector(seed))
  vectorSchema.components.forEach((_, entry) => {
    const values = vectors.map((vector) => vector[entry])
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1.000001)
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.01)
  })
})

test('decoding gives the body back', () => {
  for (let seed = 0; seed < 20; seed++) {
    const vector = drawVector(seed)
    const { pose, shape } = decodeVector(vector)
    const again = encodeVector(pose, shape)
    vector.forEach((value, entry) => expect(again[entry]).toBeCloseTo(value, 5))
  }
})

test('the mirrored vector is the body mirrored: x negated, left and right exchanged', () => {
  for (let seed = 0; seed < 20; seed++) {
    const vector = drawVector(seed)
    const body = decodeVector(vector)
    const mirror = decodeVector(mirrored(vector))
    const joints = poseBody(body.shape, body.pose).joints
    const mirrorJoints = poseBody(mirror.shape, mirror.pose).joints
    joints.forEach(([x, y, z], joint) => {
      const [mirrorX, mirrorY, mirrorZ] = mirrorJoints[jointFlip[joint]]
      expect(mirrorX).toBeCloseTo(-x, 5)
      expect(mirrorY).toBeCloseTo(y, 5)
      expect(mirrorZ).toBeCloseTo(z, 5)
    })
    expect(mirrored(mirrored(vector))).toEqual(vector)
  }
})
