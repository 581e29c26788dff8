import type { Tensor } from '@tensorflow/tfjs'
import { groupTemperature } from '../model/filterGroups.ts'
import { declareNetwork } from '../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../model/network.ts'
import type { PassFeeds } from '../model/scope.ts'
import { Random } from '../synthetic/random.ts'
import type { FeedShape } from '../tensor/program.ts'

/**
 * What some networks are fed in a training step besides images and labels: `rows` [1 + tasks, B], which images of the batch count
 * for statistics, where batches are normalised; `noise` [N] and `temperature` [] where filters are drawn.
 */
interface Passing {
  readonly model: NetworkForm
  readonly tasks: TaskSchemas
  readonly batch: number
  readonly height: number
  readonly width: number
}

/** Shapes of these feeds; most networks have none. */
export function passShapes({ model, tasks, batch, height, width }: Passing): Record<string, FeedShape> {
  if (typeof model === 'string') return {}
  const shapes: Record<string, FeedShape> = {}
  if (model.norm !== 'group') shapes['rows'] = { shape: [1 + Object.keys(tasks).length, batch], dtype: 'float32' }
  if (model.network === 'sfg') {
    const { noiseValues } = declareNetwork(model, tasks, { height, width }, 0)
    shapes['noise'] = { shape: [noiseValues], dtype: 'float32' }
    shapes['temperature'] = { shape: [], dtype: 'float32' }
  }
  return shapes
}

/** Those of a step's feeds that a network's pass reads. */
export function passFeeds(feeds: Readonly<Record<string, Tensor>>): PassFeeds {
  const { rows, noise, temperature } = feeds
  return { rows, noise, temperature }
}

/** Which step of a run it is, and whose labels are in its batch. */
export interface PassMoment {
  readonly seed: number
  /** Of all steps of the run. */
  readonly step: number
  readonly steps: number
  /** People of the batch; rows behind them only fill it. */
  readonly people: number
  /** By task, which rows of the batch have its label. */
  readonly active: readonly ArrayLike<number>[]
}

/** Values of these feeds at a step. The same seed and step give the same draws. */
export function passValues(
  shapes: Readonly<Record<string, FeedShape>>,
  moment: PassMoment,
): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {}
  if ('rows' in shapes) values['rows'] = rowValues(shapes['rows'], moment)
  if ('noise' in shapes) {
    const random = new Random(moment.seed, 'filters', moment.step)
    values['noise'] = Float32Array.from({ length: shapes['noise'].shape[0] }, () => gumbel(random))
    values['temperature'] = Float32Array.of(groupTemperature(moment.step, moment.steps))
  }
  return values
}

function rowValues({ shape }: FeedShape, { people, active }: PassMoment): Float32Array {
  const [count, batch] = shape
  const rows = new Float32Array(count * batch)
  for (let b = 0; b < Math.min(people, batch); b++) {
    rows[b] = 1
    active.forEach((labelled, task) => (rows[(1 + task) * batch + b] = labelled[b] ? 1 : 0))
  }
  return rows
}

/** A standard Gumbel variate: −ln(−ln u), u uniform in (0, 1). */
export function gumbel(random: Random): number {
  return -Math.log(-Math.log(Math.min(1 - 1e-7, Math.max(1e-7, random.uniform()))))
}
