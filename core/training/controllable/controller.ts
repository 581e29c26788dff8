import type { NetworkForm, TaskSchemas } from '../../model/network.ts'
import type { SlimConfiguration } from '../../model/slim/widths.ts'
import type { FeedValues } from '../../tensor/program.ts'
import type { RunConfiguration } from '../configuration.ts'
import { isSlim, isTree, trainsEveryWidth } from '../networkChoices.ts'
import { slimController } from './slimController.ts'
import { treeController } from './treeController.ts'
import type { TreeConfiguration } from './treeController.ts'

/** What is computed of a controllable network. */
export type ControllableConfiguration =
  ({ readonly kind: 'slim' } & SlimConfiguration) | ({ readonly kind: 'tree' } & TreeConfiguration)

/** What can be drawn of a network: channels at full width, of the encoder's stages and of each task's decoder; layers of a tree. */
export type ControllableStructure =
  | {
      readonly kind: 'slim'
      readonly encoder: readonly number[]
      readonly decoders: Readonly<Record<string, number>>
    }
  | { readonly kind: 'tree'; readonly layers: readonly string[] }

/** A network for a preference and a budget. */
export interface Choice {
  readonly feasible: true
  readonly configuration: ControllableConfiguration
  /** The network that is computed, over the run's weights. */
  readonly form: NetworkForm
  /** What the program that predicts with it is fed besides images. */
  readonly feeds?: FeedValues
  /** Weights that are others for this choice: what the feeds would make of them, for a network that is fed images alone. */
  readonly adapt?: (values: ReadonlyMap<string, Float32Array>) => ReadonlyMap<string, Float32Array>
  /** Multiply–adds of an image; never above the budget. */
  readonly macs: number
  /** Weights that it uses. */
  readonly parameters: number
}

export interface Infeasible {
  readonly feasible: false
  /** The least budget that these preferences need. */
  readonly minimumMacs: number
}

/** How much each task matters, ≥ 0; only proportions count. */
export type Preferences = Readonly<Record<string, number>>

/** Finds, for any preference and budget, what is to be computed of one trained network. */
export interface Controller {
  readonly kind: ControllableConfiguration['kind']
  readonly tasks: readonly string[]
  readonly structure: ControllableStructure
  /** Multiply–adds of an image of the least and of the largest network. */
  readonly minimumMacs: number
  readonly maximumMacs: number
  /** Weights of the largest. */
  readonly maximumParameters: number
  /** @param preferences of exactly the controller's tasks, one above 0. @param budget multiply–adds of an image */
  choose(preferences: Preferences, budget: number): Choice | Infeasible
}

/**
 * The controller of a run; null where its network has no choice.
 * @param values the run's weights by name, read where what is chosen depends on them
 */
export function controllerOf(
  configuration: RunConfiguration,
  schemas: TaskSchemas,
  values: () => ReadonlyMap<string, Float32Array>,
): Controller | null {
  const { model } = configuration
  if (isSlim(model) && trainsEveryWidth(configuration)) return slimController({ ...configuration, model }, schemas)
  return isTree(model) ? treeController({ ...configuration, model }, schemas, values()) : null
}
