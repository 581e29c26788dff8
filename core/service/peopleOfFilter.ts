import { accepts, parseExportFilter } from '../dataset/exportFilter.ts'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'

/**
 * People by the terms of an export's filter that are about people: `split=val|none,source=NAME`.
 * @throws MendError `filter-invalid`
 */
export function peopleOfFilter(project: Project, text: string): number[] {
  const filter = parseExportFilter(text)
  if (filter.task !== null || filter.state !== null || filter.decision !== null) {
    const hint = 'Choose people by split and source; tasks are chosen with --tasks.'
    throw new MendError('filter-invalid', `"${text}" has a term about labels, and people are chosen here`, hint)
  }
  const rows = project.connection.all<{ id: number; split: string | null; source: string | null }>(
    `SELECT person.id, image.split, source.name AS source FROM person JOIN image ON image.id = person.image_id
     LEFT JOIN person_source ON person_source.person_id = person.id
     LEFT JOIN source ON source.id = person_source.source_id ORDER BY person.id`,
  )
  const sourcesOf = new Map<number, { split: string | null; sources: (string | null)[] }>()
  for (const { id, split, source } of rows) {
    const known = sourcesOf.get(id)
    if (known) known.sources.push(source)
    else sourcesOf.set(id, { split, sources: [source] })
  }
  return [...sourcesOf].flatMap(([id, { split, sources }]) => {
    const inSplit = accepts(filter.split, split)
    // As in an export: one source that fits is enough.
    const fromSource = sources.some((source) => accepts(filter.source, source))
    return inSplit && fromSource ? [id] : []
  })
}
