import type { TaskSchema } from '../../../core/dataset/task.ts'
import { outputStride, declareNetwork } from '../../../core/model/network.ts'
import type { TaskSchemas } from '../../../core/model/network.ts'
import { Random } from '../../../core/synthetic/random.ts'
import type { Program, WeightSpecification } from '../../../core/tensor/program.ts'
import type { ModelName } from '../../../core/training/configuration.ts'
import { createTaskLoss } from '../../../core/training/losses/createTaskLoss.ts'
import { predictionProgram, trainingProgram } from '../../../core/training/step.ts'

/** A network, the size of its crops and its batch. */
export interface StepSize {
  readonly model: ModelName
  readonly height: number
  readonly width: number
  readonly batch: number
}

/** The programs of a run with these sizes, and feeds as they would come from a merged dataset. */
export interface NetworkStep extends StepSize {
  readonly weights: readonly WeightSpecification[]
  readonly programs: readonly Program[]
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>
  readonly tasks: TaskSchemas
}

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

/** The tasks of the demo's merged project: a pose, a mask, attributes and depth. */
export const benchmarkTasks = {
  pose: {
    kind: 'keypoints',
    joints: names('joint', 14),
    edges: [],
    flip: [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13],
  },
  mask: { kind: 'parts', parts: names('part', 10), flip: [0, 2, 1, 4, 3, 6, 5, 7, 8, 9] },
  look: { kind: 'attributes', attributes: names('attribute', 12) },
  far: { kind: 'depth', unit: 'metre' },
} as const satisfies Readonly<Record<string, TaskSchema>>

/** Gradients are clipped to this norm, as a run's are by default. */
export const clipNorm = 5

/**
 * A training step of the product with random labels. Weights of losses are those of a batch in which every label is
 * present, so that values stay in the range of a run's.
 */
export function networkStep({ model, height, width, batch }: StepSize): NetworkStep {
  const tasks: TaskSchemas = benchmarkTasks
  const map = { height: height / outputStride, width: width / outputStride }
  const geometry = { cropHeight: height, cropWidth: width, ...map }
  const scale = { mean: Float32Array.of(0), deviation: Float32Array.of(1) }
  const losses = Object.values(tasks).map((schema) => createTaskLoss(schema, batch, geometry, scale))
  const options = { model, tasks, batch, height, width, clipNorm }
  const programs = [trainingProgram(options, losses), predictionProgram(options)]
  const random = new Random(9)
  const feeds = Object.fromEntries(
    Object.entries(programs[0].feeds).map(([name, { shape, dtype }]) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
      fillFeed(random, name, shape, batch, map.height * map.width, values)
      return [name, dtype === 'int32' ? Int32Array.from(values) : values]
    }),
  )
  return {
    model,
    height,
    width,
    batch,
    tasks,
    weights: declareNetwork(model, tasks, { height, width }, 3).weights,
    programs,
    feeds,
  }
}

const turn = [0.98, -0.2, 3.25, 0.2, 0.98, -2.75, 0, 0]

function fillFeed(
  random: Random,
  name: string,
  shape: readonly number[],
  batch: number,
  cells: number,
  out: Float32Array,
): void {
  const task = Object.values<TaskSchema>(benchmarkTasks)[Number(/^t(\d+)_/.exec(name)?.[1] ?? -1)]
  if (name === 'images') for (let at = 0; at < out.length; at++) out[at] = random.integer(256)
  else if (name === 'transforms') for (let at = 0; at < out.length; at++) out[at] = turn[at % 8]
  else if (name === 'colour') for (let at = 0; at < out.length; at++) out[at] = at % 6 < 3 ? 1.1 : 0.05
  else if (name.endsWith('_weight')) out.fill(1 / out.length)
  else if (task?.kind === 'parts') for (let at = 0; at < out.length; at++) out[at] = random.integer(task.parts.length)
  else if (task?.kind === 'attributes') for (let at = 0; at < out.length; at++) out[at] = random.integer(2)
  else if (task?.kind === 'keypoints')
    for (let row = 0; row < batch * shape[1]; row++) gaussian(random, cells, out, row)
  else for (let at = 0; at < out.length; at++) out[at] = random.normal()
}

/** A peaked distribution over the cells of one row. */
function gaussian(random: Random, cells: number, out: Float32Array, row: number): void {
  const centre = random.integer(cells)
  for (const [offset, share] of [
    [0, 0.6],
    [1, 0.3],
    [2, 0.1],
  ])
    out[row * cells + ((centre + offset) % cells)] = share
}
