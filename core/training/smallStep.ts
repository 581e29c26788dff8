import { declareNetwork } from '../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../model/network.ts'
import { Random } from '../synthetic/random.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import type { FeedValues, Program, WeightSpecification } from '../tensor/program.ts'
import { balanceKeys } from './balancing/balanceForm.ts'
import type { BalanceForm } from './balancing/balanceForm.ts'
import { conflictOrder } from './balancing/projectConflicts.ts'
import { createTaskLoss } from './losses/createTaskLoss.ts'
import { squareTasks } from './smallSnapshot.ts'
import { predictionProgram, trainingProgram } from './step.ts'

/** One training step, to be compared or timed between engines. */
export interface SmallStep {
  readonly weights: readonly WeightSpecification[]
  readonly programs: readonly Program[]
  readonly feeds: FeedValues
}

export interface StepSize {
  readonly batch: number
  readonly height: number
  readonly width: number
}

/** One model with every kind of task, or the given ones, on random pictures, slightly turned, with random labels. */
export function smallStep(
  model: NetworkForm,
  { batch, height, width }: StepSize = { batch: 2, height: 32, width: 32 },
  tasks: TaskSchemas = squareTasks,
  balance?: BalanceForm,
): SmallStep {
  const geometry = { cropHeight: height, cropWidth: width, height: height / 4, width: width / 4 }
  const scale = { mean: Float32Array.of(0), deviation: Float32Array.of(1) }
  const losses = Object.values(tasks).map((schema) => createTaskLoss(schema, batch, geometry, scale))
  const options = { model, tasks, batch, height, width, clipNorm: 1, ...(balance && { balance }) }
  const programs = [trainingProgram(options, losses), predictionProgram(options)]
  const { weights } = declareNetwork(model, tasks, { height, width }, 3)
  const random = new Random(9)
  const turn = [0.98, -0.2, 3.25, 0.2, 0.98, -2.75, 0, 0]
  const feeds = Object.fromEntries(
    Object.entries(programs[0].feeds).map(([name, { shape, dtype }]) => {
      const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform())
      if (name === balanceKeys.order) return [name, conflictOrder(Object.keys(tasks).length, 9, 0)]
      if (name === balanceKeys.floors) return [name, new Float32Array(values.length)]
      if (name === balanceKeys.rows) return [name, Float32Array.from(values, Math.round)]
      if (name === 'rows') return [name, new Float32Array(values.length).fill(1)]
      if (name === 'images') return [name, Float32Array.from(values, (v) => v * 255)]
      if (name === 'transforms') return [name, Float32Array.from(values, (_, at) => turn[at % 8])]
      return [name, dtype === 'int32' ? Int32Array.from(values, Math.round) : Float32Array.from(values, (v) => v / 10)]
    }),
  )
  return { weights, programs, feeds }
}

/** Outputs of a prediction and a step on tfjs's current backend, and Adam's first slot: a tenth of the clipped gradient. */
export function runSmallStep({ weights, programs, feeds }: SmallStep): Map<string, ArrayLike<number>> {
  const session = createEagerSession(weights, programs)
  const predicted = session.run('predict', { images: feeds['images'] })
  const outputs = session.run('train', feeds, { learningRate: 1e-3, step: 1, weightDecay: 1e-2 })
  const found = new Map<string, ArrayLike<number>>([...Object.entries(predicted), ...Object.entries(outputs)])
  for (const [name, values] of session.readState()) if (name.endsWith('/m')) found.set(name, values)
  session.dispose()
  return found
}

/** Largest difference of two results, for each of their names, as a share of the largest value of the reference. */
export function differences(
  found: ReadonlyMap<string, ArrayLike<number>>,
  reference: ReadonlyMap<string, ArrayLike<number>>,
): { readonly name: string; readonly difference: number }[] {
  return [...reference].map(([name, expected]) => {
    const values = found.get(name)
    if (values?.length !== expected.length) return { name, difference: Infinity }
    let [largest, worst] = [1e-6, 0]
    for (let at = 0; at < expected.length; at++) {
      largest = Math.max(largest, Math.abs(expected[at]))
      // Not a number is the worst of all.
      worst = Math.max(worst, Math.abs(expected[at] - values[at]) || (expected[at] === values[at] ? 0 : Infinity))
    }
    return { name, difference: worst / largest }
  })
}
