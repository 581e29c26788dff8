import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupNorm, relu } from '../../tensor/kernels.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { balancedGradients } from './balancedGradients.ts'
import type { BalanceForm } from './balanceForm.ts'
import { conflictOrder } from './projectConflicts.ts'
import { fillSplitRows, relationMatrix } from './splitPlan.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const tasks = ['a', 'b', 'c']
const batch = 3
const shapes: Readonly<Record<string, number[]>> = {
  'stem/kernel': [3, 3, 2, 4],
  'stem/norm/gamma': [4],
  'stem/norm/beta': [4],
  'stage0/kernel': [1, 1, 4, 4],
  'stage1/kernel': [3, 3, 4, 6],
  'stage1/norm/gamma': [6],
  'stage1/norm/beta': [6],
  'head/a/kernel': [6, 1],
  'head/b/kernel': [6, 1],
  'head/c/kernel': [6, 1],
}
const names = Object.keys(shapes)
const shared = names.filter((name) => !name.startsWith('head'))
type Values = Record<string, number[]>

const series = (length: number, phase: number): number[] =>
  Array.from({ length }, (_, at) => Math.sin(at * 1.7 + phase) + 0.3 * Math.cos(at * 0.31 + phase))
const initial: Values = Object.fromEntries(
  names.map((name, at) => [
    name,
    series(
      shapes[name].reduce((a, b) => a * b, 1),
      at,
    ),
  ]),
)

/**
 * Three tasks over a trunk of three convolutions; each learns one output of the images that have its label: image k has task k's,
 * and with `overlap` every image has all.
 */
function forward(overlap: boolean): (weights: Tensor[]) => Tensor[] {
  const images = tf.tensor(series(batch * 5 * 4 * 2, 8), [batch, 5, 4, 2]) as Tensor4D
  return (given) => {
    const w = Object.fromEntries(names.map((name, at) => [name, given[at]]))
    const stem = tf.conv2d(images, w['stem/kernel'] as Tensor4D, 1, 'same')
    const low = relu(groupNorm(stem, w['stem/norm/gamma'], w['stem/norm/beta'], 2))
    const middle = tf.conv2d(low, w['stage0/kernel'] as Tensor4D, 1, 'same')
    const high = tf.conv2d(middle, w['stage1/kernel'] as Tensor4D, 2, 'same')
    const top = tf.sigmoid(groupNorm(high, w['stage1/norm/gamma'], w['stage1/norm/beta'], 1))
    const pooled = tf.mean(tf.mul(top, top), [1, 2]) as Tensor2D
    return tasks.map((task, at) => {
      const output = tf.squeeze(tf.matMul(pooled, w[`head/${task}/kernel`] as Tensor2D), [1])
      const rows = Array.from({ length: batch }, (_, b) => (overlap || b === at ? 1 : 0))
      return tf.sum(tf.mul(tf.square(tf.sub(output, 0.5 * at - 1)), tf.tensor1d(rows)))
    })
  }
}

function lossesAt(values: Values): number[] {
  return tf.tidy(() => {
    const weights = names.map((name) => tf.tensor(values[name], shapes[name]))
    return forward(true)(weights).map((loss) => loss.dataSync()[0])
  })
}

/** Gradients of each task's loss by central differences: task → weight → values. */
function measured(): Values[] {
  const step = 4e-3
  const found = tasks.map((): Values => ({}))
  for (const name of names) {
    for (const gradients of found) gradients[name] = []
    for (let at = 0; at < initial[name].length; at++) {
      const moved = (by: number): number[] =>
        lossesAt({ ...initial, [name]: initial[name].map((value, i) => (i === at ? value + by : value)) })
      const [above, below] = [moved(step), moved(-step)]
      found.forEach((gradients, task) => gradients[name].push((above[task] - below[task]) / (2 * step)))
    }
  }
  return found
}

const overlapping: { losses: number[]; gradients: Values[] } = { losses: [], gradients: [] }
beforeAll(() => {
  Object.assign(overlapping, { losses: lossesAt(initial), gradients: measured() })
})

interface Asked extends Partial<BalanceForm> {
  readonly weights?: readonly number[]
  readonly overlap?: boolean
  readonly negative?: readonly (readonly [string, string])[]
}

function computed({ weights = [1, 1, 1], overlap = true, negative = [], ...choices }: Asked) {
  const form: BalanceForm = {
    weighting: 'equal',
    aggregation: 'sum',
    gradient: 'none',
    cagradC: 0.5,
    split: null,
    ...choices,
  }
  const lanes = form.split?.lanes ?? []
  const rows = new Float32Array((Math.max(0, ...lanes) + 1) * batch * tasks.length)
  const active = tasks.map((_, task) => Array.from({ length: batch }, (_unused, b) => (overlap || b === task ? 1 : 0)))
  if (form.split) fillSplitRows(rows, relationMatrix(tasks, negative), lanes, active)
  const kept = tf.memory().numTensors
  const found = tf.tidy(() => {
    const feeds = {
      taskWeights: tf.tensor1d([...weights]),
      taskFloors: tf.zeros([3]),
      conflictOrder: tf.tensor3d(conflictOrder(3, 4, 2), [2, 3, 3]),
      splitRows: tf.tensor(rows, [Math.max(0, ...lanes) + 1, batch, tasks.length]),
    }
    const given = Object.fromEntries(names.map((name) => [name, tf.tensor(initial[name], shapes[name])]))
    const result = balancedGradients(form, forward(overlap), names, given, feeds)
    const outputs = Object.fromEntries(Object.entries(result.outputs).map(([key, t]) => [key, [...t.dataSync()]]))
    for (const tensor of Object.values(result.outputs)) tensor.dispose()
    const gradients = Object.fromEntries(names.map((name) => [name, [...result.gradients[name].dataSync()]]))
    return { objective: result.objective.dataSync()[0], gradients, outputs } as never
  }) as unknown as { objective: number; gradients: Values; outputs: Record<string, number[]> }
  expect(tf.memory().numTensors).toBe(kept)
  return found
}

/** Σ coefficient · gradient by weight. */
function mixed(gradients: readonly Values[], coefficients: readonly number[]): Values {
  return Object.fromEntries(
    names.map((name) => [
      name,
      initial[name].map((_, at) => gradients.reduce((sum, each, task) => sum + coefficients[task] * each[name][at], 0)),
    ]),
  )
}

function expectGradients(found: Values, expected: Values, which: readonly string[] = names): void {
  // By the tasks' own gradients: where they cancel, so do not their errors.
  const largest = Math.max(...overlapping.gradients.flatMap((each) => flat(each, which).map(Math.abs)))
  for (const name of which) {
    expected[name].forEach((value, at) => {
      expect(Math.abs(found[name][at] - value), `${name}[${at}]: ${found[name][at]}, ${value}`).toBeLessThan(
        largest * 5e-3,
      )
    })
  }
}

const flat = (gradients: Values, which: readonly string[]): number[] => which.flatMap((name) => gradients[name])
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, at) => sum + value * b[at], 0)

/** Heads receive their own task's gradient, whatever the method does with the trunk. */
function expectPlainHeads(found: Values, factors: readonly number[] = [1, 1, 1]): void {
  const expected = mixed(overlapping.gradients, factors)
  expectGradients(
    found,
    expected,
    names.filter((name) => name.startsWith('head')),
  )
}

describe('gradients against finite differences', { timeout: 60_000 }, () => {
  it('of a weighted sum', () => {
    const { objective, gradients, outputs } = computed({ weighting: 'dwa', weights: [0.5, 2, 1] })
    expectGradients(gradients, mixed(overlapping.gradients, [0.5, 2, 1]))
    expect(objective).toBeCloseTo(dot(overlapping.losses, [0.5, 2, 1]), 3)
    outputs['taskLosses'].forEach((loss, task) => expect(loss).toBeCloseTo(overlapping.losses[task], 3))
  })

  it('of a weighted geometric mean, by w·ΠL^w/L', () => {
    const weights = [0.5, 0.3, 0.2]
    const { objective, gradients } = computed({ aggregation: 'geometric', weights })
    const mean = overlapping.losses.reduce((product, loss, task) => product * loss ** weights[task], 1)
    expect(objective).toBeCloseTo(mean, 3)
    const factors = weights.map((weight, task) => (weight * mean) / overlapping.losses[task])
    expectGradients(gradients, mixed(overlapping.gradients, factors))
    // The same through the lanes of a gradient method.
    const lanes = computed({
      aggregation: 'geometric',
      weights,
      gradient: 'gradsplit',
      split: { stages: 1, lanes: [0, 1, 2] },
    })
    expectGradients(lanes.gradients, mixed(overlapping.gradients, factors))
    expect(lanes.objective).toBeCloseTo(mean, 3)
  })

  it('of a geometric mean that a task without labels takes no part in', () => {
    const { objective, gradients } = computed({ aggregation: 'geometric', weights: [0.5, 0.5, 0] })
    const mean = Math.sqrt(overlapping.losses[0] * overlapping.losses[1])
    expect(objective).toBeCloseTo(mean, 3)
    const factors = [0.5, 0.5, 0].map((weight, task) => (weight * mean) / overlapping.losses[task])
    expectGradients(gradients, mixed(overlapping.gradients, factors))
  })

  it('with GradNorm, whose norms are those at the last layer that is shared', () => {
    const { gradients, outputs } = computed({ weighting: 'gradnorm', weights: [0.5, 2, 0.5] })
    expectGradients(gradients, mixed(overlapping.gradients, [0.5, 2, 0.5]))
    overlapping.gradients.forEach((each, task) => {
      const norm = [0.5, 2, 0.5][task] * Math.sqrt(dot(each['stage1/kernel'], each['stage1/kernel']))
      expect(outputs['taskNorms'][task] / norm).toBeCloseTo(1, 2)
    })
  })

  it('with PCGrad, on all shared weights at once', () => {
    const { gradients } = computed({ gradient: 'pcgrad' })
    const order = conflictOrder(3, 4, 2)
    const originals = overlapping.gradients.map((each) => flat(each, shared))
    const sum = originals[0].map(() => 0)
    let conflicts = 0
    originals.forEach((original, task) => {
      let gradient = original
      for (let round = 0; round < 2; round++) {
        const other = originals[[0, 1, 2].findIndex((at) => order[(round * 3 + task) * 3 + at] === 1)]
        const product = dot(gradient, other)
        if (product >= 0) continue
        conflicts += 1
        gradient = gradient.map((value, at) => value - (product / dot(other, other)) * other[at])
      }
      gradient.forEach((value, at) => (sum[at] += value))
    })
    expect(conflicts).toBeGreaterThan(0)
    const largest = Math.max(...sum.map(Math.abs))
    flat(gradients, shared).forEach((value, at) => expect(Math.abs(value - sum[at])).toBeLessThan(largest * 1e-2))
    expectPlainHeads(gradients)
  })

  it('with MGDA: its direction gains for every task, by as much as its own square', () => {
    const { gradients } = computed({ gradient: 'mgda' })
    const d = flat(gradients, shared)
    for (const each of overlapping.gradients) {
      expect(dot(d, flat(each, shared))).toBeGreaterThan(dot(d, d) * 0.97 - 1e-4)
    }
    expectPlainHeads(gradients)
  })

  it('with CAGrad: as far from the mean as c allows, and better for the worst task', () => {
    const { gradients } = computed({ gradient: 'cagrad', cagradC: 0.5 })
    const mean = flat(mixed(overlapping.gradients, [1 / 3, 1 / 3, 1 / 3]), shared)
    const d = flat(gradients, shared).map((value) => value * 1.25)
    const away = d.map((value, at) => value - mean[at])
    expect(Math.sqrt(dot(away, away) / dot(mean, mean))).toBeCloseTo(0.5, 2)
    const worst = (direction: readonly number[]): number =>
      Math.min(...overlapping.gradients.map((each) => dot(direction, flat(each, shared))))
    expect(worst(d)).toBeGreaterThan(worst(mean))
    expectPlainHeads(gradients)
  })

  it('with IMTL-G: what the trunk receives is one mix of the tasks’ gradients, of coefficients that sum to 1', () => {
    const { gradients } = computed({ gradient: 'imtl-g' })
    // Least squares for the coefficients, from all shared weights.
    const columns = overlapping.gradients.map((each) => flat(each, shared))
    const gram = tf.tensor2d(columns.map((a) => columns.map((b) => dot(a, b))))
    const right = columns.map((column) => dot(column, flat(gradients, shared)))
    const alpha = solve3([...gram.dataSync()], right)
    gram.dispose()
    expect(alpha[0] + alpha[1] + alpha[2]).toBeCloseTo(1, 2)
    expectGradients(gradients, mixed(overlapping.gradients, alpha), shared)
    expectPlainHeads(gradients)
  })

  it('with GradSplit: each group of channels learns from the tasks that do not harm it', () => {
    // Six channels: 0–1 are a's, 2–3 b's, 4–5 c's; what a learns harms b, and c harms a.
    const negative = [
      ['a', 'b'],
      ['c', 'a'],
    ] as const
    const learnsFrom = [
      [1, 1, 0],
      [0, 1, 1],
      [1, 1, 1],
    ]
    const { gradients } = computed({ gradient: 'gradsplit', split: { stages: 1, lanes: [0, 1, 2] }, negative })
    const all = mixed(overlapping.gradients, [1, 1, 1])
    const expected = Object.fromEntries(
      names.map((name) => [
        name,
        name.startsWith('stage1')
          ? initial[name].map((_, at) =>
              overlapping.gradients.reduce(
                (sum, each, task) => sum + learnsFrom[Math.floor((at % 6) / 2)][task] * each[name][at],
                0,
              ),
            )
          : all[name],
      ]),
    )
    expectGradients(gradients, expected)
    const kernel = expected['stage1/kernel'].map((value, at) => Math.abs(value - all['stage1/kernel'][at]))
    expect(Math.max(...kernel)).toBeGreaterThan(0.05 * Math.max(...all['stage1/kernel'].map(Math.abs)))
    // GradNorm beside it measures unmasked norms and changes nothing of this.
    const measuring = computed({
      weighting: 'gradnorm',
      gradient: 'gradsplit',
      split: { stages: 1, lanes: [0, 1, 2] },
      negative,
    })
    expectGradients(measuring.gradients, expected)
  })

  it('with GradSplit and no negative relation: exactly those of the sum', () => {
    const { gradients } = computed({ gradient: 'gradsplit', split: { stages: 2, lanes: [0, 1, 2] } })
    const plain = computed({ weighting: 'dwa' })
    for (const name of names) {
      gradients[name].forEach((value, at) => expect(Math.abs(value - plain.gradients[name][at])).toBeLessThan(1e-5))
    }
  })

  it('with GradSplit of tasks that lie in different images: one lane gives what three give', () => {
    const negative = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ] as const
    const split = (lanes: number[]) =>
      computed({ gradient: 'gradsplit', overlap: false, negative, split: { stages: 2, lanes } }).gradients
    const [one, three] = [split([0, 0, 0]), split([0, 1, 2])]
    for (const name of names) one[name].forEach((value, at) => expect(value).toBeCloseTo(three[name][at], 5))
    const plain = computed({ weighting: 'dwa', overlap: false }).gradients
    for (const head of names.filter((name) => name.startsWith('head'))) {
      one[head].forEach((value, at) => expect(value).toBeCloseTo(plain[head][at], 5))
    }
    const kernel = plain['stage1/kernel'].map((value, at) => Math.abs(value - one['stage1/kernel'][at]))
    expect(Math.max(...kernel)).toBeGreaterThan(1e-3)
  })

  it('of a task without labels are 0 at its head, and no method is thrown off by it', () => {
    for (const gradient of ['pcgrad', 'cagrad', 'mgda', 'imtl-g'] as const) {
      const { gradients } = computed({ gradient, weights: [1, 1, 0] })
      expect(Math.max(...gradients['head/c/kernel'].map(Math.abs)), gradient).toBe(0)
      const values = flat(gradients, names)
      expect(values.every(Number.isFinite), gradient).toBe(true)
      expect(Math.max(...values.map(Math.abs)), gradient).toBeGreaterThan(1e-3)
    }
  })
})

/** Cramer's rule. */
function solve3(m: readonly number[], r: readonly number[]): number[] {
  const determinant = (a: readonly number[]): number =>
    a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6]) + a[2] * (a[3] * a[7] - a[4] * a[6])
  return [0, 1, 2].map(
    (column) => determinant(m.map((value, at) => (at % 3 === column ? r[Math.floor(at / 3)] : value))) / determinant(m),
  )
}
