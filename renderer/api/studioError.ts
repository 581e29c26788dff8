import { ORPCError } from '@orpc/client'

/** What happened and what to do, in the shape every screen shows (UiErrorNotice). */
export interface StudioErrorReport {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** Thrown by every call of `client`: the service's own error code, message and hint, or why the service did not answer. */
export class StudioError extends Error implements StudioErrorReport {
  readonly code: string
  readonly hint: string

  constructor(report: StudioErrorReport) {
    super(report.message)
    this.name = 'StudioError'
    this.code = report.code
    this.hint = report.hint
  }
}

/** The service cannot be reached: not a fault of the request, and it may come back. */
export const unreachableCode = 'service-unreachable'
/** The session's cookie is missing or no longer valid. */
export const sessionExpiredCode = 'session-expired'

function isMendData(data: unknown): data is { code: string; hint: string } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'code' in data &&
    typeof data.code === 'string' &&
    'hint' in data &&
    typeof data.hint === 'string'
  )
}

function isReport(error: unknown): error is StudioErrorReport {
  return isMendData(error) && 'message' in error && typeof error.message === 'string'
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Any thrown value, or a report of one, as code, message and hint. */
export function reportOf(error: unknown): StudioErrorReport {
  if (error instanceof StudioError || isReport(error)) {
    return { code: error.code, message: error.message, hint: error.hint }
  }
  if (error instanceof ORPCError) {
    if (isMendData(error.data)) return { code: error.data.code, message: error.message, hint: error.data.hint }
    if (error.status === 401) {
      return {
        code: sessionExpiredCode,
        message: 'This window is no longer signed in to the service.',
        hint: 'Open the address that the service prints when it starts.',
      }
    }
    return {
      code: error.code.toLowerCase().replaceAll('_', '-'),
      message: error.message,
      hint: 'This is a defect of the program: report it with what you did just before.',
    }
  }
  if (isAbort(error)) {
    return { code: 'aborted', message: 'The request was withdrawn.', hint: 'Do it again if it was not meant to be.' }
  }
  // fetch rejects with a TypeError when there is no connection.
  if (error instanceof TypeError) {
    return {
      code: unreachableCode,
      message: 'The service does not answer.',
      hint: 'Nothing on screen is lost. The window connects again by itself as soon as the service is back.',
    }
  }
  return {
    code: 'internal-error',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a defect of the program: report it with what you did just before.',
  }
}

/** Any thrown value as the error that screens catch. */
export function toStudioError(error: unknown): StudioError {
  return error instanceof StudioError ? error : new StudioError(reportOf(error))
}
