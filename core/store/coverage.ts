import type { LabelState } from '../dataset/label.ts'
import type { ReadConnection } from './connection.ts'

export type StateCounts = Readonly<Record<LabelState, number>>

/** The picture of partial annotation: cli.md `coverage --json`. */
export interface Coverage {
  readonly images: number
  readonly people: number
  /** Labels in force that have a value. */
  readonly labels: number
  readonly sources: readonly {
    readonly id: number
    readonly name: string
    readonly format: string
    readonly images: number
    readonly people: number
    /** What this source says of its people; the four states add up to `people`. */
    readonly tasks: Readonly<Record<string, StateCounts>>
  }[]
}

/**
 * Sources × tasks. A person that two sources know counts in both rows, each with that source's own label. Labels made in
 * the project (no source) are a last row with id 0, where there are any.
 */
export function readCoverage(connection: ReadConnection): Coverage {
  const totals = connection.one<{ images: number; people: number; labels: number }>(
    `SELECT (SELECT count(*) FROM image) AS images, (SELECT count(*) FROM person) AS people,
       (SELECT count(*) FROM label WHERE current = 1 AND state <> 'unlabelled') AS labels`,
  )
  const tasks = connection.all<{ id: number; name: string }>('SELECT id, name FROM task ORDER BY id')
  const counts = connection.all<{ source: number; task: number; state: LabelState; count: number }>(
    `SELECT coalesce(source_id, 0) AS source, task_id AS task, state, count(DISTINCT person_id) AS count
     FROM label GROUP BY source_id, task_id, state`,
  )
  const sources = connection.all<{ id: number; name: string; format: string; images: number; people: number }>(
    `SELECT id, name, format,
       (SELECT count(DISTINCT image_id) FROM image_source WHERE source_id = source.id) AS images,
       (SELECT count(*) FROM person_source WHERE source_id = source.id) AS people
     FROM source ORDER BY id`,
  )
  if (counts.some((row) => row.source === 0)) {
    const own = connection.one<{ images: number; people: number }>(
      `SELECT count(DISTINCT person.image_id) AS images, count(DISTINCT person.id) AS people
       FROM label JOIN person ON person.id = label.person_id WHERE label.source_id IS NULL`,
    )
    sources.push({ id: 0, name: '(made in the project)', format: '', ...own })
  }
  return {
    ...totals,
    sources: sources.map((source) => ({
      ...source,
      tasks: Object.fromEntries(
        tasks.map((task) => {
          const count = (state: LabelState): number =>
            counts.find((row) => row.source === source.id && row.task === task.id && row.state === state)?.count ?? 0
          const [labelled, verified, rejected] = [count('labelled'), count('verified'), count('rejected')]
          const unlabelled = source.people - labelled - verified - rejected
          return [task.name, { labelled, unlabelled, verified, rejected }]
        }),
      ),
    })),
  }
}
