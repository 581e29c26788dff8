import { describe, expect, test } from 'vitest'
import { accepts, parseExportFilter, selectedFilter, selectsLabels } from './exportFilter.ts'

describe('the export filter', () => {
  test('terms all hold, values are alternatives, != excludes', () => {
    const filter = parseExportFilter('split=train|none, source!=a b, state=verified')
    expect(accepts(filter.split, 'train')).toBe(true)
    expect(accepts(filter.split, null)).toBe(true)
    expect(accepts(filter.split, 'val')).toBe(false)
    expect(accepts(filter.source, 'a b')).toBe(false)
    expect(accepts(filter.source, 'c')).toBe(true)
    expect(accepts(filter.task, 'anything')).toBe(true)
  })

  test('an empty filter takes everything, and says nothing of labels', () => {
    expect(selectsLabels(parseExportFilter(''))).toBe(false)
    expect(selectsLabels(parseExportFilter('split=val'))).toBe(false)
    expect(selectsLabels(parseExportFilter('task=parts'))).toBe(true)
  })

  test('made by hand it takes names that the text could not say, and refuses what is no state', () => {
    const filter = selectedFilter({ source: ['a, b | c'], state: ['labelled'] })
    expect(accepts(filter.source, 'a, b | c')).toBe(true)
    expect(accepts(filter.source, 'a')).toBe(false)
    expect([accepts(filter.state, 'rejected'), accepts(filter.task, 'parts'), selectsLabels(filter)]).toEqual([
      false,
      true,
      true,
    ])
    expect(() => selectedFilter({ state: ['unlabelled'] })).toThrow(expect.objectContaining({ code: 'filter-invalid' }))
  })

  test.each(['split', 'colour=red', 'split=training', 'split=train,split=val', 'task=', 'state=unlabelled'])(
    '%s is refused with what is wrong',
    (text) => {
      expect(() => parseExportFilter(text)).toThrow(expect.objectContaining({ code: 'filter-invalid' }))
    },
  )
})
