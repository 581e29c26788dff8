import { describe, expect, test } from 'vitest'
import { exportChoiceOf, freshExportDraft, toggled } from './exportDraft.ts'

describe('what is chosen for an export', () => {
  test('at first: everything but rejected labels', () => {
    expect(exportChoiceOf(freshExportDraft())).toEqual({
      format: 'coco',
      selection: { state: ['labelled', 'verified'] },
    })
  })

  test('verified labels of one task, from a saved view', () => {
    const draft = { ...freshExportDraft(), states: 'verified', tasks: ['parts'], view: 3 } as const
    expect(exportChoiceOf(draft)).toEqual({
      format: 'coco',
      selection: { state: ['verified'], task: ['parts'] },
      view: 3,
    })
  })

  test('taking a value out of all leaves the others; putting it back is all again', () => {
    expect(toggled(null, ['a', 'b', 'c'], 'b')).toEqual(['a', 'c'])
    expect(toggled(['a', 'c'], ['a', 'b', 'c'], 'b')).toBeNull()
    expect(toggled(['a'], ['a', 'b'], 'a')).toEqual([])
  })
})
