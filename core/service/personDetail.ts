import type { LabelHistory, PersonDetail } from '../api/labels.ts'
import { labelSummary } from '../dataset/labelSummary.ts'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'

type DetailLabel = PersonDetail['labels'][number]

interface SuspectRow {
  readonly label: number
  readonly run: number
  readonly rank: number
  readonly score: number
  readonly flagged: number
  readonly why: string
  readonly decision: string | null
}

/** Everything that the project knows of one person. @throws MendError `person-unknown` */
export function personDetail(project: Project, id: number): PersonDetail {
  const person = project.people.get(id)
  const image = person && project.images.get(person.image)
  if (person === undefined || image === undefined) {
    throw new MendError('person-unknown', `there is no person ${id}`, 'Look at the list again: they may be removed.')
  }
  const sources = new Map(project.sources.all().map((source) => [source.id, source.name]))
  const pictures = project.images.sourcesOf(image.id)
  return {
    person: id,
    image: image.id,
    imageWidth: image.width,
    imageHeight: image.height,
    split: image.split,
    box: person.box,
    boxOrigin: person.boxOrigin,
    sources: project.people.sourcesOf(id).map(({ source, key }) => ({
      name: sources.get(source) ?? '',
      path: pictures.find((picture) => picture.source === source)?.path ?? null,
      key,
    })),
    others: project.people.ofImage(image.id).flatMap((other) => (other.id === id ? [] : [other.id])),
    labels: detailLabels(project, id, sources),
  }
}

function detailLabels(project: Project, person: number, sources: ReadonlyMap<number, string>): DetailLabel[] {
  const { connection } = project
  const schemas = project.tasks.schemas()
  const revisions = new Map(
    connection
      .all<{ label: number; count: number }>(
        `SELECT label_id AS label, count(*) AS count FROM label_revision
         WHERE label_id IN (SELECT id FROM label WHERE person_id = ?) GROUP BY label_id`,
        person,
      )
      .map((row) => [row.label, row.count]),
  )
  // Ascending by run, so that the newest run's word stays in the map.
  const suspects = new Map(
    connection
      .all<SuspectRow>(
        `SELECT label_id AS label, run_id AS run, rank, score, flagged, why, decision FROM suspect
         WHERE label_id IN (SELECT id FROM label WHERE person_id = ?)
           AND run_id IN (SELECT id FROM run WHERE kind = 'train') ORDER BY run_id`,
        person,
      )
      .map((row) => [row.label, row]),
  )
  return project.labels.ofPerson(person).map((label): DetailLabel => {
    const schema = schemas[label.task]
    const suspect = suspects.get(label.id)
    return {
      label: label.id,
      task: label.task,
      kind: schema.kind,
      state: label.state,
      origin: label.origin,
      source: label.source === null ? null : (sources.get(label.source) ?? null),
      current: label.current,
      disputed: label.disputed,
      revisions: revisions.get(label.id) ?? 0,
      summary: label.value === null ? 'not annotated' : labelSummary(schema, label.value),
      suspect:
        suspect === undefined
          ? null
          : {
              run: suspect.run,
              rank: suspect.rank,
              score: suspect.score,
              flagged: suspect.flagged === 1,
              why: suspect.why,
              decision: suspect.decision,
            },
    }
  })
}

/** What a label is and was. @throws MendError `label-unknown` */
export function labelHistory(project: Project, id: number): LabelHistory {
  const row = project.connection.get<Omit<LabelHistory, 'revisions'>>(
    `SELECT label.id AS label, task.name AS task, label.state, label.origin, source.name AS source,
       source.imported_at AS importedAt
     FROM label JOIN task ON task.id = label.task_id LEFT JOIN source ON source.id = label.source_id WHERE label.id = ?`,
    id,
  )
  if (row === undefined) {
    throw new MendError('label-unknown', `there is no label ${id}`, 'Look at the person again: it may be removed.')
  }
  const revisions = project.connection.all<LabelHistory['revisions'][number]>(
    'SELECT id AS revision, at, author AS by, reason AS why, origin, state FROM label_revision WHERE label_id = ? ORDER BY id',
    id,
  )
  return { ...row, revisions }
}
