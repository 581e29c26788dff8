import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { AdaptiveSession } from '../adaptiveSession.ts'
import { createEagerSession } from '../eagerSession.ts'
import type { FeedValues, Program } from '../program.ts'
import { loadTensorflow } from '../tensorflow.ts'
import type { Tensorflow } from '../tensorflow.ts'
import { smallFilterFeeds, smallFilterPrograms, smallFilterWeights } from './smallFilter.ts'
import { createTracedSession } from './tracedSession.ts'

let tensorflow: Tensorflow
beforeAll(() => {
  tensorflow = loadTensorflow()
})

const feeds = smallFilterFeeds(4)
const update = (step: number) => ({ learningRate: 1e-2, step, weightDecay: 1e-2 })
const traced = () => createTracedSession(tensorflow, smallFilterWeights, smallFilterPrograms(4))

/** A prediction, times a tensor that a kernel made outside of the program: it cannot be traced. */
function leakyProgram(): Program {
  const outside = tf.add(tf.scalar(1), tf.scalar(2))
  const [, predict] = smallFilterPrograms(4)
  return {
    ...predict,
    name: 'leaky',
    compute: (given, weights) => {
      const { outputs } = predict.compute(given, weights)
      return { outputs: { value: tf.mul(outputs['value'], outside) } }
    },
  }
}

describe('the traced session', () => {
  it('reads back exactly what was written, and continues as if never interrupted', () => {
    const session = traced()
    session.run('train', feeds, update(1))
    const saved = session.readState()
    expect([...saved.keys()]).toEqual(['filter', 'filter/m', 'filter/v', 'gain', 'gain/m', 'gain/v'])
    const expected = session.run('train', feeds, update(2))['objective'][0]
    const fresh = traced()
    fresh.writeState(saved)
    expect(fresh.readState()).toEqual(saved)
    expect(fresh.run('train', feeds, update(2))['objective'][0]).toBe(expected)
    fresh.dispose()
    session.dispose()
  })

  it('goes on with another size of batch that is added after five steps, over the same weights, as eager does', () => {
    const session = traced()
    const smaller = smallFilterPrograms(3, ' of 3')
    const eager = createEagerSession(smallFilterWeights, [...smallFilterPrograms(4), ...smaller])
    const steps: [string, FeedValues][] = [
      ...Array.from({ length: 5 }, (): [string, FeedValues] => ['train', feeds]),
      ['train of 3', smallFilterFeeds(3)],
      ['train', feeds],
      ['train of 3', smallFilterFeeds(3)],
    ]
    expect(() => session.run('train of 3', smallFilterFeeds(3), update(1))).toThrow('no program train of 3')
    steps.forEach(([name, given], at) => {
      if (at === 5) {
        const before = session.readState()
        expect(before.get('filter/v')?.some((value) => value > 0)).toBe(true)
        session.add(smaller)
        expect(session.readState()).toEqual(before)
      }
      const [found, expected] = [session, eager].map((one) => one.run(name, given, update(at + 1))['objective'][0])
      expect(Math.abs(found / expected - 1), `step ${at + 1}`).toBeLessThan(1e-4)
    })
    for (const [name, values] of eager.readState()) {
      const found = session.readState().get(name) ?? new Float32Array(0)
      values.forEach((value, at) => expect(Math.abs(found[at] - value), name).toBeLessThan(1e-4))
    }
    expect(() => session.add(smaller)).toThrow('there is a program train of 3 already')
    // What was refused left nothing behind.
    expect(session.run('predict', { images: feeds['images'] })['value'].length).toBe(4)
    session.dispose()
    eager.dispose()
  })

  it('keeps no tensors from step to step, nor from what it cannot trace', () => {
    const leaky = leakyProgram()
    const session = traced()
    session.run('train', feeds, update(1))
    const before = tf.memory().numTensors
    for (let step = 2; step < 6; step++) session.run('train', feeds, update(step))
    expect(() => session.add([leaky])).toThrow('outside its feeds')
    expect(tf.memory().numTensors).toBe(before)
    session.dispose()
  })

  it('refuses a feed of the wrong size by name', () => {
    const session = traced()
    const wrong = { ...feeds, targets: new Float32Array(3) }
    expect(() => session.run('train', wrong, update(1))).toThrow('targets')
    session.dispose()
  })
})

describe('a session that traces what it can', () => {
  it('runs the rest kernel by kernel over the same weights, and says why', () => {
    const session = new AdaptiveSession(tensorflow, smallFilterWeights)
    expect(session.add([...smallFilterPrograms(4), leakyProgram()])).toMatch(/^leaky: .*outside its feeds/)
    expect(session.kind).toBe('traced')
    const predicted = (name: string): number => session.run(name, { images: feeds['images'] })['value'][0]
    const initial = predicted('predict')
    expect(predicted('leaky')).toBeCloseTo(3 * initial, 5)
    for (let step = 1; step <= 5; step++) session.run('train', feeds, update(step))
    const trained = predicted('predict')
    expect(Math.abs(trained - initial)).toBeGreaterThan(0.01)
    expect(predicted('leaky')).toBeCloseTo(3 * trained, 5)
    session.writeState(new Map([...session.readState()].map(([name, values]) => [name, values.map(() => 0)])))
    expect([predicted('predict'), predicted('leaky')]).toEqual([0, 0])
    session.dispose()
  })

  it('trains in turns, traced and kernel by kernel, to what one of the two comes to', () => {
    const [train] = smallFilterPrograms(4)
    const outside = tf.sub(tf.scalar(2), tf.scalar(1))
    const untraced: Program = {
      ...train,
      name: 'untraced',
      compute: (given, weights) => {
        const images = tf.mul(given['images'], outside)
        return train.compute({ ...given, images }, weights)
      },
    }
    const session = new AdaptiveSession(tensorflow, smallFilterWeights)
    expect(session.add([untraced])).toContain('untraced')
    expect(session.kind).toBe('eager')
    expect(session.add([train])).toBe(null)
    expect(session.kind).toBe('traced')
    const eager = createEagerSession(smallFilterWeights, [train])
    for (let step = 1; step <= 6; step++) {
      const found = session.run(step % 2 === 0 ? 'untraced' : 'train', feeds, update(step))['objective'][0]
      expect(found).toBeCloseTo(eager.run('train', feeds, update(step))['objective'][0], 5)
    }
    expect(session.readState().get('gain')?.[0]).toBeCloseTo(eager.readState().get('gain')?.[0] ?? NaN, 5)
    session.dispose()
    eager.dispose()
  })
})
