import type { ControllableConfigurationOut } from '../../../core/api/controllable.ts'

export type TreeConfiguration = Extract<ControllableConfigurationOut, { kind: 'tree' }>

/** A stream's features at a layer that some task uses. */
export interface TreeNode {
  readonly layer: number
  /** The task whose stream it is. */
  readonly stream: string
  /** Whose features come through it, in the order of the tasks. */
  readonly tasks: readonly string[]
}

/** From a node to one in the layer above. */
export interface TreeEdge {
  /** Layer of the lower end. */
  readonly layer: number
  readonly from: string
  readonly to: string
  readonly tasks: readonly string[]
}

export interface TreePaths {
  readonly layers: number
  readonly nodes: readonly TreeNode[]
  readonly edges: readonly TreeEdge[]
}

/**
 * What a tree computes: every task's way from the top of its own stream down through the parents; nodes on several ways are
 * computed once.
 */
export function treePaths({ parents }: Pick<TreeConfiguration, 'parents'>, tasks: readonly string[]): TreePaths {
  const nodes = new Map<string, { layer: number; stream: string; tasks: string[] }>()
  const edges = new Map<string, { layer: number; from: string; to: string; tasks: string[] }>()
  for (const task of tasks) {
    let stream = task
    for (let layer = parents.length; layer >= 0; layer--) {
      join(nodes, `${layer}/${stream}`, { layer, stream }, task)
      if (layer === 0) break
      const from: string = parents[layer - 1][stream] ?? stream
      join(edges, `${layer}/${from}/${stream}`, { layer: layer - 1, from, to: stream }, task)
      stream = from
    }
  }
  const byLayer = (a: { layer: number }, b: { layer: number }): number => a.layer - b.layer
  return {
    layers: parents.length + 1,
    nodes: [...nodes.values()].sort(byLayer),
    edges: [...edges.values()].sort(byLayer),
  }
}

function join<T extends object>(into: Map<string, T & { tasks: string[] }>, key: string, value: T, task: string): void {
  const known = into.get(key)
  if (known === undefined) into.set(key, { ...value, tasks: [task] })
  else known.tasks.push(task)
}

/** "parts and pose share 3 of 4 layers": in words, for those who do not see the drawing. */
export function describeTree(paths: TreePaths, tasks: readonly string[]): string {
  const shared = paths.nodes.filter((node) => node.tasks.length > 1)
  const computed = `${paths.nodes.length} of ${paths.layers * tasks.length} nodes are computed`
  if (shared.length === 0) return `${computed}; every task has its own.`
  const first = shared.filter(({ layer }) => layer === 0).map((node) => node.tasks.join(' and '))
  const from = first.length === 0 ? '' : ` ${first.join('; ')} begin together.`
  return `${computed}, ${shared.length} of them for several tasks.${from}`
}
