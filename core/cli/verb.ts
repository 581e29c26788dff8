import type { Command } from 'commander'
import type { Session } from './session.ts'

/** Adds one verb to the program; its action talks to the API through the session. */
export type Verb = (program: Command, session: Session) => void

/**
 * The example that `mend help VERB` ends with. The lines run as printed, in this order, in an empty folder; a test runs
 * them.
 */
export function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}
