import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'

/**
 * What the edge hypernetwork learns besides the tasks' loss (DYMU, methods.md 6). Edges ν are [layers, tasks, tasks]: row k of layer
 * l are the shares of layer l's nodes in what node k of layer l + 1 sees; layers here are counted from 0, the highest below the heads.
 */
const [activeWeight, inactiveWeight] = [1, 0.1]

/** Added to the distance from tasks that are not active, so that it is nobody's least; distances are at most 2. */
const far = 1e3

/** One draw of all edges: softmax((logits + noise)/temperature) of each row. @param noise standard Gumbel, as the logits */
export function gumbelSoftmax(logits: Tensor3D, noise: Tensor3D, temperature: Scalar): Tensor3D {
  return tf.softmax(tf.div(tf.add(logits, noise), temperature)) as Tensor3D
}

/** P_use by layer, [tasks] each: that some node above takes its features from the node; heads are always used. */
export function usageProbabilities(edges: Tensor3D): Tensor1D[] {
  const layers = tf.unstack(edges) as Tensor2D[]
  const tasks = edges.shape[1]
  const usage: Tensor1D[] = []
  let above: Tensor = tf.ones([tasks, 1])
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const untaken = tf.unstack(tf.sub(1, tf.mul(layers[layer], above)))
    const used = tf.sub(
      1,
      untaken.reduce((product, row) => tf.mul(product, row)),
    ) as Tensor1D
    usage.unshift(used)
    above = tf.reshape(used, [tasks, 1])
  }
  return usage
}

/**
 * L_active = Σ_l Σ_{i≠j active} ((L−l)/L)·A(i,j)·P_use(l,i)·P_use(l,j)·‖ν_i^l − ν_j^l‖², l from 1: what active tasks do not share,
 * the lower the more.
 *
 * @param affinity [tasks, tasks] @param active [tasks], 1 or 0
 */
export function activeCost(edges: Tensor3D, affinity: Tensor2D, active: Tensor1D): Scalar {
  const [layers, tasks] = edges.shape
  const pairs = tf.mul(tf.mul(affinity, products(active)), tf.sub(1, tf.eye(tasks)))
  const usage = usageProbabilities(edges)
  const terms = (tf.unstack(edges) as Tensor2D[]).slice(0, -1).map((layer, at) => {
    const weighed = tf.mul(tf.mul(pairs, products(usage[at])), squaredDistances(layer))
    return tf.mul(tf.sum(weighed), (layers - (at + 1)) / layers)
  })
  return terms.reduce((sum, term) => tf.add(sum, term), tf.scalar(0)) as Scalar
}

/** L_inactive = Σ_l Σ_{j inactive} min_{i active} ‖ν_i^l − ν_j^l‖²: an inactive task goes with the nearest active one. */
export function inactiveCost(edges: Tensor3D, active: Tensor1D): Scalar {
  const tasks = edges.shape[1]
  const inactive = tf.sub(1, active)
  const excluded = tf.reshape(tf.mul(inactive, far), [1, tasks])
  const terms = (tf.unstack(edges) as Tensor2D[]).map((layer) => {
    const [first, ...others] = tf.unstack(tf.add(squaredDistances(layer), excluded), 1)
    const nearest = others.reduce((least, column) => tf.minimum(least, column), first)
    return tf.sum(tf.mul(inactive, nearest))
  })
  return terms.reduce((sum, term) => tf.add(sum, term)) as Scalar
}

/** Ω = c·λ_A·L_active + λ_I·L_inactive, λ_A = 1, λ_I = 0.1. @param frugality c, 0 … 1 */
export function regulariser(edges: Tensor3D, affinity: Tensor2D, active: Tensor1D, frugality: Scalar): Scalar {
  const shared = tf.mul(tf.mul(activeCost(edges, affinity, active), activeWeight), frugality)
  return tf.add(shared, tf.mul(inactiveCost(edges, active), inactiveWeight)) as Scalar
}

/** ‖row i − row j‖², [n, n]. */
function squaredDistances(rows: Tensor2D): Tensor2D {
  return tf.sum(tf.square(tf.sub(tf.expandDims(rows, 1), tf.expandDims(rows, 0))), 2) as Tensor2D
}

/** v vᵀ of a vector. */
function products(vector: Tensor1D): Tensor2D {
  const size = vector.shape[0]
  return tf.mul(tf.reshape(vector, [size, 1]), tf.reshape(vector, [1, size]))
}
