import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { reportOf, StudioError } from './studioError.ts'

const report = { code: 'disk-full', message: 'no space in /x', hint: 'free some' }
const { code, hint } = report

describe('what is shown of a failure', () => {
  test.each([
    ['an error of a call', new StudioError(report)],
    [
      'the service’s answer',
      new ORPCError('MEND_ERROR', { status: 400, message: report.message, data: { code, hint } }),
    ],
    ['a report that was made before', { ...report }],
  ])('%s says what happened and what to do', (_what, error) => {
    expect(reportOf(error)).toEqual(report)
  })

  test('a lost connection is no defect', () => {
    expect(reportOf(new TypeError('fetch failed'))).toMatchObject({ code: 'service-unreachable' })
  })

  test('anything else is one', () => {
    expect(reportOf(new RangeError('x'))).toMatchObject({ code: 'internal-error', message: 'x' })
    expect(reportOf('odd')).toMatchObject({ code: 'internal-error', message: 'odd' })
  })
})
