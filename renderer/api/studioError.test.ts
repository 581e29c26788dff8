import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { tokenOf } from './session.ts'
import { reportOf, StudioError } from './studioError.ts'

describe('what an error says', () => {
  test('the service’s own code, message and hint', () => {
    const error = new ORPCError('MEND_ERROR', {
      status: 400,
      message: 'x.mend is no project',
      data: { code: 'not-a-project', hint: 'choose the folder NAME.mend' },
    })
    expect(reportOf(error)).toEqual({
      code: 'not-a-project',
      message: 'x.mend is no project',
      hint: 'choose the folder NAME.mend',
    })
  })

  test('no connection', () => {
    expect(reportOf(new TypeError('Failed to fetch')).code).toBe('service-unreachable')
  })

  test('no session, also from a service that says so without a hint', () => {
    expect(reportOf(new ORPCError('UNAUTHORIZED', { status: 401 })).code).toBe('session-expired')
  })

  test('input that the contract refuses keeps its code in the product’s spelling', () => {
    expect(reportOf(new ORPCError('BAD_REQUEST', { message: 'Input validation failed' }))).toMatchObject({
      code: 'bad-request',
      message: 'Input validation failed',
    })
  })

  test('anything else is a defect and keeps its message', () => {
    expect(reportOf(new RangeError('out of range'))).toMatchObject({ code: 'internal-error', message: 'out of range' })
    expect(reportOf('plain text').message).toBe('plain text')
  })

  test('a StudioError is told as it is', () => {
    const report = { code: 'a', message: 'b', hint: 'c' }
    expect(reportOf(new StudioError(report))).toEqual(report)
  })
})

test('the token is read from the fragment of the address', () => {
  expect(tokenOf('#token=abc-_123')).toBe('abc-_123')
  expect(tokenOf('')).toBeNull()
  expect(tokenOf('#people')).toBeNull()
})
