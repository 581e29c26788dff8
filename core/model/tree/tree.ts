/**
 * A tree over the streams of several tasks (DYMU, Raychaudhuri et al., CVPR 2022; methods.md 6). Every layer of the encoder and
 * decoder has a node for each task's own network, and every node, as every head above them, takes its features from one node of the
 * layer below.
 */
export interface Tree {
  /** `parents[l][k]`: the node of layer l from which node k of layer l + 1 takes its features; heads are above the last layer. */
  readonly parents: readonly (readonly number[])[]
}

/** What each task's network would be alone: nothing is shared. */
export function ownStreams(tasks: number, layers: number): Tree {
  return { parents: Array.from({ length: layers }, () => Array.from({ length: tasks }, (_, node) => node)) }
}

/** By layer and node, whether some task's features pass it. */
export function usedNodes({ parents }: Tree): boolean[][] {
  const used = parents.map((layer) => layer.map(() => false))
  let above: readonly boolean[] = (parents.at(-1) ?? []).map(() => true)
  for (let layer = parents.length - 1; layer >= 0; layer--) {
    parents[layer].forEach((parent, node) => (used[layer][parent] ||= above[node]))
    above = used[layer]
  }
  return used
}

/** The same for trees that compute the same, whatever the nodes that nobody uses would do. */
export function treeKey(tree: Tree): string {
  const used = usedNodes(tree)
  return tree.parents
    .map((layer, at) => layer.map((parent, node) => (used[at + 1]?.[node] === false ? '-' : parent)).join())
    .join(' ')
}

/** [layers, tasks, tasks] row-major: 1 where a node has its parent, else 0. */
export function oneHotEdges({ parents }: Tree): Float32Array {
  const nodes = parents[0]?.length ?? 0
  const edges = new Float32Array(parents.length * nodes * nodes)
  parents.forEach((layer, at) => layer.forEach((parent, node) => (edges[(at * nodes + node) * nodes + parent] = 1)))
  return edges
}

/** The tree of the most probable parents; of equals the first. @param logits [layers, tasks, tasks] row-major */
export function likeliestTree(logits: ArrayLike<number>, tasks: number): Tree {
  const layers = logits.length / tasks / tasks
  const parentOf = (row: number): number => {
    let best = 0
    for (let node = 1; node < tasks; node++) if (logits[row * tasks + node] > logits[row * tasks + best]) best = node
    return best
  }
  return {
    parents: Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: tasks }, (_, node) => parentOf(layer * tasks + node)),
    ),
  }
}
