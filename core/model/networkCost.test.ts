import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { withShapes } from '../tensor/shapeBackend.ts'
import { networkCost } from './networkCost.ts'
import type { TaskSchemas } from './network.ts'

const look: TaskSchemas = { look: { kind: 'attributes', attributes: ['red', 'large'] } }
const size = { height: 256, width: 128 }

describe('what a network costs', () => {
  it('is counted without an engine, and leaves none behind', () => {
    const before = tf.getBackend() ?? null
    const cost = networkCost('r18', look, size)
    expect(tf.getBackend() ?? null).toBe(before)
    // ResNet-18's trunk at 256×128 takes 1.18 GMACs (methods.md 8); pyramid and merging 3×3 convolution of 128 channels come on top.
    const pyramid =
      64 * 32 * 64 * 128 + 32 * 16 * 128 * 128 + 16 * 8 * 256 * 128 + 8 * 4 * 512 * 128 + 64 * 32 * 9 * 128 * 128
    expect((cost.sharedMacs - pyramid) / 1e9).toBeCloseTo(1.18, 2)
    expect(cost.fixedValues).toBe(0)
  })

  it('says what is kept besides the weights: statistics of each task, or a frozen bank', () => {
    const tasks: TaskSchemas = { ...look, far: { kind: 'depth', unit: 'metre' } }
    const group = networkCost('tiny', tasks, size)
    const own = networkCost({ model: 'tiny', network: 'multi-head', norm: 'task-batch' }, tasks, size)
    // A mean and a variance where there is a gamma and a beta.
    expect(own.fixedValues).toBe(2 * (own.parameters - group.parameters))
    expect(own.sharedMacs).toBe(0)
    const bank = networkCost({ model: 'tiny', network: 'rcm', norm: 'group' }, tasks, size)
    expect(bank.fixedValues).toBeGreaterThan(500_000)
  })

  it('can be asked before it is settled whom an identity task knows', () => {
    expect(networkCost('tiny', { who: { kind: 'identity' } }, size).parameters).toBeGreaterThan(100_000)
  })

  it('restores the backend after an error', () => {
    const before = tf.getBackend() ?? null
    const fail = (): never =>
      withShapes(() => {
        throw new Error('stopped')
      })
    expect(fail).toThrow('stopped')
    expect(tf.getBackend() ?? null).toBe(before)
  })
})
