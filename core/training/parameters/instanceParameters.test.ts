import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { createParameters, type InstanceParameters } from './instanceParameters.ts'
import { lossScale } from './lossScale.ts'

const base = { people: 1, components: 1, regression: false, rate: 0.1, momentum: 0.9 }
const first = Int32Array.of(0)

function at(parameters: InstanceParameters, s: number[], v = s.map(() => 0)): InstanceParameters {
  parameters.load({ s: Float32Array.from(s), v: Float32Array.from(v) })
  return parameters
}

function visits(regression: boolean, loss: number, count: number): number[] {
  const parameters = createParameters({ ...base, regression })
  return Array.from({ length: count }, () => {
    parameters.update(first, Float32Array.of(loss))
    return parameters.state().s[0]
  })
}

describe('the step of instance-level parameters', () => {
  test('starts at s = 0, where the weight is 1, or a half for regression', () => {
    for (const regression of [false, true]) {
      const parameters = createParameters({ ...base, people: 3, components: 2, regression })
      const out = new Float32Array(4).fill(7)
      parameters.gather(Int32Array.of(2, 0), out)
      expect([...out]).toEqual([0, 0, 0, 0])
      parameters.weights(Int32Array.of(2, 0), out)
      expect([...out]).toEqual(regression ? [0.5, 0.5, 0.5, 0.5] : [1, 1, 1, 1])
    }
  })

  test('has gradient dL/dσ of −1 at σ = 2, l = 8 for classification and 0 for regression', () => {
    // dL/dσ = ∂L/∂s · 2/σ, and ∂L/∂s is the first momentum: 1 − 8/4 = −1, and 1 − 4/4 = 0.
    for (const [regression, gradient] of [
      [false, -1],
      [true, 0],
    ] as const) {
      const parameters = at(createParameters({ ...base, regression }), [Math.log(4)])
      parameters.update(first, Float32Array.of(8))
      expect((parameters.state().v[0] * 2) / 2).toBeCloseTo(gradient, 6)
    }
  })

  test('settles at σ² = l for classification, value 1 + ln l, and at σ² = l/2 for regression', () => {
    const classification = visits(false, 5, 400)[399]
    expect(classification).toBeCloseTo(Math.log(5), 5)
    expect(5 * Math.exp(-classification) + classification).toBeCloseTo(1 + Math.log(5), 6)
    expect(visits(true, 5, 400)[399]).toBeCloseTo(Math.log(2.5), 5)
  })

  test('gives 0.3, 0.76633, 1.27191 over three visits with l = 4, and 0.1, 0.27097, 0.47737 for regression', () => {
    const classification = visits(false, 4, 3)
    for (const [i, value] of [0.3, 0.76633, 1.27191].entries()) expect(classification[i]).toBeCloseTo(value, 5)
    const regression = visits(true, 4, 3)
    for (const [i, value] of [0.1, 0.27097, 0.47737].entries()) expect(regression[i]).toBeCloseTo(value, 5)
  })

  test('keeps rows of absent people and absent components bit-identical in s and v', () => {
    const parameters = at(
      createParameters({ ...base, people: 3, components: 2 }),
      [0.1, -0.2, 0.3, 0.4, -0.5, 0.6],
      [1, 2, 3, 4, 5, 6],
    )
    const before = parameters.state()
    parameters.update(Int32Array.of(1), Float32Array.of(NaN, 2))
    const after = parameters.state()
    expect(after.s[3]).not.toBe(before.s[3])
    expect(after.v[3]).not.toBe(before.v[3])
    for (const i of [0, 1, 2, 4, 5]) {
      expect(after.s[i]).toBe(before.s[i])
      expect(after.v[i]).toBe(before.v[i])
    }
  })

  test('steps a present label whose gradient is zero: its momentum still decays', () => {
    const parameters = at(createParameters(base), [0], [0.5])
    parameters.update(first, Float32Array.of(1))
    expect(parameters.state().v[0]).toBeCloseTo(0.45, 6)
    expect(parameters.state().s[0]).toBeCloseTo(-0.045, 6)
  })

  test('gives the same step in any batch: a missing label beside it changes nothing', () => {
    const options = { ...base, people: 2 }
    const alone = createParameters(options)
    const together = createParameters(options)
    alone.update(first, Float32Array.of(4))
    together.update(Int32Array.of(0, 1), Float32Array.of(4, NaN))
    expect(together.state()).toEqual(alone.state())
  })

  test('clamps after the step, so that s leaves the bound again', () => {
    const parameters = createParameters({ ...base, momentum: 0, rate: 0.5 })
    parameters.update(first, Float32Array.of(1e6))
    expect(parameters.state().s[0]).toBe(4)
    parameters.update(first, Float32Array.of(0))
    expect(parameters.state().s[0]).toBe(3.5)
  })

  test('learns each component by its own loss, undivided by how many are present', () => {
    const parameters = createParameters({ ...base, components: 3 })
    parameters.update(first, Float32Array.of(4, 0.5, NaN))
    const { s } = parameters.state()
    expect(s[0]).toBeCloseTo(0.3, 6)
    expect(s[1]).toBeCloseTo(-0.05, 6)
    expect(s[2]).toBe(0)
  })

  test('stays within the clamp and finite for any finite losses', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: Math.fround(9e29), noNaN: true }), { maxLength: 30 }), (losses) => {
        const parameters = createParameters({ ...base, regression: true })
        for (const loss of losses) parameters.update(first, Float32Array.of(loss))
        const { s, v } = parameters.state()
        return Math.abs(s[0]) <= 4 && Number.isFinite(v[0])
      }),
      { numRuns: 50 },
    )
  })
})

describe('what instance-level parameters refuse', () => {
  test('a negative or infinite loss, before anything has changed', () => {
    const parameters = createParameters({ ...base, people: 2 })
    for (const loss of [-0.1, Infinity, -Infinity]) {
      expect(() => parameters.update(Int32Array.of(0, 1), Float32Array.of(3, loss))).toThrow('person 1, component 0')
    }
    expect([...parameters.state().s]).toEqual([0, 0])
  })

  test('people outside the snapshot and batches of another shape', () => {
    const parameters = createParameters(base)
    expect(() => parameters.update(Int32Array.of(1), Float32Array.of(1))).toThrow('person 1 of 1')
    expect(() => parameters.gather(Int32Array.of(-1), new Float32Array(1))).toThrow('person -1')
    expect(() => parameters.weights(first, new Float32Array(2))).toThrow('2 values for 1 people')
  })

  test('rates at which heavy-ball diverges: 2(1 + μ) = 3.8', () => {
    expect(() => createParameters({ ...base, rate: 3.8 })).toThrow('rate 3.8')
    expect(createParameters({ ...base, rate: 3.79 }).people).toBe(1)
    expect(() => createParameters({ ...base, rate: NaN })).toThrow('rate')
    expect(() => createParameters({ ...base, momentum: 1 })).toThrow('momentum')
    expect(() => createParameters({ ...base, components: 0 })).toThrow('components')
  })

  test('a checkpoint of another size, or a damaged one', () => {
    const parameters = createParameters(base)
    expect(() => at(parameters, [1, 2])).toThrow('do not fit')
    expect(() => at(parameters, [NaN])).toThrow('damaged')
    expect(() => at(parameters, [5])).toThrow('damaged')
  })
})

test('a checkpoint continues to the same numbers', () => {
  const straight = createParameters(base)
  const before = createParameters(base)
  for (const loss of [4, 2]) {
    straight.update(first, Float32Array.of(loss))
    before.update(first, Float32Array.of(loss))
  }
  const after = createParameters(base)
  after.load(before.state())
  straight.update(first, Float32Array.of(0.3))
  after.update(first, Float32Array.of(0.3))
  expect(after.state()).toEqual(straight.state())
})

describe('the scale of a task’s losses', () => {
  test('is the median of those present', () => {
    expect(lossScale(Float32Array.of(9, NaN, 1, 3))).toBe(3)
    expect(lossScale(Float32Array.of(4, 1, 2, 100))).toBe(3)
  })

  test('is never 0, and 1 where there is nothing', () => {
    expect(lossScale(new Float32Array(0))).toBe(1)
    expect(lossScale(Float32Array.of(0, 0, 0))).toBe(1)
    expect(lossScale(Float32Array.of(0, 0, 0, 2, 4))).toBe(3)
    expect(() => lossScale(Float32Array.of(1, -1))).toThrow('between -1 and 1')
  })
})
