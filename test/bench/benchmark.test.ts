import { describe, expect, test } from 'vitest'
import { benchmarkRows, interleavedMedians, median } from './benchmark.ts'

describe('benchmark rows', () => {
  test('a floor is met from its value up, a ceiling down to it', () => {
    const rows = benchmarkRows([
      { id: 'speed', value: 200, unit: '1/s', better: 'higher', must: 200, aim: 400 },
      { id: 'time', value: 61, unit: 's', better: 'lower', must: 60 },
      { id: 'size', value: 3, unit: 'MB', better: 'lower' },
    ])
    expect(rows.map((row) => row.meets)).toEqual([true, false, null])
    expect(rows[0]).toEqual({ id: 'speed', value: 200, unit: '1/s', ratioTo: null, must: 200, aim: 400, meets: true })
  })

  test('a ratio divides by the row it names', () => {
    const rows = benchmarkRows([
      { id: 'traced', value: 30, unit: 'ms', better: 'lower', reference: 'eager' },
      { id: 'eager', value: 120, unit: 'ms', better: 'lower' },
    ])
    expect(rows[0].ratioTo).toEqual({ id: 'eager', ratio: 0.25 })
  })

  test('a row that occurs twice, is not a number or has no reference is refused', () => {
    const row = { id: 'a', value: 1, unit: 's', better: 'lower' } as const
    expect(() => benchmarkRows([row, row])).toThrow('twice')
    expect(() => benchmarkRows([{ ...row, value: Number.NaN }])).toThrow('NaN')
    expect(() => benchmarkRows([{ ...row, reference: 'b' }])).toThrow('no reference b')
  })
})

describe('interleaved medians', () => {
  test('cases take turns and the first round is not counted', async () => {
    const order: string[] = []
    const values = { a: [100, 1, 3, 2], b: [100, 5, 7, 9] }
    const next = (name: 'a' | 'b') => () => {
      order.push(name)
      return values[name].shift() ?? 0
    }
    expect(await interleavedMedians({ a: next('a'), b: next('b') }, 3)).toEqual({ a: 2, b: 7 })
    expect(order.join('')).toBe('abababab')
  })

  test('the median of an even number of values is the mean of the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
  })
})
