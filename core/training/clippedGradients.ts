import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { halfSquaredNorm } from '../tensor/kernels.ts'

/** Guards a norm of 0. */
const epsilon = 1e-12

/**
 * Gradients by weight, scaled down where the norm of their group's is above the limit; `norm`, a scalar, is that of all together
 * before. All weights are one group by default.
 */
export function clippedGradients(
  gradients: Readonly<Record<string, Tensor>>,
  limit: number,
  groupOf: (weight: string) => string | null = () => null,
): { readonly gradients: Record<string, Tensor>; readonly norm: Tensor } {
  const names = Object.keys(gradients)
  const groups = new Map<string | null, string[]>()
  for (const name of names) groups.set(groupOf(name), [...(groups.get(groupOf(name)) ?? []), name])
  const factors = new Map<string, Tensor>()
  const halves: Tensor[] = []
  for (const members of groups.values()) {
    const half = tf.addN(members.map((name) => halfSquaredNorm(gradients[name])))
    const norm = tf.sqrt(tf.mul(half, 2))
    const factor = tf.minimum(1, tf.div(limit, tf.add(norm, epsilon)))
    for (const name of members) factors.set(name, factor)
    halves.push(half)
  }
  return {
    gradients: Object.fromEntries(names.map((name) => [name, tf.mul(gradients[name], factors.get(name) ?? 1)])),
    norm: tf.sqrt(tf.mul(halves.length === 1 ? halves[0] : tf.addN(halves), 2)),
  }
}
