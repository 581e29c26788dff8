import { describe, expect, test } from 'vitest'
import { fuzzyMatch } from './fuzzy.ts'

const score = (query: string, text: string) => fuzzyMatch(query, text)?.score ?? -Infinity

describe('fuzzy matching', () => {
  test('letters must occur in their order', () => {
    expect(fuzzyMatch('sa', 'Select all')?.positions).toEqual([0, 7])
    expect(fuzzyMatch('xs', 'Select all')).toBeNull()
    expect(fuzzyMatch('selectall', 'Select al')).toBeNull()
  })

  test('beginnings of words count more than letters within, and runs more than scattered letters', () => {
    expect(score('im', 'Import & merge')).toBeGreaterThan(score('im', 'Dim pictures'))
    expect(score('set', 'Set split')).toBeGreaterThan(score('set', 'Select reviewer at'))
  })

  test('the best of several alignments is taken', () => {
    // Not the p of "Import": the one that begins a word.
    expect(fuzzyMatch('ip', 'Import plan')?.positions).toEqual([0, 7])
  })

  test('case, accents and blanks of the query do not matter', () => {
    expect(fuzzyMatch('ZURUCK', 'Zurück')?.positions).toEqual([0, 1, 2, 3, 4, 5])
    expect(fuzzyMatch('s a', 'Select all')?.positions).toEqual([0, 7])
  })

  test('an empty query fits everything', () => {
    expect(fuzzyMatch('', 'anything')).toEqual({ score: 0, positions: [] })
  })
})
