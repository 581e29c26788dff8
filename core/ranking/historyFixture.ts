import type { EpochRecord, TaskHistory } from './history.ts'

/** Deterministic random numbers for the tests of this folder (mulberry32). */
export function randomSource(seed: number): { uniform(): number; normal(): number } {
  let state = seed
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uniform, normal }
}

/** An epoch of n labels with nothing but what is given. */
export function epochOf(epoch: number, n: number, components: number, given: Partial<EpochRecord>): EpochRecord {
  const none = (length: number): Float32Array => new Float32Array(length).fill(NaN)
  return {
    epoch,
    loss: none(n),
    s: none(n),
    margin: none(n),
    lowMargin: none(n),
    softmin: none(n),
    swapLoss: none(n),
    componentLoss: none(n * components),
    componentS: none(n * components),
    componentSurprise: none(n * components),
    ...given,
  }
}

export function historyOf(
  epochs: readonly EpochRecord[],
  options: Partial<TaskHistory> & Pick<TaskHistory, 'components'>,
): TaskHistory {
  const n = epochs[0].loss.length
  return {
    task: 'joints',
    kind: 'keypoints',
    labels: Float64Array.from({ length: n }, (_, i) => 100 + i),
    people: Int32Array.from({ length: n }, (_, i) => i),
    epochs,
    ...options,
  }
}

export type JointNoise = 'none' | 'derange' | 'joint' | 'swap'

/**
 * What a network that learns well sees of 14 joints: losses exp(normal) with the picture's difficulty and the joint's own,
 * wrong ones far up, s following ln l. Every tenth label (or every fifth) is wrong.
 */
export function jointHistory(n: number, noise: JointNoise, seed: number): { history: TaskHistory; planted: boolean[] } {
  const { normal } = randomSource(seed)
  const joints = 14
  const planted = Array.from({ length: n }, (_, i) => noise !== 'none' && i % (noise === 'derange' ? 5 : 10) === 3)
  const base = Array.from({ length: n }, () => 0.35 * normal())
  const own = Float64Array.from({ length: n * joints }, () => 0.4 * normal())
  const wrong = (i: number, c: number): boolean =>
    planted[i] && (noise === 'joint' ? c === i % joints : noise !== 'none')
  const epochs = Array.from({ length: 8 }, (_, e) => {
    const componentLoss = Float32Array.from(own, (value, at) => {
      const i = Math.floor(at / joints)
      const lift = wrong(i, at % joints) ? (noise === 'swap' ? 0.35 : 1.9) * Math.min(1, e / 3) : 0
      return Math.exp(base[i] + value + lift + 0.15 * normal() - 0.1 * e)
    })
    const componentS = componentLoss.map((loss) => Math.log(loss) * Math.min(1, e / 4))
    const loss = rowMeans(componentLoss, n, joints)
    const swapLoss = loss.map(
      (value, i) => value * Math.exp((planted[i] && noise === 'swap' ? -0.9 : 0.7) + 0.4 * normal()),
    )
    return epochOf(e + 1, n, joints, { componentLoss, componentS, loss, s: rowMeans(componentS, n, joints), swapLoss })
  })
  return { history: historyOf(epochs, { components: jointNames }), planted }
}

const sides = ['ankle', 'knee', 'hip', 'wrist', 'elbow', 'shoulder']
const jointNames = [...sides.flatMap((joint) => [`left ${joint}`, `right ${joint}`]), 'neck', 'head top']

function rowMeans(values: Float32Array, rows: number, width: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let c = 0; c < width; c++) sum += values[i * width + c]
    return sum / width
  })
}
