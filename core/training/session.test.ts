import { describe, expect, it } from 'vitest'
import { declareNetwork } from '../model/network.ts'
import { Random } from '../synthetic/random.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { createTracedSession } from '../tensor/trace/tracedSession.ts'
import { createTaskLoss } from './losses/createTaskLoss.ts'
import { standardise } from './losses/standardisation.ts'
import { squareTasks } from './smallSnapshot.ts'
import { predictionProgram, trainingProgram } from './step.ts'

const size = { height: 32, width: 32 }
const geometry = { cropHeight: 32, cropWidth: 32, height: 8, width: 8 }

/** Both sessions over the same small network, with the same feeds for every step. */
function sessions(batch: number) {
  const tensorflow = loadTensorflow()
  const schemas = Object.values(squareTasks)
  const losses = schemas.map((schema) => createTaskLoss(schema, batch, geometry, standardise(new Float32Array(0), 1)))
  const { weights } = declareNetwork('tiny', squareTasks, size, 3)
  const options = { model: 'tiny' as const, tasks: squareTasks, batch, ...size, clipNorm: 1 }
  const programs = [trainingProgram(options, losses), predictionProgram(options)]
  const random = new Random(9)
  const feeds = Object.fromEntries(
    Object.entries(programs[0].feeds).map(([name, { shape, dtype }]) => {
      const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform())
      if (name === 'images') return [name, Float32Array.from(values, (v) => v * 255)]
      if (name === 'transforms') return [name, Float32Array.from(values, (_, at) => [1, 0, 0, 0, 1, 0, 0, 0][at % 8])]
      return [name, dtype === 'int32' ? Int32Array.from(values, Math.round) : Float32Array.from(values, (v) => v / 10)]
    }),
  )
  return {
    feeds,
    traced: createTracedSession(tensorflow, weights, programs),
    eager: createEagerSession(weights, programs),
  }
}

describe('the traced step', { timeout: 120_000 }, () => {
  it('gives the numbers of the eager step over 50 steps, and the same weights after them', () => {
    const { traced, eager, feeds } = sessions(2)
    let first = NaN
    for (let step = 1; step <= 50; step++) {
      // A small rate: at a large one, rounding grows from step to step in any two orders of summation.
      const update = { learningRate: 1e-5, step, weightDecay: 1e-2 }
      const a = traced.run('train', feeds, update)
      const b = eager.run('train', feeds, update)
      expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort())
      first = step === 1 ? a['objective'][0] : first
      if (step > 1 && step < 50) continue
      expect(Math.abs(a['objective'][0] / b['objective'][0] - 1)).toBeLessThan(1e-4)
      if (step === 50) expect(first - a['objective'][0]).toBeGreaterThan(0.002)
    }
    const [left, right] = [traced.readState(), eager.readState()]
    expect([...left.keys()].sort()).toEqual([...right.keys()].sort())
    for (const [name, values] of left) {
      const other = right.get(name) ?? new Float32Array(0)
      const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0)
      // Adam divides by √v: an entry whose gradient is rounding noise may move either way, by the rate a step.
      expect(worst, name).toBeLessThan(1e-3)
    }
    traced.dispose()
    eager.dispose()
  })
})
