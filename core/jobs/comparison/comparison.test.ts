import { describe, expect, it } from 'vitest'
import { compareLines, type LineRun, type TableTask } from './compareLines.ts'
import { differenceOf, spreadOf } from './spread.ts'
import { studentQuantile } from './studentQuantile.ts'

const tasks: TableTask[] = [
  { task: 'parts', metric: 'meanIou', better: 'higher' },
  { task: 'vector', metric: 'rmse', better: 'lower' },
]
let number = 0
function run(line: string, seed: number, figures: Record<string, number>, more: Partial<LineRun> = {}): LineRun {
  const costs = { weights: 100, macs: 10, imagesPerSecond: 50 }
  return { line, run: ++number, seed, tasks: Object.keys(figures), apart: false, figures, ...costs, ...more }
}
const line = (table: ReturnType<typeof compareLines>, name: string) => table.lines.find((each) => each.line === name)

describe('Student’s quantile', () => {
  it('is what the printed tables say', () => {
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706, 3)
    expect(studentQuantile(0.975, 2)).toBeCloseTo(4.3027, 4)
    expect(studentQuantile(0.975, 4)).toBeCloseTo(2.7764, 4)
    expect(studentQuantile(0.95, 10)).toBeCloseTo(1.8125, 4)
    expect(studentQuantile(0.975, 1000)).toBeCloseTo(1.9623, 4)
    expect(studentQuantile(0.5, 3)).toBeCloseTo(0, 10)
  })
})

describe('spreads and differences', () => {
  it('are those of a sample', () => {
    // Mean 4, squares 4 + 0 + 4, over 2.
    expect(spreadOf([2, 4, 6])).toEqual({ mean: 4, deviation: 2, count: 3 })
    expect(spreadOf([5])).toEqual({ mean: 5, deviation: null, count: 1 })
    expect(spreadOf([])).toBeNull()
  })

  it('have an interval of t(0.975, n − 1)·s/√n to either side', () => {
    const found = differenceOf([1, 2, 3])
    // s = 1, 4.30265/√3 = 2.48414
    expect(found?.mean).toBeCloseTo(2, 12)
    expect(found?.low).toBeCloseTo(2 - 2.48414, 4)
    expect(found?.high).toBeCloseTo(2 + 2.48414, 4)
    expect(differenceOf([1])).toEqual({ mean: 1, low: null, high: null, count: 1 })
  })
})

describe('the table of a comparison', () => {
  const runs = [
    run('single', 1, { parts: 0.5 }),
    run('single', 1, { vector: 2 }),
    run('single', 2, { parts: 0.4 }),
    run('single', 2, { vector: 4 }),
    run('joint', 1, { parts: 0.55, vector: 1.8 }),
    run('joint', 2, { parts: 0.4, vector: 3 }),
    run('split', 1, { parts: 0.6, vector: 2 }),
    run('split', 2, { parts: 0.44, vector: 3.2 }),
  ]

  it('has the relative change to single-task networks, errors counted as better where they shrink', () => {
    const table = compareLines(runs, tasks)
    expect(table.single).toEqual(['single'])
    // Seed 1: (+10% and +10%)/2; seed 2: (0% and +25%)/2.
    expect(line(table, 'joint')?.change?.mean).toBeCloseTo((0.1 + 0.125) / 2, 10)
    expect(line(table, 'joint')?.change?.deviation).toBeCloseTo(0.025 / Math.SQRT2, 10)
    expect(line(table, 'single')?.change).toEqual({ mean: 0, deviation: 0, count: 2 })
  })

  it('has means and deviations over seeds', () => {
    const { parts, vector } = line(compareLines(runs, tasks), 'joint')?.tasks ?? {}
    expect(parts.mean).toBeCloseTo(0.475, 10)
    // 0.075·√2
    expect(parts.deviation).toBeCloseTo(0.10607, 5)
    expect(vector.mean).toBeCloseTo(2.4, 10)
  })

  it('holds lines against one another seed by seed: the first joint one, or the one that is named', () => {
    const table = compareLines(runs, tasks)
    expect(table.against).toBe('joint')
    expect(line(table, 'joint')?.differences).toEqual({})
    // 0.05 and 0.04: mean 0.045, s = 0.0070711, times 12.7062/√2.
    const { parts } = line(table, 'split')?.differences ?? {}
    expect(parts.mean).toBeCloseTo(0.045, 10)
    expect(parts.low).toBeCloseTo(0.045 - 0.063531, 5)
    // Seed 1: (20% + 0)/2 − 10% = 0; seed 2: (10% + 20%)/2 − 12.5% = 2.5%.
    expect(line(table, 'split')?.changeDifference?.mean).toBeCloseTo(0.0125, 10)
    expect(line(compareLines(runs, tasks, 'single'), 'split')?.differences['parts'].mean).toBeCloseTo(0.07, 10)
  })

  it('adds up what a line of several networks costs', () => {
    const table = compareLines(runs, tasks)
    expect(line(table, 'single')).toMatchObject({ weights: 200, macs: 20, imagesPerSecond: 25 })
    expect(line(table, 'joint')).toMatchObject({ weights: 100, macs: 10, imagesPerSecond: 50 })
  })

  it('takes the mean of single-task runs for a seed that they lack, and tasks that a line lacks are left out', () => {
    const more = [...runs, run('joint', 3, { parts: 0.9 })]
    // Single parts: mean 0.45; (0.9 − 0.45)/0.45 = 1.
    expect(line(compareLines(more, tasks), 'joint')?.change?.mean).toBeCloseTo((0.1 + 0.125 + 1) / 3, 10)
  })

  it('has no relative change where nothing learns several tasks', () => {
    const table = compareLines([run('a', 1, { vector: 2 }), run('b', 1, { vector: 3 })], tasks)
    expect(table.single).toEqual([])
    expect(table.lines.map(({ change }) => change)).toEqual([null, null])
    expect(line(table, 'b')?.differences['vector']).toEqual({ mean: 1, low: null, high: null, count: 1 })
  })

  it('takes a run with a network for each task as single-task runs, and runs of the relation test one by one', () => {
    const apart = [
      run('single', 1, { parts: 0.5, vector: 2 }, { apart: true }),
      run('joint', 1, { parts: 0.6, vector: 2 }),
    ]
    expect(line(compareLines(apart, tasks), 'joint')?.change?.mean).toBeCloseTo(0.1, 10)
    expect(compareLines(apart, tasks).against).toBe('joint')
    const test = [
      run('parts', 1, { parts: 0.5 }),
      run('vector', 1, { vector: 2 }),
      run('parts + vector', 1, { parts: 0.4, vector: 2 }),
    ]
    expect(line(compareLines(test, tasks), 'parts + vector')?.change?.mean).toBeCloseTo(-0.1, 10)
  })
})
