/** Joints by meaning, whatever the source calls them: `left_shoulder`, `L. shoulder`, `leftShoulder` are one joint. */
export interface KnownJoints {
  readonly headTop: number
  readonly neck: number
  readonly leftShoulder: number
  readonly rightShoulder: number
  readonly leftHip: number
  readonly rightHip: number
}

/** Indices of the joints that sizes are measured by; −1 where the skeleton has none. */
export function findJoints(joints: readonly string[]): KnownJoints {
  const words = joints.map(jointWords)
  const find = (...alternatives: readonly (readonly string[])[]): number => {
    for (const wanted of alternatives) {
      const at = words.findIndex((name) => name.length === wanted.length && wanted.every((word) => name.includes(word)))
      if (at >= 0) return at
    }
    return -1
  }
  return {
    headTop: find(['head', 'top'], ['top', 'of', 'head'], ['head']),
    neck: find(['neck'], ['upper', 'neck']),
    leftShoulder: find(['left', 'shoulder']),
    rightShoulder: find(['right', 'shoulder']),
    leftHip: find(['left', 'hip']),
    rightHip: find(['right', 'hip']),
  }
}

/**
 * COCO's σ of a joint, its annotators' standard deviation as a share of √area (Ronchi and Perona, 2017; head and neck as
 * in CrowdPose); 0.08 for joints that it does not know.
 */
export function jointSigma(joint: string): number {
  const words = jointWords(joint)
  return sigmas.find(([word]) => words.includes(word))?.[1] ?? 0.08
}

const sigmas: readonly (readonly [string, number])[] = [
  ['nose', 0.026],
  ['eye', 0.025],
  ['ear', 0.035],
  ['shoulder', 0.079],
  ['elbow', 0.072],
  ['wrist', 0.062],
  ['hip', 0.107],
  ['knee', 0.087],
  ['ankle', 0.089],
  ['head', 0.079],
  ['neck', 0.079],
]

function jointWords(joint: string): readonly string[] {
  return joint
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
    .map((word) => (word === 'l' ? 'left' : word === 'r' ? 'right' : word))
}
