import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../../dataset/task.ts'
import { withShapes } from '../../tensor/shapeBackend.ts'
import { head } from '../heads.ts'
import { Declaration, sharedStyle } from '../scope.ts'
import type { Streams } from './streams.ts'
import { usedNodes } from './tree.ts'
import type { Tree } from './tree.ts'

export interface Cost {
  /** Multiply–adds of an image. */
  readonly macs: number
  /** Weights. */
  readonly parameters: number
}

/** What each node of a layer costs, whosever it is, and each head. */
export interface TreeCost {
  readonly layers: readonly Cost[]
  /** In the order of the tasks. */
  readonly heads: readonly Cost[]
}

/** Counted from the layers, without an engine. */
export function treeCost(
  streams: Streams,
  tasks: Readonly<Record<string, TaskSchema>>,
  { height, width }: { readonly height: number; readonly width: number },
): TreeCost {
  let cost: TreeCost = { layers: [], heads: [] }
  withShapes(() => {
    tf.tidy(() => {
      const declaration = new Declaration(0)
      let [macs, parameters] = [0, 0]
      const added = (): Cost => {
        const cost = { macs: declaration.macs - macs, parameters: declaration.parameters - parameters }
        macs += cost.macs
        parameters += cost.parameters
        return cost
      }
      const images: Tensor4D = tf.zeros([1, height, width, 3])
      const made: Tensor4D[] = []
      const layers = streams.layers.map(({ reads, compute }) => {
        made.push(compute(declaration, reads.length === 0 ? [images] : reads.map((read) => made[read])))
        return added()
      })
      const features = streams.features(streams.headReads.map((read) => made[read]))
      const heads = Object.entries(tasks).map(([task, schema]) => {
        head(declaration.styled({ ...sharedStyle, tasks: Object.keys(tasks), task }), task, schema, features)
        return added()
      })
      cost = { layers, heads }
    })
  })
  return cost
}

/** Of a tree: every node that some task uses once, and all heads. */
export function costOfTree({ layers, heads }: TreeCost, tree: Tree): Cost {
  const nodes = usedNodes(tree).flatMap((layer, at) => layer.filter(Boolean).map(() => layers[at]))
  return [...nodes, ...heads].reduce((sum, cost) => ({
    macs: sum.macs + cost.macs,
    parameters: sum.parameters + cost.parameters,
  }))
}
