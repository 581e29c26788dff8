import { z } from 'zod'
import { MendError } from './mendError.ts'
import { taskKinds } from './task.ts'

const reasons = ['exact', 'synonym', 'new', 'edit-distance', 'doubtful', 'confirmed'] as const

const componentMapping = z.strictObject({
  from: z.string().describe("a part, joint, attribute or component in the source's words"),
  to: z.string().nullable().describe('its name in the project; null: not taken over'),
  invert: z.boolean().optional().describe("attributes: the source's yes is the project's no"),
  confidence: z.number().min(0).max(1).default(1),
  reason: z.enum(reasons).default('confirmed'),
})

const taskMapping = z.strictObject({
  kind: z.enum(taskKinds),
  to: z.string().min(1).nullable().describe('task of the project; null: not taken over'),
  confidence: z.number().min(0).max(1).default(1),
  reason: z.enum(reasons).default('confirmed'),
  exhaustive: z.boolean().optional().describe('tag lists: an absent tag means "no" (true) or "not annotated" (false)'),
  exhaustiveReason: z.string().optional(),
  components: z.array(componentMapping).default([]),
})

const mapping = z.strictObject({
  version: z.literal(1),
  format: z.string(),
  tasks: z.record(z.string(), taskMapping),
})

/**
 * How a source's words become the project's, task by task and component by component: readable and writable by people
 * as JSON. Several `from` may share a `to` (parts and attributes are merged); one `from` may be listed twice.
 */
export type Mapping = z.infer<typeof mapping>
export type TaskMapping = z.infer<typeof taskMapping>
export type ComponentMapping = z.infer<typeof componentMapping>

/** Reads a mapping that a person may have edited. Throws `mapping-invalid` with the places. `where` names it. */
export function parseMapping(document: unknown, where = 'the mapping'): Mapping {
  const result = mapping.safeParse(document)
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'top'}: ${issue.message}`)
  throw new MendError(
    'mapping-invalid',
    `${where} is not a mapping: ${issues.join('; ')}`,
    'Start from the mapping that `mend import --dry-run` proposes and change its `to` entries.',
  )
}

/** Entries that were guessed and that a person has to confirm, as sentences. */
export function doubtfulEntries(proposed: Mapping): string[] {
  const doubts: string[] = []
  for (const [name, task] of Object.entries(proposed.tasks)) {
    if (task.to !== null && isDoubtful(task.reason)) {
      doubts.push(`task ${name} → ${task.to}? (${task.reason}, confidence ${task.confidence.toFixed(2)})`)
    }
    for (const entry of task.components) {
      if (task.to === null || !isDoubtful(entry.reason)) continue
      doubts.push(
        `${name}: ${entry.from} → ${entry.to ?? 'nothing'}? (${entry.reason}, confidence ${entry.confidence.toFixed(2)})`,
      )
    }
  }
  return doubts
}

function isDoubtful(reason: TaskMapping['reason']): boolean {
  return reason === 'edit-distance' || reason === 'doubtful'
}
