import * as tf from '@tensorflow/tfjs'
import { loadTensorflow } from '../../../core/tensor/tensorflow.ts'
import { createTracedSession } from '../../../core/tensor/trace/tracedSession.ts'
import type { BalanceForm } from '../../../core/training/balancing/balanceForm.ts'
import { squareTasks } from '../../../core/training/smallSnapshot.ts'
import { smallStep } from '../../../core/training/smallStep.ts'
import { interleavedMedians } from '../benchmark.ts'
import type { BenchmarkContext, BenchmarkMeasurement } from '../benchmark.ts'

const size = { batch: 16, height: 128, width: 64 }
const tasks = {
  mask: squareTasks['mask'],
  place: squareTasks['place'],
  look: squareTasks['look'],
  far: squareTasks['far'],
}
const count = Object.keys(tasks).length
const stepsARound = 4

const base: BalanceForm = { weighting: 'equal', aggregation: 'sum', gradient: 'none', cagradC: 0.5, split: null }
const split = (lanes: readonly number[]): BalanceForm => ({
  ...base,
  gradient: 'gradsplit',
  split: { stages: 2, lanes },
})

interface Case {
  readonly form: BalanceForm
  readonly must?: number
  readonly aim?: number
}

/** Asked of the issue: GradSplit of disjoint sources 1.5 plain steps, the others K. */
const cases: Readonly<Record<string, Case>> = {
  gradsplit: { form: split([0, 0, 0, 0]), must: 1.5, aim: 1.2 },
  'gradsplit.overlapping': { form: split([0, 1, 2, 3]) },
  pcgrad: { form: { ...base, gradient: 'pcgrad' }, must: count, aim: 2.5 },
  cagrad: { form: { ...base, gradient: 'cagrad' }, must: count, aim: 2.5 },
  mgda: { form: { ...base, gradient: 'mgda' }, must: count, aim: 2.5 },
  'imtl-g': { form: { ...base, gradient: 'imtl-g' }, must: count, aim: 2.5 },
  gradnorm: { form: { ...base, weighting: 'gradnorm' } },
  geometric: { form: { ...base, aggregation: 'geometric' } },
}

function stepTimer(form?: BalanceForm): () => number {
  const { weights, programs, feeds } = smallStep('tiny', size, tasks, form)
  const session = createTracedSession(loadTensorflow(), weights, programs)
  let step = 0
  return () => {
    const started = performance.now()
    for (let at = 0; at < stepsARound; at++) {
      step += 1
      session.run('train', feeds, { learningRate: 1e-4, step, weightDecay: 0 })
    }
    return (performance.now() - started) / stepsARound
  }
}

/**
 * What a step of each method costs beside one that adds the losses up: `tiny`, 16 crops of 128×64, masks, keypoints, attributes and
 * depth. GradSplit once as with four sources that label one task each, and once with every label on every image.
 */
export async function stepCostRows({ args, log, useEngine }: BenchmarkContext): Promise<BenchmarkMeasurement[]> {
  const { version, gpu } = loadTensorflow()
  tf.setBackend('tensorflow')
  useEngine(`tensorflow ${version} ${gpu ? 'GPU' : 'CPU'}`)
  const timers = Object.entries(cases).map(([name, { form }]) => [name, stepTimer(form)] as const)
  const timed: Record<string, () => number> = { plain: stepTimer(), ...Object.fromEntries(timers) }
  const medians = await interleavedMedians(timed, args.includes('--quick') ? 3 : 7)
  log(`plain step ${medians['plain'].toFixed(1)} ms`)
  return [
    { id: 'methods.step.plain', value: medians['plain'], unit: 'ms', better: 'lower' },
    ...Object.entries(cases).map(([name, { must, aim }]) => ({
      id: `methods.step.${name}÷plain`,
      value: medians[name] / medians['plain'],
      unit: '×',
      better: 'lower' as const,
      ...(must !== undefined && { must }),
      ...(aim !== undefined && { aim }),
    })),
  ]
}
