import { describe, expect, test } from 'vitest'
import type { SuspectTask } from '../../../core/api/suspects.ts'
import { beyondCut, groupedBins, mostSuspect, nextUndecided, progressOf, snapToEdge } from './suspectTask.ts'

const distribution = { low: 0, high: 4, counts: [10, 20, 3, 7], wrong: [0, 1, 2.5, 6.5] }
const task: SuspectTask = {
  task: 'parts',
  kind: 'parts',
  ranked: 40,
  flagged: 10,
  decided: { keep: 2, reject: 1, acceptPrediction: 2, fix: 0, skip: 3 },
  flaggedDecided: 7,
  cut: null,
  distribution,
  signals: [],
}

describe('progress', () => {
  test('is of the flagged labels, and skipped ones confirm nothing', () => {
    expect(progressOf(task)).toEqual({ done: 7, total: 10, wrong: 0.6 })
  })

  test('is of all ranked labels where none is flagged, without a share before the first judgement', () => {
    const decided = { keep: 0, reject: 0, acceptPrediction: 0, fix: 0, skip: 3 }
    expect(progressOf({ ...task, flagged: 0, decided })).toEqual({ done: 3, total: 40, wrong: null })
  })
})

describe('the task to look at first', () => {
  test('is the one with most labels beyond its cut, or the first where no cut is clear', () => {
    const tasks = [0, 3, 12, 12].map((flagged, at) => ({ ...task, task: `t${at}`, flagged }))
    expect(mostSuspect(tasks)?.task).toBe('t2')
    expect(mostSuspect(tasks.slice(0, 1))?.task).toBe('t0')
    expect(mostSuspect([])).toBeNull()
  })
})

describe('a cut', () => {
  test('flags what lies in the bins from its edge on', () => {
    expect(beyondCut(distribution, 2)).toEqual({ flagged: 10, wrong: 9, wrongInAll: 10 })
    expect(beyondCut({ ...distribution, wrong: null }, 3)).toEqual({ flagged: 7, wrong: null, wrongInAll: null })
    expect(beyondCut(distribution, 9).flagged).toBe(0)
  })

  test('snaps to the nearest edge of a bin, within the distribution', () => {
    expect([1.4, 1.6, -3, 9].map((value) => snapToEdge(distribution, value))).toEqual([1, 2, 0, 4])
  })
})

test('bars hold several bins each, the last what is left', () => {
  expect(groupedBins(distribution, 3)).toEqual({ edges: [0, 3, 4], counts: [33, 7] })
})

test('the next undecided suspect comes after the current one, else from the top, else there is none', () => {
  const rows = [null, 'keep', null, 'skip'] as const
  const queue = rows.map((decision) => ({ decision }))
  expect(nextUndecided(queue, 0)).toBe(2)
  expect(nextUndecided(queue, 2)).toBe(0)
  expect(nextUndecided([{ decision: 'keep' }, { decision: null }], 1)).toBe(-1)
})
