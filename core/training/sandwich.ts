import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { slimPass } from '../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../model/network.ts'
import type { Scope } from '../model/scope.ts'
import { distillationLoss, projectorWeight } from '../model/slim/distillation.ts'
import { slimWidths, uniformWidths } from '../model/slim/widths.ts'
import type { SlimConfiguration } from '../model/slim/widths.ts'
import { Random } from '../synthetic/random.ts'
import { isSlim } from './networkChoices.ts'
import type { SlimModelName } from './networkChoices.ts'

/**
 * Training of a controllable network by the sandwich rule (Yu & Huang, ICCV 2019; ECMT, methods.md 5): every step computes the
 * largest configuration, the smallest, and two drawn ones, and adds up their gradients.
 */

/**
 * Different pairs of drawn configurations in a run. Each is a program of its own over the run's variables, traced when it is first
 * drawn (a second or two of a small network), and widths share so much that more pairs would teach them little more.
 */
const pairs = 6

/** Weight of the distance to the largest encoder's features. */
const distillation = 1

/** The slim model of a form; null for other networks. */
export function slimModelOf(form: NetworkForm): SlimModelName | null {
  const model = typeof form === 'string' ? form : form.model
  return isSlim(model) ? model : null
}

/** The configurations that are computed besides the largest, of the pair of that number. */
export function sandwichOf(tasks: readonly string[], pair: number, seed: number): SlimConfiguration[] {
  const random = new Random(seed, 'widths', pair)
  const width = () => slimWidths[random.integer(slimWidths.length)]
  const drawn = [1, 2].map(() => ({
    encoder: width(),
    decoders: Object.fromEntries(tasks.map((task) => [task, width()])),
  }))
  return [uniformWidths(tasks, slimWidths[0]), ...drawn]
}

/** Which pair a step computes. */
export function pairOfStep(seed: number, update: number): number {
  return new Random(seed, 'pair', update).integer(pairs)
}

/**
 * What is to be minimised: the largest configuration's terms, and the mean over the others of their losses and of their encoders'
 * distance to the largest one's features.
 *
 * @param losses a configuration's losses by task from its raw outputs; the first that is asked for is the largest.
 */
export function sandwichTerms(
  scope: Scope,
  model: SlimModelName,
  tasks: TaskSchemas,
  images: Tensor4D,
  narrower: readonly SlimConfiguration[],
  losses: (raw: Readonly<Record<string, Tensor>>) => Tensor[],
): Tensor[] {
  const widest = slimPass(scope, model, tasks, images)
  const terms = losses(widest.outputs)
  const channels = widest.features.shape[3]
  const others = narrower.map((widths) => {
    const { outputs, features } = slimPass(scope, model, tasks, images, widths)
    const projector = projectorWeight(scope, channels, features.shape[3])
    const distance = distillationLoss(projector, features, widest.features)
    return tf.addN([...losses(outputs), tf.mul(distance, distillation)])
  })
  return [...terms, tf.div(tf.addN(others), others.length)]
}
