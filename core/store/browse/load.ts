import type { LabelState, Split } from '../../dataset/label.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import type { ReadConnection } from '../connection.ts'
import { newestRankingRun } from '../newestRuns.ts'
import {
  answerCodes,
  nameIndex,
  rowOfPerson,
  splitCodes,
  stateCodes,
  suspectCodes,
  type PeopleColumns,
  type TaskColumns,
} from './columns.ts'

/** Rows read at a time: about 15 ms, after which other requests have their turn. */
const pageRows = 20_000

type PersonRow = [
  number,
  number,
  number | null,
  number | null,
  number | null,
  number | null,
  number,
  number,
  Split | null,
]
type FactRow = [number, number, number, LabelState, number, number | null, string | null]
type SuspectRow = [number, number, number, number, number, string | null]

const personSelect = `SELECT person.id, person.image_id, x, y, person.width, person.height, image.width, image.height, split
  FROM person JOIN image ON image.id = person.image_id`
const factSelect = 'SELECT label_id, person_id, task_id, state, disputed, visible_joints, answers FROM label_fact'
const suspectSelect = `SELECT suspect.label_id, label_fact.person_id, suspect.task_id, score, flagged, decision
  FROM suspect JOIN label_fact ON label_fact.label_id = suspect.label_id`

/** Lets other work of the process go on. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Every row of a query that goes on after a key, the first column, page by page. */
async function eachPage<Row extends readonly [number, ...(string | number | null)[]]>(
  connection: ReadConnection,
  sql: string,
  parameters: readonly number[],
  visit: (row: Row) => void,
): Promise<void> {
  for (let after = 0; ;) {
    const rows = connection.columns<Row>(sql, ...parameters, after, pageRows)
    for (const row of rows) visit(row)
    if (rows.length < pageRows) return
    after = rows[rows.length - 1][0]
    await pause()
  }
}

/** Reads all people of a project into columns, in steps between which other requests are served. */
export async function loadColumns(connection: ReadConnection): Promise<PeopleColumns> {
  const run = newestRankingRun(connection, null)
  const columns = emptyColumns(connection)
  let row = 0
  await eachPage<PersonRow>(
    connection,
    `${personSelect} WHERE person.id > ? ORDER BY person.id LIMIT ?`,
    [],
    (person) => {
      if (row < columns.people) setPerson(columns, row++, person)
    },
  )
  // People that were added meanwhile are noticed by their change numbers, and those that went leave empty rows.
  for (; row < columns.people; row++) {
    columns.person[row] = 2 ** 31 - 1
    columns.removed[row] = 1
  }
  await loadLonelyImages(connection, columns)
  await loadLabels(connection, columns, run)
  await loadSources(connection, columns)
  await loadPeopleOf(connection, columns)
  return columns
}

function emptyColumns(connection: ReadConnection): PeopleColumns {
  const { people, lonely } = connection.one<{ people: number; lonely: number }>(
    `SELECT (SELECT count(*) FROM person) AS people,
       (SELECT count(*) FROM image WHERE id NOT IN (SELECT image_id FROM person)) AS lonely`,
  )
  const rows = people + lonely
  const tasks = connection.all<{ id: number; name: string; schema: string }>(
    'SELECT id, name, schema FROM task ORDER BY id',
  )
  const sources = connection.all<{ id: number; name: string }>('SELECT id, name FROM source ORDER BY id')
  return {
    rows,
    people,
    person: new Int32Array(rows),
    image: new Int32Array(rows),
    x: new Float32Array(rows),
    y: new Float32Array(rows),
    width: new Float32Array(rows).fill(NaN),
    height: new Float32Array(rows).fill(NaN),
    imageWidth: new Float32Array(rows),
    imageHeight: new Float32Array(rows),
    split: new Uint8Array(rows),
    disputed: new Uint8Array(rows),
    removed: new Uint8Array(rows),
    sources: sources.map((source) => ({ ...source, has: new Uint8Array(rows) })),
    tasks: tasks.map(({ id, name, schema }) => emptyTask(id, name, JSON.parse(schema) as TaskSchema, rows)),
    reviewer: new Uint16Array(rows),
    reviewerNames: [''],
    assignee: new Uint16Array(rows),
    assigneeNames: [''],
  }
}

function emptyTask(task: number, name: string, schema: TaskSchema, rows: number): TaskColumns {
  const attributes = schema.kind === 'attributes' ? schema.attributes : []
  return {
    task,
    name,
    state: new Uint8Array(rows),
    suspect: new Uint8Array(rows),
    score: new Float32Array(rows).fill(NaN),
    joints: schema.kind === 'keypoints' ? new Float32Array(rows).fill(NaN) : null,
    answers: attributes.map((attribute) => ({ name: attribute, codes: new Uint8Array(rows) })),
  }
}

function setPerson(columns: PeopleColumns, row: number, person: PersonRow): void {
  const [id, image, x, y, width, height, imageWidth, imageHeight, split] = person
  columns.person[row] = id
  columns.image[row] = image
  columns.x[row] = x ?? 0
  columns.y[row] = y ?? 0
  columns.width[row] = width ?? NaN
  columns.height[row] = height ?? NaN
  columns.imageWidth[row] = imageWidth
  columns.imageHeight[row] = imageHeight
  columns.split[row] = split === null ? 0 : splitCodes[split]
}

function setFact(columns: PeopleColumns, row: number, task: TaskColumns, fact: FactRow): void {
  const [, , , state, disputed, joints, answers] = fact
  task.state[row] = stateCodes[state]
  if (disputed === 1) columns.disputed[row] = 1
  if (task.joints !== null && joints !== null) task.joints[row] = joints
  if (answers === null) return
  task.answers.forEach(({ codes }, at) => {
    const letter = answers[at]
    codes[row] = letter === 't' ? answerCodes.yes : letter === 'f' ? answerCodes.no : answerCodes.none
  })
}

function setSuspect(row: number, task: TaskColumns, suspect: SuspectRow): void {
  const [, , , score, flagged, decision] = suspect
  task.score[row] = score
  task.suspect[row] = decision !== null ? suspectCodes.decided : flagged === 1 ? suspectCodes.open : suspectCodes.clear
}

async function loadLonelyImages(connection: ReadConnection, columns: PeopleColumns): Promise<void> {
  let row = columns.people
  await eachPage<[number, number, number, Split | null]>(
    connection,
    `SELECT id, width, height, split FROM image
     WHERE id NOT IN (SELECT image_id FROM person) AND id > ? ORDER BY id LIMIT ?`,
    [],
    ([image, width, height, split]) => {
      if (row < columns.rows) setPerson(columns, row++, [0, image, null, null, null, null, width, height, split])
    },
  )
  for (; row < columns.rows; row++) columns.removed[row] = 1
}

async function loadLabels(connection: ReadConnection, columns: PeopleColumns, run: number | null): Promise<void> {
  const tasks = new Map(columns.tasks.map((task) => [task.task, task]))
  await eachPage<FactRow>(connection, `${factSelect} WHERE label_id > ? ORDER BY label_id LIMIT ?`, [], (fact) => {
    const row = rowOfPerson(columns, fact[1])
    const task = tasks.get(fact[2])
    if (row >= 0 && task !== undefined) setFact(columns, row, task, fact)
  })
  if (run === null) return
  const sql = `${suspectSelect} WHERE suspect.run_id = ? AND suspect.label_id > ? ORDER BY suspect.label_id LIMIT ?`
  await eachPage<SuspectRow>(connection, sql, [run], (suspect) => {
    const row = rowOfPerson(columns, suspect[1])
    const task = tasks.get(suspect[2])
    if (row >= 0 && task !== undefined) setSuspect(row, task, suspect)
  })
}

async function loadSources(connection: ReadConnection, columns: PeopleColumns): Promise<void> {
  for (const { id, has } of columns.sources) {
    const sql = 'SELECT person_id FROM person_source WHERE source_id = ? AND person_id > ? ORDER BY person_id LIMIT ?'
    await eachPage<[number]>(connection, sql, [id], ([person]) => {
      const row = rowOfPerson(columns, person)
      if (row >= 0) has[row] = 1
    })
  }
  // Pictures without people are of the sources that have the picture.
  for (let row = columns.people; row < columns.rows; row++) {
    const sources = connection.columns<[number]>(
      'SELECT DISTINCT source_id FROM image_source WHERE image_id = ?',
      columns.image[row],
    )
    for (const [id] of sources) {
      const source = columns.sources.find((one) => one.id === id)
      if (source !== undefined) source.has[row] = 1
    }
    if (row % 2000 === 0) await pause()
  }
}

/** Who changed a person's labels last, and to whom they are assigned. */
async function loadPeopleOf(connection: ReadConnection, columns: PeopleColumns): Promise<void> {
  const newest = new Map<number, number>()
  await eachPage<[number, number, string]>(
    connection,
    `SELECT label_revision.label_id, max(label_revision.id), label_revision.author
     FROM label_revision WHERE label_id > ? GROUP BY label_id ORDER BY label_id LIMIT ?`,
    [],
    ([label, revision, author]) => {
      const fact = connection.columns<[number]>('SELECT person_id FROM label_fact WHERE label_id = ?', label)
      const row = fact.length === 0 ? -1 : rowOfPerson(columns, fact[0][0])
      if (row < 0 || (newest.get(row) ?? 0) > revision) return
      newest.set(row, revision)
      columns.reviewer[row] = nameIndex(columns.reviewerNames, author)
    },
  )
  const sql = 'SELECT person_id, assignee FROM assignment WHERE person_id > ? ORDER BY person_id LIMIT ?'
  await eachPage<[number, string]>(connection, sql, [], ([person, assignee]) => {
    const row = rowOfPerson(columns, person)
    if (row >= 0) columns.assignee[row] = nameIndex(columns.assigneeNames, assignee)
  })
}

/** Reads one person anew. False: the person has no row here, and the columns must be loaded again. */
export function reloadPerson(
  connection: ReadConnection,
  columns: PeopleColumns,
  id: number,
  run: number | null,
): boolean {
  const row = rowOfPerson(columns, id)
  const [person] = connection.columns<PersonRow>(`${personSelect} WHERE person.id = ?`, id)
  if (row < 0) return person === undefined
  columns.removed[row] = person === undefined ? 1 : 0
  if (person === undefined) {
    // A picture without people has a row of its own.
    const { image, people } = connection.one<{ image: number; people: number }>(
      'SELECT (SELECT count(*) FROM image WHERE id = ?) AS image, (SELECT count(*) FROM person WHERE image_id = ?) AS people',
      columns.image[row],
      columns.image[row],
    )
    return image === 0 || people > 0
  }
  setPerson(columns, row, person)
  columns.disputed[row] = 0
  clearLabels(columns, row)
  for (const fact of connection.columns<FactRow>(`${factSelect} WHERE person_id = ?`, id)) {
    const task = columns.tasks.find((one) => one.task === fact[2])
    if (task !== undefined) setFact(columns, row, task, fact)
  }
  if (run !== null) {
    const sql = `${suspectSelect} WHERE suspect.run_id = ? AND label_fact.person_id = ?`
    for (const suspect of connection.columns<SuspectRow>(sql, run, id)) {
      const task = columns.tasks.find((one) => one.task === suspect[2])
      if (task !== undefined) setSuspect(row, task, suspect)
    }
  }
  reloadOrigins(connection, columns, row, id)
  return true
}

function clearLabels(columns: PeopleColumns, row: number): void {
  for (const { state, suspect, score, joints, answers } of columns.tasks) {
    state[row] = 0
    suspect[row] = 0
    score[row] = NaN
    if (joints !== null) joints[row] = NaN
    for (const { codes } of answers) codes[row] = 0
  }
}

function reloadOrigins(connection: ReadConnection, columns: PeopleColumns, row: number, id: number): void {
  const sources = connection.columns<[number]>('SELECT source_id FROM person_source WHERE person_id = ?', id).flat()
  for (const source of columns.sources) source.has[row] = sources.includes(source.id) ? 1 : 0
  const [reviewer] = connection.columns<[string]>(
    `SELECT author FROM label_revision WHERE label_id IN (SELECT label_id FROM label_fact WHERE person_id = ?)
     ORDER BY id DESC LIMIT 1`,
    id,
  )
  columns.reviewer[row] = nameIndex(columns.reviewerNames, reviewer?.[0] ?? null)
  const [assignee] = connection.columns<[string]>('SELECT assignee FROM assignment WHERE person_id = ?', id)
  columns.assignee[row] = nameIndex(columns.assigneeNames, assignee?.[0] ?? null)
}
