import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { chosenForm, slimPass } from '../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../model/network.ts'
import type { Scope } from '../model/scope.ts'
import { distillationLoss, projectorWeight } from '../model/slim/distillation.ts'
import { slimWidths, uniformWidths } from '../model/slim/widths.ts'
import type { SlimConfiguration } from '../model/slim/widths.ts'
import { Random } from '../synthetic/random.ts'
import { defaultNetwork, isSlim, trainsEveryWidth } from './networkChoices.ts'
import type { SlimModelName } from './networkChoices.ts'

/**
 * Training of a controllable network by the sandwich rule (Yu & Huang, ICCV 2019; ECMT, methods.md 5): every step computes the
 * largest configuration, the smallest, and two drawn ones, and adds up their gradients.
 */

/** Widths of an encoder with a decoder, but for both narrowest and both widest, which every step computes. */
const drawnWidths = slimWidths
  .flatMap((encoder) => slimWidths.map((decoder) => ({ encoder, decoder })))
  .filter(({ encoder, decoder }) => encoder !== decoder || (encoder !== slimWidths[0] && encoder !== slimWidths.at(-1)))

/**
 * Different pairs of drawn configurations in a run. Each is a program of its own over the run's variables; TensorFlow prepares a
 * program for six times as long as a plain network's, and all of them again when one is added, so there are few and from the start.
 */
const pairs = drawnWidths.length / 2

/** The slim model of a form that is trained in all widths; null for other networks. */
export function slimModelOf(form: NetworkForm): SlimModelName | null {
  const choices = chosenForm(form)
  return isSlim(choices.model) && trainsEveryWidth(choices) ? choices.model : null
}

/** λ of a form: the weight of the distance to the largest encoder's features. */
export function distillationOf(form: NetworkForm): number {
  return chosenForm(form).distillation ?? defaultNetwork.distillation
}

/**
 * The configurations that are computed besides the largest, for each pair: the smallest and two drawn ones. What a decoder makes of an
 * encoder depends on the widths of these two alone: with those of every step, the drawn ones have every such two once, for every task.
 */
export function sandwiches(tasks: readonly string[], seed: number): SlimConfiguration[][] {
  const shuffled = (part: string): number[] => new Random(seed, 'widths', part).shuffle(Array.from(drawnWidths.keys()))
  const encoders = shuffled('encoder').map((at) => drawnWidths[at].encoder)
  const decoders = tasks.map((task) => {
    const byEncoder = Map.groupBy(
      shuffled(`decoder of ${task}`).map((at) => drawnWidths[at]),
      ({ encoder }) => encoder,
    )
    return [task, encoders.map((encoder) => byEncoder.get(encoder)?.pop()?.decoder ?? encoder)] as const
  })
  const drawn = encoders.map((encoder, at) => ({
    encoder,
    decoders: Object.fromEntries(decoders.map(([task, own]) => [task, own[at]])),
  }))
  return Array.from({ length: pairs }, (_, pair) => [
    uniformWidths(tasks, slimWidths[0]),
    ...drawn.slice(2 * pair, 2 * pair + 2),
  ])
}

/** The pair whose step holds most: what has to fit into memory. */
export function largestSandwich(tasks: readonly string[], seed: number): SlimConfiguration[] {
  const size = (sandwich: readonly SlimConfiguration[]): number =>
    sandwich.reduce((sum, { encoder, decoders }) => {
      const widths = Object.values(decoders)
      // An encoder holds about as much as all decoders together.
      return sum + encoder + widths.reduce((total, width) => total + width, 0) / widths.length
    }, 0)
  return sandwiches(tasks, seed).reduce((most, sandwich) => (size(sandwich) > size(most) ? sandwich : most))
}

/** The name of a step's program: of as many steps as there are pairs, each has one turn, in an order of their own. */
export function sandwichProgram(seed: number, update: number): string {
  const order = new Random(seed, 'pairs', Math.floor(update / pairs)).shuffle(
    Array.from({ length: pairs }, (_, at) => at),
  )
  return pairProgram(order[update % pairs])
}

/** The name of a pair's program. */
export function pairProgram(pair: number): string {
  return `train${pair}`
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
  { narrower, distillation }: { readonly narrower: readonly SlimConfiguration[]; readonly distillation: number },
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
