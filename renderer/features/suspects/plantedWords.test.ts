import { describe, expect, test } from 'vitest'
import type { SuspectTask } from '../../../core/api/suspects.ts'
import { plantedWords } from './plantedWords.ts'

/** A task of which ten labels are flagged and so many of these decided. */
function reviewed(flaggedDecided: number): SuspectTask {
  return {
    ...{
      task: 'keypoints',
      kind: 'keypoints',
      ranked: 100,
      flagged: 10,
      flaggedDecided,
      cut: null,
      distribution: null,
    },
    signals: [],
    decided: { keep: 1, reject: flaggedDecided, acceptPrediction: 0, fix: 0, skip: 0 },
  }
}
const planted = { task: 'keypoints', kind: 'derange', planted: 12, flagged: 9, fixed: 6, kept: 1 }

describe('the report on planted errors', () => {
  test('gives nothing away before the first decision', () => {
    expect(plantedWords({ ...planted, fixed: 0, kept: 0 }, reviewed(0))).toMatch(
      /^This sample knows its errors\..*12 planted/,
    )
  })

  test('counts while flagged labels are left', () => {
    expect(plantedWords(planted, reviewed(7))).toBe('6 of 12 planted errors found (50%) so far. 1 kept as right.')
  })

  test('says what was missed once all flagged labels are decided', () => {
    expect(plantedWords(planted, reviewed(10))).toBe(
      'All flagged labels are decided: 6 of 12 planted errors found (50%). 1 kept as right.' +
        ' 3 were not flagged: they stand further down the queue.',
    )
    expect(plantedWords({ ...planted, planted: 9, kept: 0, fixed: 9 }, reviewed(10))).toBe(
      'All flagged labels are decided: 9 of 9 planted errors found (100%).',
    )
  })
})
