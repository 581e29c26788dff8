import type { EditConflict } from '../../api/editing.ts'
import type { Box } from '../../dataset/label.ts'
import type { ReadConnection } from '../../store/connection.ts'
import type { Label } from '../../store/labels.ts'
import { labelVersion } from '../../store/suspectDecisions.ts'
import { drawnValueOf } from '../drawnLabels.ts'

/** Thrown inside a transaction that must not be kept; carries what was met. */
export class EditsConflict extends Error {
  readonly conflicts: readonly EditConflict[]

  constructor(conflicts: readonly EditConflict[]) {
    super('a label was changed meanwhile')
    this.conflicts = conflicts
  }
}

/** Newest revision of a label, 0 for none. */
export function revisionOf(connection: ReadConnection, label: number): number {
  return labelVersion(connection, label).revision
}

/** Says of a label what it is now and who made it so. */
export function labelConflict(
  connection: ReadConnection,
  person: number,
  task: string,
  label: Label | null | undefined,
): EditConflict {
  if (label === null || label === undefined) {
    const nothing = { label: null, revision: null, state: null, by: null, at: null, why: null, value: null }
    return { kind: 'label', person, task, ...nothing }
  }
  const last = connection.get<{ id: number; at: string; by: string; why: string }>(
    'SELECT id, at, author AS by, reason AS why FROM label_revision WHERE label_id = ? ORDER BY id DESC LIMIT 1',
    label.id,
  )
  return {
    kind: 'label',
    person,
    task,
    label: label.id,
    revision: last?.id ?? 0,
    state: label.state,
    by: last?.by ?? null,
    at: last?.at ?? null,
    why: last?.why ?? null,
    value: label.value === null ? null : drawnValueOf(label.value),
  }
}

export function sameBox(a: Box | null, b: Box | null): boolean {
  if (a === null || b === null) return a === b
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}
