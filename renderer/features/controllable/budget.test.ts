import { describe, expect, it } from 'vitest'
import { budgetAt, budgetScale, formatMacs, parseMacs, positionOf, writeBudget } from './budget.ts'

describe('a typed budget', () => {
  it('is a number with K, M or G, blanks, and the unit or none', () => {
    expect(
      ['20M', '20 m', '1.5G', '800k', '0.02 G', ' 123456 ', '20 MMACs'].map((text) => parseMacs(text, 'en')),
    ).toEqual([20e6, 20e6, 1.5e9, 800e3, 20e6, 123456, 20e6])
  })

  it('is read in the notation of the user', () => {
    expect(parseMacs('1,500K', 'en')).toBe(1_500_000)
    expect(parseMacs('1,5M', 'de')).toBe(1_500_000)
    expect(parseMacs('1.500.000', 'de')).toBe(1_500_000)
    expect(parseMacs('1 500 000', 'fr')).toBe(1_500_000)
    expect(parseMacs('2.5M', 'fr')).toBe(2_500_000)
  })

  it('is refused where it is none', () => {
    for (const text of ['', 'M', '-3M', '0', '1e6', '3 apples', '5X', '1.2.3', 'Infinity']) {
      expect(parseMacs(text, 'en'), text).toBeNull()
    }
  })
})

describe('a budget in print', () => {
  it('has three significant digits and a letter', () => {
    expect([999, 1000, 20_123_456, 999_999, 1.5e9, 0].map((value) => formatMacs(value, 3, 'en'))).toEqual([
      '999',
      '1 K',
      '20.1 M',
      '1 M',
      '1.5 G',
      '0',
    ])
    expect(formatMacs(20_123_456, 3, 'de')).toBe('20,1 M')
  })

  it('reads back as no less than it was', () => {
    for (const value of [1234567, 999_999, 5_500_001, 1000, 999, 123_456_789, 20e6, 1.0001e9]) {
      const back = parseMacs(writeBudget(value, 'en'), 'en') ?? 0
      expect(back, String(value)).toBeGreaterThanOrEqual(value)
      expect(back / value, String(value)).toBeLessThan(1.002)
    }
    expect(writeBudget(20e6, 'en')).toBe('20 M')
  })
})

describe('the slider of budgets', () => {
  it('is logarithmic where the largest network costs many times the least', () => {
    expect(budgetScale(1e6, 16e6)).toEqual({ least: 0.7e6, most: 16e6, logarithmic: true })
    expect(budgetScale(1e6, 3e6)).toEqual({ least: 0.7e6, most: 3e6, logarithmic: false })
  })

  it('begins below the least network, ends exactly at the largest, and finds every budget again', () => {
    for (const scale of [budgetScale(1e6, 16e6), budgetScale(1e6, 3e6)]) {
      expect(budgetAt(0, scale)).toBe(0.7e6)
      expect(budgetAt(1, scale)).toBe(scale.most)
      for (const budget of [0.7e6, 1e6, 2_345_678, scale.most]) {
        expect(budgetAt(positionOf(budget, scale), scale)).toBe(budget)
      }
      expect(positionOf(1e12, scale)).toBe(1)
      expect(positionOf(1, scale)).toBe(0)
    }
    // Half-way between 0.7 and 70 on a logarithmic slider: 7.
    expect(budgetAt(0.5, { least: 0.7e6, most: 70e6, logarithmic: true })).toBe(7e6)
  })
})
