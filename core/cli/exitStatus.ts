import type { CommanderError } from 'commander'
import { ORPCError } from '@orpc/client'
import { z } from 'zod'
import { mendErrorData } from '../api/error.ts'
import { MendError } from '../dataset/mendError.ts'

/** Exit statuses of cli.md. */
export const exitStatus = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A command that was interrupted and has put its things in order; the hint says how to go on. */
export class Interrupted extends MendError {
  constructor(hint: string) {
    super('interrupted', 'interrupted before the end', hint)
  }
}

/** The command was called wrongly: exit status 2. */
export class UsageError extends MendError {
  constructor(message: string, hint: string) {
    super('usage', message, hint)
  }
}

const issues = z.object({ issues: z.array(z.object({ message: z.string(), path: z.array(z.unknown()).optional() })) })

/** An error of any layer as one for people: the API's error data, a validation's first complaint, or a defect. */
export function errorForPeople(error: unknown, verb: string): MendError {
  if (error instanceof MendError) return error
  if (error instanceof ORPCError) {
    const data = mendErrorData.safeParse(error.data)
    if (data.success) return new MendError(data.data.code, error.message, data.data.hint)
    const invalid = issues.safeParse(error.data)
    if (error.code === 'BAD_REQUEST' && invalid.success && invalid.data.issues.length > 0) {
      const [issue] = invalid.data.issues
      const where = (issue.path ?? []).map(String).filter((part) => part !== 'options')
      return new UsageError([...where, issue.message].join(': '), `mend help ${verb}`)
    }
    return defect(error.cause ?? error)
  }
  return defect(error)
}

function defect(error: unknown): MendError {
  const message =
    error instanceof Error ? ((process.env['MEND_DEBUG'] ? error.stack : undefined) ?? error.message) : String(error)
  return new MendError(
    'internal-error',
    message,
    'this is a defect of the program: report it with the command that led to it (MEND_DEBUG=1 shows where it is)',
  )
}

export function statusOf(error: MendError): number {
  if (error instanceof Interrupted) return exitStatus.interrupted
  return error instanceof UsageError ? exitStatus.usage : exitStatus.failed
}

/** Commander's own complaints as usage errors; null for `--help` and `--version`, which are no errors. */
export function usageOf(error: CommanderError, verb: string): UsageError | null {
  if (error.exitCode === 0 || error.code === 'commander.help') return null
  const help = verb === '' || error.code === 'commander.unknownCommand' ? 'mend help' : `mend help ${verb}`
  return new UsageError(error.message.replace(/^error: /, ''), help)
}
