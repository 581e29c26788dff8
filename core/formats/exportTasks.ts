import type { ExportDataset, ExportLabel, ExportPerson } from '../dataset/export.ts'
import type { ValueOf } from '../dataset/label.ts'
import type { SchemaOf, TaskKind, TaskSchema } from '../dataset/task.ts'
import type { ExportTally } from './exportTally.ts'

export interface NamedTask<K extends TaskKind> {
  readonly name: string
  readonly schema: SchemaOf<K>
}

function isKind<K extends TaskKind>(schema: TaskSchema, kind: K): schema is SchemaOf<K> & TaskSchema {
  return schema.kind === kind
}

/** The tasks of one kind in the order of the export. */
export function tasksOfKind<K extends TaskKind>(dataset: ExportDataset, kind: K): readonly NamedTask<K>[] {
  const found: NamedTask<K>[] = []
  for (const [name, schema] of Object.entries(dataset.tasks)) if (isKind(schema, kind)) found.push({ name, schema })
  return found
}

/** A label that may leave the project: rejected and unlabelled ones train and export nothing. */
const isExported = (label: ExportLabel): boolean => label.state === 'labelled' || label.state === 'verified'

/** The person's value of a task where there is one to export. */
export function exportedValue<K extends TaskKind>(person: ExportPerson, task: NamedTask<K>): ValueOf<K> | null {
  const label = Object.hasOwn(person.labels, task.name) ? person.labels[task.name] : undefined
  if (label === undefined || !isExported(label)) return null
  return isValue(label.value, task.schema.kind) ? label.value : null

  function isValue(value: ExportLabel['value'], kind: TaskKind): value is ValueOf<K> & ExportLabel['value'] {
    return value.kind === kind
  }
}

/**
 * Notes what a format without history loses of a person: labels of tasks that it does not carry (`why` says it for a
 * kind), rejected labels, and what is known of the rest beyond its value.
 */
export function tallyLosses(
  person: ExportPerson,
  carried: ReadonlySet<string>,
  dataset: ExportDataset,
  tally: ExportTally,
): void {
  for (const [task, label] of Object.entries(person.labels)) {
    if (!isExported(label)) {
      tally.lose(`${label.state} labels of ${task}`, 'only labels that hold are exported')
      continue
    }
    if (!carried.has(task)) {
      tally.lose(`labels of ${task}`, `the format has no place for this ${dataset.tasks[task]?.kind ?? 'unknown'} task`)
      continue
    }
    tally.label(task)
    if (label.revisions.length > 0) tally.lose('histories of labels', 'the format has only the present value')
    if (label.state === 'verified') tally.lose('marks of verification', 'the format has only the present value')
  }
}
