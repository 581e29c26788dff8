import { describe, expect, it } from 'vitest'
import { measureRelation, relativeChange, type PairAccuracies } from './relationTest.ts'

function run(accuracies: Record<string, number>, seed = 1): PairAccuracies {
  return { tasks: Object.keys(accuracies), seed, accuracies }
}

describe('the relation of two tasks', () => {
  it('is negative below a loss of a hundredth: 0.80 → 0.79 is, 0.80 → 0.793 is not', () => {
    expect(relativeChange(0.8, 0.79)).toBeCloseTo(-0.0125, 10)
    expect(relativeChange(0.8, 0.793)).toBeCloseTo(-0.00875, 10)
    const alone = [run({ parts: 0.8 }), run({ pose: 0.5 })]
    expect(measureRelation([...alone, run({ parts: 0.79, pose: 0.5 })], 'pose', 'parts').measured).toBe(true)
    expect(measureRelation([...alone, run({ parts: 0.793, pose: 0.5 })], 'pose', 'parts').measured).toBe(false)
  })

  it('is not symmetric', () => {
    const runs = [run({ parts: 0.5 }), run({ pose: 0.5 }), run({ parts: 0.4, pose: 0.6 })]
    expect(measureRelation(runs, 'pose', 'parts')).toEqual({
      alone: 0.5,
      together: 0.4,
      change: expect.closeTo(-0.2, 10) as number,
      measured: true,
    })
    expect(measureRelation(runs, 'parts', 'pose').measured).toBe(false)
  })

  it('goes by the mean over seeds, and leaves runs of other tasks out', () => {
    const runs = [
      run({ parts: 0.8 }, 1),
      run({ parts: 0.6 }, 2),
      run({ parts: 0.6, pose: 0.5 }, 1),
      run({ parts: 0.8, pose: 0.5 }, 2),
      run({ parts: 0.1, pose: 0.1, depth: 0.1 }),
    ]
    const { alone, together, change } = measureRelation(runs, 'pose', 'parts')
    expect(alone).toBeCloseTo(0.7, 10)
    expect(together).toBeCloseTo(0.7, 10)
    expect(change).toBeCloseTo(0, 10)
  })

  it('is unknown until both were trained, or where a task alone reaches nothing', () => {
    expect(measureRelation([run({ parts: 0.8 })], 'pose', 'parts')).toMatchObject({ together: null, measured: null })
    expect(measureRelation([run({ parts: 0 }), run({ parts: 0.2, pose: 0.1 })], 'pose', 'parts').measured).toBeNull()
  })
})
