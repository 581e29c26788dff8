import { visibility, type Joint } from '../dataset/label.ts'
import type { Composition } from './compose.ts'
import { appearanceAttributes, attributeNames, type Appearance, type AttributeName } from './identity.ts'
import { bodyPart, type BodyPart } from './primitive.ts'
import type { View } from './rasterizer.ts'
import { jointNames, type JointName, type PosedBody } from './skeleton.ts'
import type { Solid } from './solid.ts'

const p = bodyPart

/** Parts whose surface shows a joint; skirts and coats cover hips and knees as clothes do, so they count as the body. */
export const jointParts: Readonly<Record<JointName, readonly BodyPart[]>> = {
  right_ankle: [p.rightCalf, p.rightFoot],
  right_knee: [p.rightThigh, p.rightCalf, p.hips, p.torso],
  right_hip: [p.rightThigh, p.hips, p.torso],
  left_hip: [p.leftThigh, p.hips, p.torso],
  left_knee: [p.leftThigh, p.leftCalf, p.hips, p.torso],
  left_ankle: [p.leftCalf, p.leftFoot],
  pelvis: [p.hips, p.torso, p.rightThigh, p.leftThigh],
  thorax: [p.torso, p.head, p.hair],
  neck: [p.head, p.torso, p.hair],
  head_top: [p.hair, p.head],
  right_wrist: [p.rightLowerArm],
  right_elbow: [p.rightUpperArm, p.rightLowerArm],
  right_shoulder: [p.rightUpperArm, p.torso],
  left_shoulder: [p.leftUpperArm, p.torso],
  left_elbow: [p.leftUpperArm, p.leftLowerArm],
  left_wrist: [p.leftLowerArm],
}

/** A joint lies this far below its own surface at most, metres; more means that the body itself hides it. */
const jointCover: Readonly<Record<JointName, number>> = {
  right_ankle: 0.08,
  right_knee: 0.12,
  right_hip: 0.16,
  left_hip: 0.16,
  left_knee: 0.12,
  left_ankle: 0.08,
  pelvis: 0.2,
  thorax: 0.15,
  neck: 0.15,
  head_top: 0.15,
  right_wrist: 0.06,
  right_elbow: 0.08,
  right_shoulder: 0.11,
  left_shoulder: 0.11,
  left_elbow: 0.08,
  left_wrist: 0.06,
}

/**
 * Joints in pixels. Visible: the joint's pixel shows one of its own parts, no further in front of it than the limb is
 * thick. Hidden: something else is in front, or the far side of the body is meant. Absent: outside the picture.
 */
export function projectJoints(body: PosedBody, composition: Composition, view: View, personDistance: number): Joint[] {
  return body.joints.map(([metresX, metresY, metresZ], index) => {
    const name = jointNames[index]
    const x = view.centreX + view.scale * metresX
    const y = view.centreY - view.scale * metresY
    if (!(x >= 0 && y >= 0 && x < view.width && y < view.height)) return { x: 0, y: 0, v: visibility.absent }
    const pixel = Math.floor(y) * view.width + Math.floor(x)
    const shown = jointParts[name].some((part) => part === composition.parts[pixel])
    const inFront = personDistance - metresZ - composition.depth[pixel]
    return { x, y, v: shown && inFront < jointCover[name] ? visibility.visible : visibility.hidden }
  })
}

/**
 * The attributes that the picture lets one answer; null where the parts that would tell are not seen. `pixels`: size of
 * the picture, for which the thresholds scale from 128×64.
 */
export function visibleAttributes(
  person: Appearance,
  body: PosedBody,
  solids: readonly Solid[],
  visibleSamples: Uint32Array,
  pixels: number,
): (boolean | null)[] {
  const scale = pixels / 8192
  const seen = (accept: (solid: Solid) => boolean): number =>
    solids.reduce((sum, solid, index) => sum + (accept(solid) ? visibleSamples[index] : 0), 0) / scale
  const showing = (...parts: readonly BodyPart[]): number => seen(({ primitive }) => parts.includes(primitive.part))
  const head = showing(p.head, p.hair) >= 60
  const torso = showing(p.torso) >= 150
  const arms = showing(p.leftUpperArm, p.rightUpperArm, p.leftLowerArm, p.rightLowerArm) >= 80
  const legs = showing(p.leftThigh, p.rightThigh, p.leftCalf, p.rightCalf) >= 150
  // Eyes show from the front to somewhat past the profile; the third column of a rotation is the forward axis.
  const face = body.head.rotation[8] > 0.2 && seen(({ primitive }) => primitive.material.kind === 'face') >= 30
  const sideOn = Math.abs(body.pelvis.rotation[2]) > 0.75
  const bag = (kind: 'backpack' | 'handbag'): boolean => seen(({ primitive }) => primitive.bag === kind) >= 25
  const truth = appearanceAttributes(person)
  const decidable: Record<AttributeName, boolean> = {
    'long hair': head,
    hat: head,
    glasses: face,
    'long sleeves': arms,
    coat: torso,
    'patterned top': torso,
    'dark top': torso,
    'bare legs': legs,
    backpack: truth.backpack ? bag('backpack') : torso,
    // Seen from the side, a bag may hang on the side that is turned away.
    handbag: truth.handbag ? bag('handbag') : torso && !sideOn,
  }
  return attributeNames.map((name) => (decidable[name] ? truth[name] : null))
}
