import { parseMapping, type Mapping } from '../dataset/mapping.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { ProjectWriter } from './project.ts'

/**
 * After a removal: takes components off the end of a task that only the removed source had brought, so that importing
 * and removing leaves the schema as it was. Nothing is taken while somebody's own work may use it.
 */
export function trimSchemas(writer: ProjectWriter, removed: number): void {
  const mapping = mappingOf(writer, removed)
  if (mapping === null) return
  const others = writer.sources
    .all()
    .filter((source) => source.id !== removed)
    .map((source) => mappingOf(writer, source.id))
  for (const entry of Object.values(mapping.tasks)) {
    const task = entry.to === null ? undefined : writer.tasks.find(entry.to)
    if (task === undefined) continue
    const brought = new Set(entry.components.flatMap(({ to, reason }) => (reason === 'new' && to !== null ? [to] : [])))
    const used = new Set(others.flatMap((other) => targetsOf(other, task.name)))
    const { own } = writer.connection.one<{ own: number }>(
      'SELECT count(*) AS own FROM label WHERE task_id = ? AND (source_id IS NULL OR touched = 1)',
      task.id,
    )
    if (own > 0) continue
    const names = componentsOf(task.schema)
    let length = names.length
    while (length > 0 && brought.has(names[length - 1]) && !used.has(names[length - 1])) length--
    if (length < names.length && length > 0) writer.tasks.setSchema(task.id, cutSchema(task.schema, length))
  }
}

function mappingOf(writer: ProjectWriter, source: number): Mapping | null {
  const document = writer.sources.documents(source)?.mapping as { version?: unknown } | null | undefined
  // Sources that the product made itself (synthetic people) have no mapping.
  return document?.version === undefined ? null : parseMapping(document)
}

function targetsOf(mapping: Mapping | null, task: string): string[] {
  if (mapping === null) return []
  const entries = Object.values(mapping.tasks).filter((entry) => entry.to === task)
  return entries.flatMap((entry) => entry.components.flatMap(({ to }) => to ?? []))
}

/** What can grow at its end; a vector, an identity and a depth map cannot. */
function componentsOf(schema: TaskSchema): readonly string[] {
  if (schema.kind === 'attributes') return schema.attributes
  if (schema.kind === 'keypoints') return schema.joints
  return schema.kind === 'parts' ? schema.parts : []
}

function cutSchema(schema: TaskSchema, length: number): TaskSchema {
  const cutFlip = (flip: readonly number[]): number[] =>
    flip.slice(0, length).map((partner, index) => (partner < length ? partner : index))
  switch (schema.kind) {
    case 'attributes':
      return { ...schema, attributes: schema.attributes.slice(0, length) }
    case 'parts':
      return { ...schema, parts: schema.parts.slice(0, length), flip: cutFlip(schema.flip) }
    case 'keypoints':
      return {
        ...schema,
        joints: schema.joints.slice(0, length),
        edges: schema.edges.filter(([a, b]) => a < length && b < length),
        flip: cutFlip(schema.flip),
        ...(schema.stored && { stored: { ...schema.stored, places: schema.stored.places.slice(0, length) } }),
      }
    default:
      return schema
  }
}
