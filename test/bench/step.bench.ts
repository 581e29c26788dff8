import os from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { ModelName } from '../../core/training/configuration.ts'
import { modelNames } from '../../core/training/configuration.ts'
import { createEagerSession } from '../../core/tensor/eagerSession.ts'
import type { Session } from '../../core/tensor/program.ts'
import { loadTensorflow } from '../../core/tensor/tensorflow.ts'
import { createTracedSession } from '../../core/tensor/trace/tracedSession.ts'
import { loadWebAssembly } from '../../core/tensor/wasm/webAssembly.ts'
import { MendError } from '../../core/dataset/mendError.ts'
import { defineBenchmark, interleavedMedians } from './benchmark.ts'
import type { BenchmarkContext, BenchmarkMeasurement } from './benchmark.ts'
import { networkStep } from './step/networkStep.ts'
import type { NetworkStep, StepSize } from './step/networkStep.ts'
import { findPytorch, firstStep, layouts, learningRate, PytorchSteps, removeCase, writeCase } from './step/pytorch.ts'

/** Batches as one would choose them for the size, and what was asked for of TensorFlow ÷ PyTorch. */
interface Row extends StepSize {
  readonly ratio?: { readonly must: number; readonly aim: number }
}

const least = { must: 0.8, aim: 1.2 }
const rows: readonly Row[] = [
  { model: 'tiny', height: 64, width: 32, batch: 32, ratio: least },
  { model: 'tiny', height: 128, width: 64, batch: 16 },
  { model: 'tiny', height: 256, width: 128, batch: 8 },
  { model: 'tiny-unet', height: 128, width: 64, batch: 16, ratio: least },
  { model: 'tiny-unet', height: 256, width: 128, batch: 8 },
  { model: 'r18', height: 128, width: 64, batch: 16, ratio: { must: 0.95, aim: 1.2 } },
  { model: 'r18', height: 256, width: 128, batch: 8 },
  { model: 'r50', height: 128, width: 64, batch: 16 },
  { model: 'r50', height: 256, width: 128, batch: 8 },
]

/** Eager steps and WebAssembly are timed where something is asked of them, and where they end within seconds. */
const eagerRow = 'tiny.64x32'
const wasmRows = ['tiny.64x32', 'tiny.128x64', 'tiny-unet.128x64']

const idOf = ({ model, height, width }: StepSize): string => `${model}.${height}x${width}`

interface Choices {
  readonly rows: readonly Row[]
  readonly repetitions: number
  readonly python: string | undefined
  readonly pytorch: boolean
}

/**
 * Arguments: names of models or of rows (`r18`, `tiny.64x32`), `--quick` (three repetitions, only the rows with figures to
 * meet), `--no-pytorch`, `--python PROGRAM`.
 */
function choicesOf(args: readonly string[]): Choices {
  const quick = args.includes('--quick')
  const at = args.indexOf('--python')
  const named = args.filter((argument, index) => !argument.startsWith('--') && index !== at + 1)
  const unknown = named.find((name) => !rows.some((row) => row.model === name || idOf(row) === name))
  if (unknown !== undefined) {
    const known = [...modelNames, ...rows.map(idOf)].join(', ')
    throw new MendError('unknown-row', `the benchmark has no rows ${unknown}`, `choose among ${known}`)
  }
  const wanted = rows.filter((row) => named.length === 0 || named.includes(row.model) || named.includes(idOf(row)))
  return {
    rows: quick && named.length === 0 ? wanted.filter((row) => row.ratio !== undefined) : wanted,
    repetitions: quick ? 3 : 7,
    python: at < 0 ? undefined : args[at + 1],
    pytorch: !args.includes('--no-pytorch'),
  }
}

/** Steps of one session, each with the next number; weights move, as in a run. */
function stepper(step: NetworkStep, backend: string, make: () => Session): (steps: number) => number {
  tf.setBackend(backend)
  const session = make()
  let number = 0
  return (steps) => {
    tf.setBackend(backend)
    const started = performance.now()
    for (let at = 0; at < steps; at++) {
      number += 1
      session.run('train', step.feeds, { learningRate, step: number, weightDecay: 0 })
    }
    return (performance.now() - started) / steps
  }
}

/** Steps a repetition, for about half a second of TensorFlow. */
/** Of the models in `rows`. */
const stepsOf: Readonly<Partial<Record<ModelName, number>>> = { tiny: 12, 'tiny-unet': 4, r18: 2, r50: 1 }

async function measureRow(
  row: Row,
  choices: Choices,
  python: string | null,
  { log }: BenchmarkContext,
): Promise<BenchmarkMeasurement[]> {
  const id = idOf(row)
  const step = networkStep(row)
  const tensorflow = loadTensorflow()
  const times: Record<string, () => number | Promise<number>> = {}
  const steps = stepsOf[row.model] ?? 1
  const traced = stepper(step, 'tensorflow', () => createTracedSession(tensorflow, step.weights, step.programs))
  times['tensorflow'] = () => traced(steps)
  if (id === eagerRow) {
    const eager = stepper(step, 'tensorflow', () => createEagerSession(step.weights, step.programs))
    times['eager'] = () => eager(Math.ceil(steps / 4))
  }
  if (wasmRows.includes(id)) {
    await loadWebAssembly()
    const wasm = stepper(step, 'wasm', () => createEagerSession(step.weights, step.programs))
    times['wasm'] = () => wasm(1)
  }
  const written = python === null ? null : writeCase(step, os.availableParallelism())
  const processes: PytorchSteps[] = []
  try {
    if (python !== null && written !== null) {
      checkSame(id, firstStep(python, written.file), step)
      for (const layout of layouts) {
        const process = new PytorchSteps(python, written.file, layout)
        processes.push(process)
        await process.ready()
        times[`pytorch.${layout}`] = () => process.time(steps)
      }
    }
    const medians = await interleavedMedians(times, choices.repetitions)
    log(
      `${id}: ${Object.entries(medians)
        .map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
        .join(', ')}`,
    )
    return measurementsOf(row, medians)
  } finally {
    for (const process of processes) process.stop()
    if (written) removeCase(written)
  }
}

/** The network in PyTorch must be ours: equal parameters, objective and gradient at the first step. */
function checkSame(id: string, theirs: ReturnType<typeof firstStep>, step: NetworkStep): void {
  tf.setBackend('tensorflow')
  const session = createTracedSession(loadTensorflow(), step.weights, step.programs)
  const ours = session.run('train', step.feeds, { learningRate, step: 1, weightDecay: 0 })
  session.dispose()
  const parameters = step.weights.reduce((sum, { initial }) => sum + initial.length, 0)
  const differs =
    parameters !== theirs.parameters ||
    Math.abs(ours['objective'][0] / theirs.objective - 1) > 1e-4 ||
    Math.abs(ours['gradientNorm'][0] / theirs.norm - 1) > 2e-3
  if (!differs) return
  const found = `objective ${theirs.objective}, gradient ${theirs.norm}, ${theirs.parameters} parameters`
  const expected = `${ours['objective'][0]}, ${ours['gradientNorm'][0]}, ${parameters}`
  throw new MendError('networks-differ', `${id} in PyTorch has ${found}, ours ${expected}`, 'align the two networks')
}

/** Rows in images a second, with the ratios that were asked for as rows of their own. */
function measurementsOf(row: Row, medians: Readonly<Record<string, number>>): BenchmarkMeasurement[] {
  const id = idOf(row)
  const speed = (name: string): number => (row.batch * 1000) / medians[name]
  const better = 'higher' as const
  const base = (name: string): BenchmarkMeasurement => ({
    id: `step.${id}.${name}`,
    value: speed(name),
    unit: 'img/s',
    better,
    ...(name !== 'tensorflow' && { reference: `step.${id}.tensorflow` }),
    ...(name === 'wasm' && id === 'tiny.64x32' && { must: 60, aim: 150 }),
  })
  const found = Object.keys(medians).map(base)
  if ('pytorch.contiguous' in medians) {
    const best = Math.max(...layouts.map((layout) => speed(`pytorch.${layout}`)))
    const value = speed('tensorflow') / best
    found.push({ id: `step.${id}.tensorflow÷pytorch`, value, unit: '×', better, ...row.ratio })
  }
  if ('eager' in medians) {
    const value = medians['eager'] / medians['tensorflow']
    found.push({ id: `step.${id}.traced÷eager`, value, unit: '×', better, must: 4, aim: 6 })
  }
  return found
}

export default defineBenchmark({
  name: 'step',
  summary: 'Images a second of whole training steps, by model, size and engine, beside PyTorch (--quick, MODEL …)',
  run: async (context) => {
    const choices = choicesOf(context.args)
    const pytorch = choices.pytorch ? findPytorch(choices.python, context.log) : { missing: 'left out' }
    if ('missing' in pytorch) context.log(`no rows of PyTorch: ${pytorch.missing}`)
    else
      context.log(
        `beside PyTorch ${pytorch.version} on ${os.availableParallelism()} threads, the better of two layouts`,
      )
    const { version, gpu } = loadTensorflow()
    context.useEngine(
      `tensorflow ${version} ${gpu ? 'GPU' : 'CPU'}${'version' in pytorch ? `, pytorch ${pytorch.version}` : ''}`,
    )
    const found: BenchmarkMeasurement[] = []
    for (const row of choices.rows) {
      found.push(...(await measureRow(row, choices, 'python' in pytorch ? pytorch.python : null, context)))
    }
    return found
  },
})
