import type { LabelState, Split } from '../../dataset/label.ts'
import type { ReadConnection } from '../connection.ts'
import type { ListedRow, ListPage } from './browser.ts'
import { newestRankingRun } from '../newestRuns.ts'

interface Row {
  readonly person: number
  readonly image: number
  readonly imageWidth: number
  readonly imageHeight: number
  readonly split: Split | null
  readonly x: number | null
  readonly y: number
  readonly width: number
  readonly height: number
}

const letters: Readonly<Record<LabelState, string>> = { unlabelled: '-', labelled: 'l', verified: 'v', rejected: 'r' }

/** Some of all people in the order of their ids, straight from the database: milliseconds, with nothing in memory. */
export function firstRows(connection: ReadConnection, offset: number, limit: number): ListPage {
  const tasks = connection.all<{ id: number; name: string }>('SELECT id, name FROM task ORDER BY id')
  const { total } = connection.one<{ total: number }>('SELECT count(*) AS total FROM person')
  const run = newestRankingRun(connection, null)
  const rows = connection
    .all<Row>(
      `SELECT person.id AS person, image_id AS image, image.width AS imageWidth, image.height AS imageHeight, split,
         x, y, person.width, person.height
       FROM (SELECT * FROM person ORDER BY id LIMIT ? OFFSET ?) AS person JOIN image ON image.id = person.image_id
       ORDER BY person.id`,
      limit,
      offset,
    )
    .map((row) => listedRow(connection, row, tasks, run))
  return { version: 'first', total, tasks: tasks.map(({ name }) => name), offset, rows }
}

function listedRow(
  connection: ReadConnection,
  { x, y, width, height, ...row }: Row,
  tasks: readonly { readonly id: number }[],
  run: number | null,
): ListedRow {
  const facts = connection.all<{ label: number; task: number; state: LabelState; disputed: number }>(
    'SELECT label_id AS label, task_id AS task, state, disputed FROM label_fact WHERE person_id = ?',
    row.person,
  )
  const open = facts.some(
    ({ label }) =>
      run !== null &&
      connection.get(
        'SELECT 1 FROM suspect WHERE run_id = ? AND label_id = ? AND flagged = 1 AND decision IS NULL',
        run,
        label,
      ) !== undefined,
  )
  const stateOf = (task: number): LabelState => facts.find((fact) => fact.task === task)?.state ?? 'unlabelled'
  return {
    ...row,
    people: [row.person],
    box: x === null ? null : { x, y, width, height },
    states: tasks.map(({ id }) => letters[stateOf(id)]).join(''),
    suspect: open,
    disputed: facts.some((fact) => fact.disputed === 1),
    key: null,
  }
}
