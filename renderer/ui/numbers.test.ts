import { expect, test } from 'vitest'
import { formatAgo, formatDuration, formatPercent } from './numbers.ts'

test('durations', () => {
  expect([0, 59.6, 372, 3600, 7325].map(formatDuration)).toEqual([
    '0 s',
    '1 min 0 s',
    '6 min 12 s',
    '1 h 0 min',
    '2 h 2 min',
  ])
  expect(formatDuration(Number.NaN)).toBe('–')
})

test('shares below ten percent keep a decimal', () => {
  expect(formatPercent(0.61)).toMatch(/^61\s?%$/)
  expect(formatPercent(0.068)).toMatch(/^6[.,]8\s?%$/)
  expect(formatPercent(0)).toMatch(/^0\s?%$/)
})

test('how long ago', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  expect(formatAgo('2026-11-20T11:59:30Z', now)).toBe('just now')
  expect(formatAgo('2026-11-20T09:30:00Z', now)).toBe(new Intl.RelativeTimeFormat(undefined).format(-2, 'hour'))
})
