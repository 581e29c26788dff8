import { describe, expect, it } from 'vitest'
import { defaultNetwork } from './networkChoices.ts'
import { passShapes, passValues } from './passFeeds.ts'
import { squareTasks } from './smallSnapshot.ts'

const passing = { tasks: squareTasks, batch: 4, height: 32, width: 32 }
const moment = { seed: 3, step: 7, steps: 10, people: 3, active: [] }

describe('what a network’s pass is fed', () => {
  it('is nothing where features are normalised in groups and filters are not drawn', () => {
    expect(passShapes({ ...passing, model: 'tiny' })).toEqual({})
    expect(passShapes({ ...passing, model: { ...defaultNetwork, network: 'astmt' } })).toEqual({})
  })

  it('says which rows are people of the batch, and which have each task’s label', () => {
    const shapes = passShapes({ ...passing, model: { ...defaultNetwork, norm: 'batch' } })
    expect(shapes['rows'].shape).toEqual([6, 4])
    const active = [
      [1, 0, 1, 1],
      [0, 0, 0, 0],
      [0, 1, 0, 0],
      [1, 1, 1, 1],
      [0, 0, 1, 1],
    ]
    const { rows } = passValues(shapes, { ...moment, active })
    // The fourth row only fills the batch, whatever it repeats.
    expect([...rows]).toEqual([1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0])
  })

  it('draws the same noise for the same seed and step, and other noise for others', () => {
    const shapes = passShapes({ ...passing, model: { ...defaultNetwork, network: 'sfg' } })
    const draw = (changes: object) => passValues(shapes, { ...moment, ...changes })['noise']
    const noise = draw({})
    expect(noise.length).toBe(shapes['noise'].shape[0])
    expect(draw({})).toEqual(noise)
    expect(draw({ step: 8 })).not.toEqual(noise)
    expect(draw({ seed: 4 })).not.toEqual(noise)
    // A standard Gumbel variable has the mean 0.5772 and the variance π²/6.
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length
    expect(mean).toBeCloseTo(0.5772, 0.9)
    expect(variance / (Math.PI ** 2 / 6)).toBeCloseTo(1, 0.9)
  })
})
