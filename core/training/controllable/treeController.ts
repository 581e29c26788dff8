import { treeStreams } from '../../model/network.ts'
import type { TaskSchemas } from '../../model/network.ts'
import { changedNorms, EdgeHypernetwork } from '../../model/tree/plainHypernetworks.ts'
import type { Values } from '../../model/tree/plainHypernetworks.ts'
import { preferenceShares } from '../../model/tree/preference.ts'
import { ownStreams, usedNodes } from '../../model/tree/tree.ts'
import type { Tree } from '../../model/tree/tree.ts'
import { costOfTree, treeCost } from '../../model/tree/treeCost.ts'
import { leastMacs, searchTree } from '../../model/tree/treeSearch.ts'
import type { ChosenTree, TreeChoice } from '../../model/tree/treeSearch.ts'
import type { RunConfiguration } from '../configuration.ts'
import type { TreeModelName } from '../networkChoices.ts'
import type { Choice, Controller } from './controller.ts'
import { sweepPreferences } from './sweepGrid.ts'

/** What is computed of a tree, by the names of tasks; nodes that no task uses are left out. */
export interface TreeConfiguration {
  /** From the bottom up: the node of a task's stream → its parent in the layer below. */
  readonly parents: Record<string, string>[]
  readonly active: string[]
  /** 0 … 1 */
  readonly frugality: number
  /** Of sum 1: normalisations change with them. */
  readonly preferences: Record<string, number>
}

/**
 * Chooses the tree that a run's hypernetworks say.
 * @param values of the run's weights; those of the edge hypernetwork are kept
 */
export function treeController(
  configuration: RunConfiguration & { readonly model: TreeModelName },
  schemas: TaskSchemas,
  values: Values,
): Controller {
  const { model, network, norm } = configuration
  const tasks = Object.keys(schemas)
  const streams = treeStreams(model)
  const layers = streams.layers.length
  const cost = treeCost(streams, schemas, configuration)
  const edges = new EdgeHypernetwork(values, tasks.length, layers)
  const trees: TreeChoice = { tasks, cost, treeOf: (condition) => edges.tree(condition) }
  const largest = costOfTree(cost, ownStreams(tasks.length, layers))
  const tried = sweepPreferences(tasks).map((preferences) => leastMacs(trees, preferenceShares(preferences, tasks)))
  const chosen = (found: ChosenTree): Choice => {
    const { tree, frugality, shares, macs, parameters } = found
    const condition = Float32Array.of(...shares, frugality)
    return {
      feasible: true,
      configuration: { kind: 'tree', ...namedTree(found, tasks) },
      form: { model, network, norm, tree },
      feeds: { condition },
      adapt: (whole) => changedNorms(whole, condition),
      macs,
      parameters,
    }
  }
  return {
    kind: 'tree',
    tasks,
    structure: { kind: 'tree', layers: [...streams.layers.map(({ name }) => name), 'heads'] },
    minimumMacs: Math.min(...tried),
    maximumMacs: largest.macs,
    maximumParameters: largest.parameters,
    choose(preferences, budget) {
      const found = searchTree(trees, preferenceShares(preferences, tasks), budget)
      return 'tree' in found ? chosen(found) : { feasible: false, minimumMacs: found.minimumMacs }
    },
  }
}

function namedTree({ tree, active, frugality, shares }: ChosenTree, tasks: readonly string[]): TreeConfiguration {
  const preferences = Object.fromEntries(tasks.map((task, at) => [task, shares[at]]))
  return { parents: namedParents(tree, tasks), active: [...active], frugality, preferences }
}

function namedParents(tree: Tree, tasks: readonly string[]): Record<string, string>[] {
  const used = usedNodes(tree)
  return tree.parents.map((layer, at) =>
    Object.fromEntries(
      layer.flatMap((parent, node) => (used[at + 1]?.[node] === false ? [] : [[tasks[node], tasks[parent]]])),
    ),
  )
}
