import { limitAngles, type LimbAngles, type PoseAngles, type SideAngles } from './pose.ts'
import type { Random } from './random.ts'

/** What people in pictures do; each family draws its own angles. `seated` needs something to sit on. */
export interface DrawnPose {
  readonly family: PoseFamily
  readonly angles: PoseAngles
}

type Draft = Omit<PoseAngles, 'yaw'>
type Family = (random: Random) => Draft

const families = {
  stand: standing,
  walk: walking,
  run: running,
  sit: sitting,
  reach: reaching,
  handsOnHips,
  crossedArms,
  phone: phoning,
  crouch: crouching,
  lunge: lunging,
} as const satisfies Record<string, Family>
export type PoseFamily = keyof typeof families

/** Cumulative weights of a street or a sports ground, roughly: most people stand or walk. */
const familyWeights: readonly (readonly [PoseFamily, number])[] = [
  ['stand', 0.2],
  ['walk', 0.46],
  ['run', 0.58],
  ['sit', 0.67],
  ['reach', 0.76],
  ['handsOnHips', 0.82],
  ['crossedArms', 0.87],
  ['phone', 0.92],
  ['crouch', 0.95],
  ['lunge', 1],
]

/** A pose of a random family, either way round, within the joint limits, at a yaw uniform over 0 … 360°. */
export function drawPose(random: Random): DrawnPose {
  const draw = random.uniform()
  const family = (familyWeights.find(([, upTo]) => draw < upTo) ?? familyWeights[0])[0]
  const draft = families[family](random)
  const yaw = random.between(0, 360)
  const sides = random.chance(0.5) ? { left: draft.right, right: draft.left } : {}
  return { family, angles: limitAngles(jitter({ ...draft, ...sides, yaw }, random)) }
}

function jitter(angles: PoseAngles, random: Random): PoseAngles {
  const limb = ({ flexion, abduction, inward }: LimbAngles, spread: number): LimbAngles => ({
    flexion: flexion + spread * random.normal(),
    abduction: abduction + spread * random.normal(),
    inward: inward + spread * random.normal(),
  })
  const side = (given: SideAngles): SideAngles => ({
    shoulder: limb(given.shoulder, 5),
    elbow: given.elbow + 7 * random.normal(),
    hip: limb(given.hip, 3),
    knee: given.knee + 3 * random.normal(),
  })
  return {
    yaw: angles.yaw,
    lean: angles.lean + 2 * random.normal(),
    roll: angles.roll + 2 * random.normal(),
    torso: {
      flexion: angles.torso.flexion + 3 * random.normal(),
      side: angles.torso.side + 3 * random.normal(),
      twist: angles.torso.twist + 5 * random.normal(),
    },
    head: {
      flexion: angles.head.flexion + 6 * random.normal(),
      side: angles.head.side + 4 * random.normal(),
      twist: angles.head.twist + 15 * random.normal(),
    },
    left: side(angles.left),
    right: side(angles.right),
  }
}

const straight = { flexion: 0, side: 0, twist: 0 }
const hangingArm = { flexion: 0, abduction: 8, inward: 15 }

function upright(left: SideAngles, right: SideAngles, lean = 0, torsoFlexion = 0, twist = 0): Draft {
  return {
    lean,
    roll: 0,
    torso: { flexion: torsoFlexion, side: 0, twist },
    head: { ...straight, twist: -0.6 * twist },
    left,
    right,
  }
}

function standingLeg(random: Random): Pick<SideAngles, 'hip' | 'knee'> {
  const bend = random.between(0, 8)
  return { hip: { flexion: bend, abduction: random.between(2, 9), inward: random.between(-15, 0) }, knee: bend * 1.6 }
}

function standing(random: Random): Draft {
  const arm = (): Pick<SideAngles, 'shoulder' | 'elbow'> => ({
    shoulder: { ...hangingArm, flexion: random.between(-8, 12), abduction: random.between(5, 22) },
    elbow: random.between(5, 35),
  })
  return upright({ ...arm(), ...standingLeg(random) }, { ...arm(), ...standingLeg(random) })
}

/** Arms swing against the legs; `phase` 1 is the longest stride, left leg ahead. */
function walking(random: Random): Draft {
  const phase = random.between(-1, 1)
  const stride = random.between(20, 32)
  const leg = (ahead: number): Pick<SideAngles, 'hip' | 'knee'> => ({
    hip: { flexion: ahead * stride, abduction: 3, inward: -4 },
    knee: ahead > 0 ? 6 + 14 * (1 - ahead) : 10 + 35 * Math.abs(ahead) * random.uniform(),
  })
  const arm = (ahead: number): Pick<SideAngles, 'shoulder' | 'elbow'> => ({
    shoulder: { flexion: 24 * ahead, abduction: 7, inward: 12 },
    elbow: 15 + 15 * Math.max(0, ahead),
  })
  return upright({ ...arm(-phase), ...leg(phase) }, { ...arm(phase), ...leg(-phase) }, 3, 2, 8 * phase)
}

function running(random: Random): Draft {
  const phase = random.chance(0.5) ? random.between(0.4, 1) : random.between(-1, -0.4)
  const leg = (ahead: number): Pick<SideAngles, 'hip' | 'knee'> =>
    ahead > 0
      ? { hip: { flexion: 65 * ahead, abduction: 3, inward: 0 }, knee: 40 + 45 * ahead }
      : { hip: { flexion: 18 * ahead, abduction: 3, inward: 0 }, knee: random.between(15, 95) }
  const arm = (ahead: number): Pick<SideAngles, 'shoulder' | 'elbow'> => ({
    shoulder: { flexion: 45 * ahead, abduction: 12, inward: 20 },
    elbow: random.between(75, 105),
  })
  return upright({ ...arm(-phase), ...leg(phase) }, { ...arm(phase), ...leg(-phase) }, 10, 6, 12 * phase)
}

function sitting(random: Random): Draft {
  const side = (): SideAngles => ({
    shoulder: { flexion: random.between(15, 40), abduction: random.between(5, 20), inward: 25 },
    elbow: random.between(30, 75),
    hip: { flexion: random.between(78, 95), abduction: random.between(3, 18), inward: 0 },
    knee: random.between(70, 100),
  })
  return upright(side(), side(), random.between(-8, 5), random.between(0, 18))
}

function reaching(random: Random): Draft {
  const raised: SideAngles = {
    shoulder: {
      flexion: random.between(60, 165),
      abduction: random.between(10, 60),
      inward: random.between(-20, 30),
    },
    elbow: random.between(5, 80),
    ...standingLeg(random),
  }
  const other = random.chance(0.35)
    ? { ...raised, shoulder: { ...raised.shoulder, abduction: random.between(10, 90) } }
    : { shoulder: hangingArm, elbow: 20, ...standingLeg(random) }
  return upright(raised, { ...other, ...standingLeg(random) }, 0, random.between(-8, 5))
}

function handsOnHips(random: Random): Draft {
  const arm = { shoulder: { flexion: -12, abduction: 44, inward: 72 }, elbow: 92 }
  const relaxed = { shoulder: hangingArm, elbow: 18 }
  return upright(
    { ...arm, ...standingLeg(random) },
    { ...(random.chance(0.6) ? arm : relaxed), ...standingLeg(random) },
    0,
    0,
  )
}

function crossedArms(random: Random): Draft {
  const arm = (lift: number): Pick<SideAngles, 'shoulder' | 'elbow'> => ({
    shoulder: { flexion: 28 + lift, abduction: 10, inward: 68 },
    elbow: 105,
  })
  return upright({ ...arm(0), ...standingLeg(random) }, { ...arm(8), ...standingLeg(random) })
}

function phoning(random: Random): Draft {
  const arm = { shoulder: { flexion: 48, abduction: 32, inward: 30 }, elbow: 138 }
  const other = { shoulder: hangingArm, elbow: random.between(5, 60) }
  return upright({ ...arm, ...standingLeg(random) }, { ...other, ...standingLeg(random) })
}

function crouching(random: Random): Draft {
  const depth = random.between(0.45, 1)
  const side = (): SideAngles => ({
    shoulder: { flexion: random.between(20, 70), abduction: 15, inward: 15 },
    elbow: random.between(25, 80),
    hip: { flexion: 105 * depth, abduction: random.between(6, 22), inward: -8 },
    knee: 125 * depth,
  })
  return upright(side(), side(), 22 * depth, 15 * depth)
}

function lunging(random: Random): Draft {
  const arm = (): Pick<SideAngles, 'shoulder' | 'elbow'> => ({
    shoulder: { flexion: random.between(-20, 80), abduction: random.between(10, 75), inward: random.between(-10, 30) },
    elbow: random.between(10, 90),
  })
  const front = { hip: { flexion: random.between(45, 75), abduction: 8, inward: 0 }, knee: random.between(25, 85) }
  const rear = { hip: { flexion: -20, abduction: 10, inward: -5 }, knee: random.between(5, 40) }
  return upright({ ...arm(), ...front }, { ...arm(), ...rear }, random.between(0, 12), 4, random.between(-12, 12))
}
