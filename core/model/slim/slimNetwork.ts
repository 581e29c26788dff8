import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../../dataset/task.ts'
import { relu } from '../../tensor/kernels.ts'
import { globalOutput } from '../heads.ts'
import { enlarge } from '../layers.ts'
import { sharedStyle } from '../scope.ts'
import type { Scope } from '../scope.ts'
import { slimBlock, slimConvolution, slimNormalisation, widened } from './slimLayers.ts'
import { channelsAt } from './widths.ts'
import type { SlimConfiguration, SlimWidth } from './widths.ts'

/** Sizes at full width. */
export interface SlimNetworkOptions {
  /** Channels of the four stages. */
  readonly channels: readonly [number, number, number, number]
  readonly groupSize: number
  /** Channels of each task's map. */
  readonly decoder: number
}

export interface SlimPass {
  readonly outputs: Record<string, Tensor>
  /** The encoder's last features [B,h,w,C·width], which narrower encoders learn from the widest. */
  readonly features: Tensor4D
}

/**
 * A controllable multi-task network (ECMT, methods.md 5): a ResNet-18 encoder and a decoder for each task, of any widths. Masks,
 * keypoints and depth are decoded from all stages joined top-down (FPN), the rest from the layout of the last stage and the means
 * of all.
 *
 * @param images [B,H,W,3] standardised
 */
export function slimNetwork(
  scope: Scope,
  options: SlimNetworkOptions,
  tasks: Readonly<Record<string, TaskSchema>>,
  images: Tensor4D,
  widths: SlimConfiguration,
): SlimPass {
  const stages = encode(scope.styled(sharedStyle), options, images, widths.encoder)
  const outputs = Object.entries(tasks).map(([task, schema]) => {
    const own = scope.styled({ ...sharedStyle, tasks: Object.keys(tasks), task })
    const width = widths.decoders[task] ?? 1
    return [task, decode(own, options, task, schema, stages, width)]
  })
  return { outputs: Object.fromEntries(outputs) as Record<string, Tensor>, features: stages[3] }
}

function encode(
  scope: Scope,
  { channels, groupSize }: SlimNetworkOptions,
  images: Tensor4D,
  width: SlimWidth,
): Tensor4D[] {
  const stem = { inputs: 3, filters: channels[0], width, kernel: 7, stride: 2, groupSize }
  let x = tf.maxPool(slimBlock(scope, 'stem', images, stem), 3, 2, 'same')
  return channels.map((filters, stage) => {
    for (let index = 0; index < 2; index++) {
      const inputs = index === 0 ? channels[Math.max(0, stage - 1)] : filters
      const stride = stage > 0 && index === 0 ? 2 : 1
      x = residualBlock(scope, `stage${stage}/block${index}`, x, { inputs, filters, width, stride, groupSize })
    }
    return x
  })
}

interface BlockOptions {
  readonly inputs: number
  readonly filters: number
  readonly width: SlimWidth
  readonly stride: number
  readonly groupSize: number
}

function residualBlock(scope: Scope, name: string, x: Tensor4D, options: BlockOptions): Tensor4D {
  const { inputs, filters, width, stride, groupSize } = options
  const inner = slimBlock(scope, `${name}/a`, x, { inputs, filters, width, kernel: 3, stride, groupSize })
  const second = slimConvolution(scope, `${name}/b`, inner, { inputs: filters, filters, width, kernel: 3 })
  const residual = slimNormalisation(scope, `${name}/b/norm`, second, filters, groupSize)
  if (stride === 1 && inputs === filters) return relu(tf.add(residual, x))
  const projected = slimConvolution(scope, `${name}/shortcut`, x, { inputs, filters, width, kernel: 1, stride })
  return relu(tf.add(residual, slimNormalisation(scope, `${name}/shortcut/norm`, projected, filters, groupSize)))
}

function decode(
  scope: Scope,
  options: SlimNetworkOptions,
  task: string,
  schema: TaskSchema,
  stages: readonly Tensor4D[],
  width: SlimWidth,
): Tensor {
  const name = `head/${task}`
  switch (schema.kind) {
    case 'attributes':
    case 'vector':
    case 'identity':
      return globalOutput(scope, name, schema, globalFeatures(scope, name, options, stages, width))
    case 'keypoints':
      return mapOutput(scope, name, options, stages, width, schema.joints.length)
    case 'parts':
      return mapOutput(scope, name, options, stages, width, schema.parts.length)
    case 'depth':
      return mapOutput(scope, name, options, stages, width, 1)
    case 'normals':
      return mapOutput(scope, name, options, stages, width, 3)
  }
}

function mapOutput(
  scope: Scope,
  name: string,
  { channels, decoder, groupSize }: SlimNetworkOptions,
  stages: readonly Tensor4D[],
  width: SlimWidth,
  outputs: number,
): Tensor {
  const lateral = (stage: number): Tensor4D => {
    const own = `${name}/lateral${stage}`
    const layer = { inputs: channels[stage], filters: decoder, width, kernel: 1, gain: 1 }
    const bias = scope.sliced(`${own}/bias`, [decoder], { constant: 0 }, [channelsAt(decoder, width)])
    return tf.add(slimConvolution(scope, own, stages[stage], layer), bias)
  }
  let top = lateral(3)
  for (const stage of [2, 1, 0]) {
    const finer = lateral(stage)
    top = tf.add(finer, enlarge(top, finer.shape[1], finer.shape[2]))
  }
  const layer = { inputs: decoder, filters: decoder, width, kernel: 3, groupSize }
  const map = slimBlock(scope, `${name}/conv`, slimBlock(scope, `${name}/merge`, top, layer), layer)
  const raw = slimConvolution(scope, `${name}/out`, map, { ...layer, filters: outputs, width: 1, kernel: 1, gain: 1 })
  return tf.add(raw, scope.weight(`${name}/out/bias`, [outputs], { constant: 0 }))
}

/** Units from which what is said of a person as a whole is decoded, at full width. */
export function globalUnits(channels: SlimNetworkOptions['channels']): number {
  return Math.min(256, channels[3])
}

/** As many units as full width has; those beyond the width are 0. */
function globalFeatures(
  scope: Scope,
  name: string,
  { channels, groupSize }: SlimNetworkOptions,
  stages: readonly Tensor4D[],
  width: SlimWidth,
): Tensor2D {
  const units = globalUnits(channels)
  const taken = channelsAt(units, width)
  const [batch, height, rows, deep] = stages[3].shape
  const from = (part: string, x: Tensor2D, shape: number[], sliced: number[]): Tensor2D => {
    const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1)
    const kernel = scope.sliced(`${name}/hidden/${part}`, shape, { fanIn, gain: 1 }, sliced)
    scope.count(x.shape[1] * taken)
    return tf.matMul(x, tf.reshape(kernel, [x.shape[1], taken]) as Tensor2D)
  }
  const layout = tf.reshape(stages[3], [batch, height * rows * deep]) as Tensor2D
  const parts = [
    from('layout', layout, [height * rows, channels[3], units], [height * rows, deep, taken]),
    ...stages.map((x, stage) =>
      from(`mean${stage}`, tf.mean(x, [1, 2]), [channels[stage], units], [x.shape[3], taken]),
    ),
  ]
  const hidden = tf.reshape(tf.addN(parts), [batch, 1, 1, taken]) as Tensor4D
  const normal = relu(slimNormalisation(scope, `${name}/hidden/norm`, hidden, units, groupSize))
  return widened(tf.reshape(normal, [batch, taken]) as Tensor2D, units)
}
