import type { SourceSurvey } from '../../../core/api/importing.ts'
import type { ComponentMapping, Mapping, TaskMapping } from '../../../core/dataset/mapping.ts'
import { synonymGroups } from '../../../core/dataset/nameMatch.ts'
import { proposeComponents } from '../../../core/dataset/proposeMapping.ts'
import type { TaskKind } from '../../../core/dataset/task.ts'

/**
 * `sure`: the same name, a synonym, or confirmed by a person. `new`: becomes a new name (of a new task, or where nobody
 * has to look: `unmatched` says that an existing task has nothing like it). `doubtful`: waits for a person.
 */
export type RowState = 'sure' | 'new' | 'unmatched' | 'doubtful' | 'ignored'

/** A line of the mapping table: a task of the source, or one of its names. */
export interface MappingRow {
  readonly key: string
  readonly task: string
  /** Place among the task's entries; null: the task itself. */
  readonly entry: number | null
  readonly from: string
  readonly to: string | null
  readonly kind: TaskKind
  readonly state: RowState
  readonly confidence: number
  readonly reason: TaskMapping['reason']
  readonly inverted: boolean
  /** How many of the people looked at have it. */
  readonly count: number
  readonly examples: readonly string[]
}

const wait = (reason: TaskMapping['reason']): boolean => reason === 'edit-distance' || reason === 'doubtful'

/** The table's lines: each task and, unless it is not taken over, its names. */
export function mappingRows(mapping: Mapping, survey: SourceSurvey): MappingRow[] {
  return Object.entries(mapping.tasks).flatMap(([task, entry]) => {
    const seen = survey.tasks[task]
    const known = projectTask(survey, entry.to)
    const head: MappingRow = {
      key: task,
      task,
      entry: null,
      from: task,
      to: entry.to,
      kind: entry.kind,
      state: stateOf(entry.to, entry.reason, false),
      confidence: entry.confidence,
      reason: entry.reason,
      inverted: false,
      count: seen?.labels ?? 0,
      examples: seen?.examples ?? [],
    }
    if (entry.to === null) return [head]
    const names = entry.components.map((component, index): MappingRow => {
      const shown = seen?.components.find(({ name }) => name === component.from)
      return {
        key: `${task}/${index}`,
        task,
        entry: index,
        from: component.from,
        to: component.to,
        kind: entry.kind,
        state: stateOf(component.to, component.reason, known !== null),
        confidence: component.confidence,
        reason: component.reason,
        inverted: component.invert === true,
        count: shown?.count ?? 0,
        examples: shown?.examples ?? [],
      }
    })
    return [head, ...names]
  })
}

function stateOf(to: string | null, reason: TaskMapping['reason'], isKnownTask: boolean): RowState {
  if (wait(reason)) return 'doubtful'
  if (to === null) return 'ignored'
  if (reason !== 'new') return 'sure'
  return isKnownTask ? 'unmatched' : 'new'
}

/** The project's task of that name; null: it becomes a new one. */
export function projectTask(survey: SourceSurvey, name: string | null): SourceSurvey['projectTasks'][number] | null {
  return survey.projectTasks.find((task) => task.name === name) ?? null
}

/** Names that a line may be sent to, those in use by other lines of the same task included. */
export function targetNames(mapping: Mapping, survey: SourceSurvey, row: MappingRow): string[] {
  if (row.entry === null) return survey.projectTasks.filter(({ kind }) => kind === row.kind).map(({ name }) => name)
  const entry = mapping.tasks[row.task]
  const known = projectTask(survey, entry.to)?.components ?? []
  const used = entry.components.flatMap(({ to }) => to ?? [])
  return [...new Set([...known, ...used])]
}

/** Sends a task or a name elsewhere (null: it is not taken over), which counts as confirmed. */
export function withTarget(mapping: Mapping, survey: SourceSurvey, row: MappingRow, to: string | null): Mapping {
  const task = mapping.tasks[row.task]
  if (row.entry !== null) return withEntry(mapping, row, { to, confidence: 1, reason: 'confirmed' })
  const changed: TaskMapping = { ...task, to, confidence: 1, reason: 'confirmed' }
  if (to === null || to === task.to) return withTask(mapping, row.task, changed)
  const from = survey.tasks[row.task]?.components.map(({ name }) => name) ?? []
  const known = projectTask(survey, to)?.components ?? null
  const components = proposeComponents(row.kind, from, known, synonymGroups(survey.synonyms))
  return withTask(mapping, row.task, { ...changed, components })
}

/** Says that the proposal of a line is right. */
export function confirmed(mapping: Mapping, row: MappingRow): Mapping {
  if (row.entry !== null) return withEntry(mapping, row, { confidence: 1, reason: 'confirmed' })
  return withTask(mapping, row.task, { ...mapping.tasks[row.task], confidence: 1, reason: 'confirmed' })
}

/** Attributes: the source's yes is the project's no, or not any more. */
export function inverted(mapping: Mapping, row: MappingRow): Mapping {
  return row.entry === null ? mapping : withEntry(mapping, row, { invert: !row.inverted })
}

/** Tag lists: whether a tag that is absent means no. */
export function withExhaustive(mapping: Mapping, task: string, exhaustive: boolean): Mapping {
  return withTask(mapping, task, { ...mapping.tasks[task], exhaustive })
}

function withTask(mapping: Mapping, task: string, changed: TaskMapping): Mapping {
  return { ...mapping, tasks: { ...mapping.tasks, [task]: changed } }
}

function withEntry(mapping: Mapping, row: MappingRow, change: Partial<ComponentMapping>): Mapping {
  const task = mapping.tasks[row.task]
  const components = task.components.map((entry, index) => (index === row.entry ? { ...entry, ...change } : entry))
  return withTask(mapping, row.task, { ...task, components })
}

/** Why a line is proposed as it is, in words. */
export function reasonWords(row: MappingRow): string {
  const sure = `${Math.round(row.confidence * 100)}%`
  switch (row.reason) {
    case 'exact':
      return row.entry === null ? 'the same name' : 'same name'
    case 'synonym':
      return row.entry === null ? `shares ${sure} of its names` : 'a synonym'
    case 'new':
      return row.state === 'unmatched' ? 'nothing alike: a new name' : 'new'
    case 'edit-distance':
      return `spelled alike, ${sure}`
    case 'doubtful':
      return `could be several, ${sure}`
    case 'confirmed':
      return row.state === 'ignored' ? 'not imported' : 'confirmed'
  }
}
