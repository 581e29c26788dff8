import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from './lineSplitter.ts'

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replaceAll(/[\r\n]/g, '·'))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(20), { maxLength: 60 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const splitter = new LineSplitter()
        const found: string[] = []
        let start = 0
        for (const cut of [...cuts, bytes.length]) {
          found.push(...splitter.push(bytes.subarray(start, start + cut)).map((line) => line.text))
          start = Math.min(bytes.length, start + cut)
        }
        expect(found).toEqual(lines)
        expect(splitter.end()).toBeNull()
      }),
    )
  })

  it('reports a line above the limit by its size, without its text, and reads on', () => {
    const splitter = new LineSplitter(10)
    const lines = [...splitter.push(Buffer.from('0123456789')), ...splitter.push(Buffer.from('AB\nok\n'))]
    expect(lines).toEqual([
      { text: '', bytes: 12, tooLong: true },
      { text: 'ok', bytes: 2, tooLong: false },
    ])
  })

  it('hands out an unfinished last line only at the end', () => {
    const splitter = new LineSplitter()
    expect(splitter.push(Buffer.from('{"a":1}\r\n{"b"')).map((line) => line.text)).toEqual(['{"a":1}'])
    expect(splitter.end()?.text).toBe('{"b"')
  })
})
