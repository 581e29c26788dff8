import { activeTasks } from './preference.ts'
import type { Tree } from './tree.ts'
import { costOfTree } from './treeCost.ts'
import type { Cost, TreeCost } from './treeCost.ts'

/** Frugalities that are looked at: every hundredth. */
const steps = 100

/** The tree for a preference and budget, as a value that can be drawn. */
export interface ChosenTree extends Cost {
  readonly tree: Tree
  /** c, 0 … 1, 1 the most frugal. */
  readonly frugality: number
  /** Preferences in the order of the tasks, of sum 1. */
  readonly shares: readonly number[]
  /** Tasks that have a say in what is shared. */
  readonly active: readonly string[]
}

/** What trees of a trained network are found from. */
export interface TreeChoice {
  readonly tasks: readonly string[]
  readonly cost: TreeCost
  /** The tree of a condition: preferences of sum 1, then frugality. */
  treeOf(condition: readonly number[]): Tree
}

/**
 * The tree that a trained network takes for a preference: of those within the budget the least frugal. Costs need not fall with
 * every step of frugality, so all are looked at.
 *
 * @param shares preferences in the order of the tasks, of sum 1
 * @param budget multiply–adds of an image
 * @returns where nothing fits, the least that is needed for this preference
 */
export function searchTree(
  choice: TreeChoice,
  shares: readonly number[],
  budget: number,
): ChosenTree | { readonly minimumMacs: number } {
  let minimumMacs = Infinity
  for (let step = 0; step <= steps; step++) {
    const chosen = treeAt(choice, shares, step / steps)
    if (chosen.macs <= budget) return chosen
    minimumMacs = Math.min(minimumMacs, chosen.macs)
  }
  return { minimumMacs }
}

/** Multiply–adds of an image of the cheapest tree for a preference. @param shares in the order of the tasks, of sum 1 */
export function leastMacs(choice: TreeChoice, shares: readonly number[]): number {
  return Math.min(...Array.from({ length: steps + 1 }, (_, step) => treeAt(choice, shares, step / steps).macs))
}

/** The tree of a preference and a frugality 0 … 1. */
export function treeAt(choice: TreeChoice, shares: readonly number[], frugality: number): ChosenTree {
  const tree = choice.treeOf([...shares, frugality])
  const active = activeTasks(shares)
  const named = choice.tasks.filter((_, at) => active[at])
  return { tree, frugality, shares, active: named, ...costOfTree(choice.cost, tree) }
}
