import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { poseFromAngles, type PoseAngles } from './pose.ts'
import { drawPose } from './poseFamilies.ts'
import { Random } from './random.ts'
import { jointEdges, jointFlip, jointNames, poseBody, type JointName } from './skeleton.ts'
import type { Point } from './rotation.ts'

const average = Array.from({ length: 10 }, () => 0)
const axial = { flexion: 0, side: 0, twist: 0 }
const limb = { flexion: 0, abduction: 0, inward: 0 }
const side = { shoulder: limb, elbow: 0, hip: limb, knee: 0 }
const rest: PoseAngles = { yaw: 0, lean: 0, roll: 0, torso: axial, head: axial, left: side, right: side }

function jointsOf(angles: Partial<PoseAngles>, shape = average): Record<JointName, Point> {
  const { joints } = poseBody(shape, poseFromAngles({ ...rest, ...angles }))
  return Object.fromEntries(jointNames.map((name, index) => [name, joints[index]])) as Record<JointName, Point>
}

function expectPoint(point: Point, expected: Point): void {
  point.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis], 6))
}

describe('forward kinematics of the average body, by hand', () => {
  // Chest from 0.10 up, 0.40 long, shoulders at 0.85 of it and 0.168 out; arms 0.285 and 0.25; legs 0.43 and 0.41 from
  // hips 0.088 out and 0.03 down.
  test('at rest the arms hang and the legs stand straight', () => {
    const joints = jointsOf({})
    expectPoint(joints.left_wrist, [0.168, 0.1 + 0.34 - 0.285 - 0.25, 0])
    expectPoint(joints.right_ankle, [-0.088, -0.03 - 0.43 - 0.41, 0])
    expectPoint(joints.head_top, [0, 0.1 + 0.4 + 0.088 + 0.215, 0])
  })

  test('facing the camera the person’s left hand is on the image’s right, from behind on its left', () => {
    expect(jointsOf({}).left_wrist[0]).toBeGreaterThan(0)
    expect(jointsOf({ yaw: 180 }).left_wrist[0]).toBeLessThan(0)
  })

  test('an arm abducted by 90° points outward, on either side', () => {
    const shoulder = { flexion: 0, abduction: 90, inward: 0 }
    const joints = jointsOf({ left: { ...side, shoulder }, right: { ...side, shoulder } })
    expectPoint(joints.left_wrist, [0.168 + 0.535, 0.44, 0])
    expectPoint(joints.right_wrist, [-0.168 - 0.535, 0.44, 0])
  })

  test('shoulder and hip flexion lift forward, a knee bends backward, an elbow forward', () => {
    const joints = jointsOf({
      left: { shoulder: { ...limb, flexion: 90 }, elbow: 0, hip: { ...limb, flexion: 90 }, knee: 90 },
      right: { shoulder: limb, elbow: 90, hip: limb, knee: 90 },
    })
    expectPoint(joints.left_wrist, [0.168, 0.44, 0.535])
    expectPoint(joints.left_knee, [0.088, -0.03, 0.43])
    expectPoint(joints.left_ankle, [0.088, -0.03 - 0.41, 0.43])
    expectPoint(joints.right_wrist, [-0.168, 0.44 - 0.285, 0.25])
    expectPoint(joints.right_ankle, [-0.088, -0.46, -0.41])
  })

  test('turned inward, a bent forearm points to the middle on either side', () => {
    const arm = { ...side, shoulder: { ...limb, inward: 90 }, elbow: 90 }
    const joints = jointsOf({ left: arm, right: arm })
    expectPoint(joints.left_wrist, [0.168 - 0.25, 0.155, 0])
    expectPoint(joints.right_wrist, [-0.168 + 0.25, 0.155, 0])
  })

  test('yaw 90 faces the image’s right, a lean bends forward', () => {
    expectPoint(
      jointsOf({ yaw: 90, left: { ...side, shoulder: { ...limb, flexion: 90 } } }).left_wrist,
      [0.535, 0.44, -0.168],
    )
    expect(jointsOf({ lean: 30 }).head_top[2]).toBeCloseTo(0.803 * Math.sin(Math.PI / 6), 6)
  })

  test('the shape lengthens what it names', () => {
    const longLegs = average.map((_, index) => (index === 0 ? 1 : 0))
    expectPoint(jointsOf({}, longLegs).left_ankle, [0.088, -0.03 - 0.84 * 1.11, 0])
  })
})

test('drawn poses keep bone lengths and joint limits', () => {
  const random = new Random(3)
  for (let draw = 0; draw < 200; draw++) {
    const { angles } = drawPose(random)
    for (const arm of [angles.left, angles.right]) {
      expect(arm.elbow).toBeGreaterThanOrEqual(2)
      expect(arm.elbow).toBeLessThanOrEqual(145)
      expect(arm.knee).toBeGreaterThanOrEqual(0)
    }
    const { joints } = poseBody(average, poseFromAngles(angles))
    const distance = (a: number, b: number): number =>
      Math.hypot(...joints[a].map((value, axis) => value - joints[b][axis]))
    expect(distance(0, 1)).toBeCloseTo(0.41, 6)
    expect(distance(14, 15)).toBeCloseTo(0.25, 6)
  }
})

test('the flip table is an involution that keeps the skeleton’s edges', () => {
  jointFlip.forEach((other, joint) => {
    expect(jointFlip[other]).toBe(joint)
    expect(jointNames[other].replace('left', 'right')).toBe(jointNames[joint].replace('left', 'right'))
  })
  const key = (a: number, b: number): string => [a, b].sort((x, y) => x - y).join()
  const edges = new Set(jointEdges.map(([a, b]) => key(a, b)))
  for (const [a, b] of jointEdges) expect(edges.has(key(jointFlip[a], jointFlip[b]))).toBe(true)
})

test('every yaw between 0 and 360° is drawn', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { angles } = drawPose(new Random(seed))
      return angles.yaw >= 0 && angles.yaw < 360
    }),
  )
  const random = new Random(1)
  const quadrants = [0, 0, 0, 0]
  for (let draw = 0; draw < 400; draw++) quadrants[Math.floor(drawPose(random).angles.yaw / 90)]++
  quadrants.forEach((count) => expect(count).toBeGreaterThan(60))
})
