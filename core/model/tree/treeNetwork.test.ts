import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { declareNetwork, network, treeStreams } from '../network.ts'
import type { NetworkForm, TaskSchemas } from '../network.ts'
import { Bound } from '../scope.ts'
import { edgeLogits, hypernetworkOf, modulatedWeights } from './hypernetworks.ts'
import { changedNorms, EdgeHypernetwork } from './plainHypernetworks.ts'
import { likeliestTree, oneHotEdges, ownStreams, treeKey, usedNodes } from './tree.ts'
import type { Tree } from './tree.ts'
import { costOfTree, treeCost } from './treeCost.ts'
import { mixedTreeNetwork, treeNetwork } from './treeNetwork.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const size = { height: 32, width: 32 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
  far: { kind: 'depth', unit: 'metre' },
}
const names = Object.keys(tasks)
const streams = treeStreams('tree-tiny')
const layers = streams.layers.length
const formOf = (tree?: Tree): NetworkForm => ({ model: 'tree-tiny', network: 'multi-head', norm: 'group', tree })
const allShared: Tree = { parents: Array.from({ length: layers }, () => [0, 0, 0]) }
/** The first two tasks share two layers, the third goes through the second's. */
const branched: Tree = {
  parents: [
    [0, 0, 0],
    [0, 0, 2],
    [0, 1, 1],
    [0, 1, 1],
    [0, 1, 1],
    [0, 1, 2],
  ],
}

const { weights } = declareNetwork('tree-tiny', tasks, size, 1)
const random = new Random(4)
/** Weights by name, norms and hypernetworks not as they are at first, so that each has a say. */
function tensors(changed: 'all' | 'streams'): Record<string, Tensor> {
  return Object.fromEntries(
    weights.map(({ name, shape, initial }) => {
      const moves = changed === 'all' || hypernetworkOf(name) === null
      const values = moves ? initial.map((value) => value + 0.1 * random.normal()) : initial
      return [name, tf.tensor(values, [...shape])]
    }),
  )
}
const images = (): Tensor4D => tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 1) as Tensor4D
const condition = (): Tensor1D => tf.tensor1d([0.5, 0.3, 0.2, 0.4])

describe('a tree', () => {
  it('uses the nodes that some branch passes', () => {
    expect(usedNodes(ownStreams(2, 3))).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ])
    expect(usedNodes(branched)).toEqual([
      [true, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, false],
      [true, true, false],
      [true, true, true],
    ])
  })

  it('is the same whatever the nodes that nobody uses would do', () => {
    const other = { parents: branched.parents.map((layer, at) => (at === 1 ? [0, 0, 1] : layer)) }
    expect(treeKey(other)).toBe(treeKey(branched))
    expect(treeKey(allShared)).not.toBe(treeKey(branched))
  })

  it('is that of the most probable parents', () => {
    const logits = oneHotEdges(branched).map((edge) => 2 * edge - 1)
    expect(likeliestTree(logits, 3)).toEqual(branched)
  })
})

describe('the network of a tree', () => {
  it('of own streams whose normalisations do not change is each task’s own network, exactly', () => {
    tf.tidy(() => {
      const given = tensors('streams')
      const single = network(new Bound(given), { model: 'tiny', network: 'single', norm: 'group' }, tasks, images())
      const scope = new Bound(modulatedWeights(given, condition()))
      const own = treeNetwork(scope, streams, tasks, images(), ownStreams(3, layers))
      for (const task of names) expect(own[task].dataSync()).toEqual(single[task].dataSync())
    })
  })

  it('changes with the preference once the weight hypernetwork has learnt', () => {
    tf.tidy(() => {
      const given = tensors('all')
      const [even, other] = [condition(), tf.tensor1d([0.1, 0.1, 0.8, 0])].map((each) =>
        network(new Bound(modulatedWeights(given, each)), formOf(branched), tasks, images()),
      )
      expect(even['mask'].dataSync()).not.toEqual(other['mask'].dataSync())
    })
  })

  it('computes alone what it is among all streams, mixed by edges of ones and zeros', () => {
    tf.tidy(() => {
      const scope = new Bound(tensors('all'))
      for (const tree of [branched, allShared, ownStreams(3, layers)]) {
        const edges = tf.tensor3d(oneHotEdges(tree), [layers, 3, 3])
        const alone = network(scope, formOf(tree), tasks, images())
        const among = mixedTreeNetwork(scope, streams, tasks, images(), edges)
        for (const task of names) {
          const [found, expected] = [alone[task].dataSync(), among[task].dataSync()]
          found.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4))
        }
      }
    })
  })

  it('has one set of weights, whatever is computed of it, and reads those of its own nodes', () => {
    const shapes = (form: NetworkForm) =>
      declareNetwork(form, tasks, size, 1)
        .weights.map(({ name, shape }) => `${name} ${shape.join()}`)
        .sort()
    expect(shapes(formOf(branched))).toEqual(shapes('tree-tiny'))
    const { used } = declareNetwork(formOf(branched), tasks, size, 1)
    expect([...used.keys()].some((name) => hypernetworkOf(name) !== null)).toBe(false)
    expect(used.has('task/mask/stem/kernel')).toBe(true)
    expect(used.has('task/look/stem/kernel')).toBe(false)
    expect(used.has('task/far/decoder/merge/kernel')).toBe(true)
  })
})

describe('the cost of a tree', () => {
  const cost = treeCost(streams, tasks, size)

  it('where everything is shared is one network with all heads, and apart a network a task', () => {
    const together = declareNetwork('tiny', tasks, size, 1)
    const apart = declareNetwork({ model: 'tiny', network: 'single', norm: 'group' }, tasks, size, 1)
    expect(costOfTree(cost, allShared)).toEqual({ macs: together.macs, parameters: together.parameters })
    expect(costOfTree(cost, ownStreams(3, layers))).toEqual({ macs: apart.macs, parameters: apart.parameters })
  })

  it('in between is that of what is computed', () => {
    const { macs, used } = declareNetwork(formOf(branched), tasks, size, 1)
    const values = [...used.values()].map((shape) => shape.reduce((product, length) => product * length, 1))
    const parameters = values.reduce((sum, each) => sum + each, 0)
    expect(costOfTree(cost, branched)).toEqual({ macs, parameters })
  })
})

describe('the edge hypernetwork', () => {
  it('says the same in plain numbers as on an engine', () => {
    tf.tidy(() => {
      const given = tensors('all')
      const values = new Map(Object.entries(given).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]))
      const onEngine: Tensor3D = edgeLogits(new Bound(given), 3, layers, condition())
      const plain = new EdgeHypernetwork(values, 3, layers)
      const logits = plain.logits(condition().dataSync())
      expect(onEngine.shape).toEqual([layers, 3, 3])
      onEngine.dataSync().forEach((value, at) => expect(logits[at]).toBeCloseTo(value, 3))
      expect(plain.tree(condition().dataSync())).toEqual(likeliestTree(onEngine.dataSync(), 3))
    })
  })

  it('leaves each task its own stream at first', () => {
    const initial = new Map(weights.map(({ name, initial: values }) => [name, values]))
    const trees = [0, 0.5, 1].map((c) => new EdgeHypernetwork(initial, 3, layers).tree([0.6, 0.3, 0.1, c]))
    for (const tree of trees) expect(tree).toEqual(ownStreams(3, layers))
  })
})

describe('the weight hypernetwork', () => {
  it('says the same in plain numbers as on an engine', () => {
    tf.tidy(() => {
      const given = tensors('all')
      const values = new Map(
        Object.entries(given).map(([name, tensor]) => [name, tensor.dataSync<'float32'>()] as const),
      )
      const onEngine = modulatedWeights(given, condition())
      const plain = changedNorms(values, condition().dataSync<'float32'>())
      expect([...plain.keys()].sort()).toEqual(
        Object.keys(onEngine)
          .filter((name) => onEngine[name] !== given[name])
          .sort(),
      )
      for (const [name, found] of plain) {
        const expected = onEngine[name].dataSync<'float32'>()
        found.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4))
      }
    })
  })
})
