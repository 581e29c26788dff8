import { splits } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { Snapshot } from '../snapshot/read.ts'

/**
 * A task's schema as a run's network learns it: an identity task knows the people of the training split, in the order of their
 * first pictures; other schemas are what the snapshot says.
 *
 * @throws MendError `nothing-to-learn` where fewer than two people could be told apart.
 */
export function learntSchema(snapshot: Snapshot, task: string): TaskSchema {
  const schema = snapshot.manifest.tasks.find(({ name }) => name === task)?.schema
  if (schema === undefined) throw new Error(`the snapshot has no task ${task}`)
  if (schema.kind !== 'identity') return schema
  const training = splits.indexOf('train')
  const rows = snapshot.allRows(task)
  const known = new Set<number>()
  for (let person = 0; person < snapshot.people; person++) {
    if (snapshot.splits[person] === training && rows[person * 2] >= 0) known.add(rows[person * 2])
  }
  if (known.size >= 2) return { kind: 'identity', known: [...known] }
  throw new MendError(
    'nothing-to-learn',
    `task ${task} names ${known.size === 1 ? 'one person' : 'nobody'} in the training split`,
    'identities are learnt by telling at least two people apart: leave the task out, or import more of them',
  )
}
