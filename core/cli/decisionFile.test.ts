import { describe, expect, it } from 'vitest'
import { parseCsv, parseDecisions } from './decisionFile.ts'

describe('parseDecisions', () => {
  it('reads titles, quotes, doubled quotes and line ends of both kinds', () => {
    const text =
      '\uFEFFlabel,decision,reason\r\n12,keep,"looks ""right"", to me"\r\n7,reject\n\n3, accept-prediction ,\n'
    expect(parseDecisions(text, 'd.csv')).toEqual([
      { label: 12, decision: 'keep', reason: 'looks "right", to me' },
      { label: 7, decision: 'reject', reason: '' },
      { label: 3, decision: 'accept-prediction', reason: '' },
    ])
  })

  it.each([
    ['1,keep\n2,delete', 'd.csv, line 2: "delete" is not a decision'],
    ['1,keep\n1,reject', 'd.csv, line 2: label 1 was already decided above'],
    ['x1,keep', 'd.csv, line 1: "x1" is not the number of a label'],
    ['1,keep,a,b', 'd.csv, line 1: 4 columns; quote a reason that has commas'],
  ])('names file and line of what is wrong: %j', (text, message) => {
    expect(() => parseDecisions(text, 'd.csv')).toThrow(message)
  })

  it('counts lines within quoted cells', () => {
    expect(parseCsv('1,"a\nb"\n2,c').map((record) => record.line)).toEqual([1, 3])
  })
})
