import type { LabelOrigin, LabelState, LabelValue, PartsValue } from '../dataset/label.ts'
import type { LabelVersion } from '../dataset/labelOperations.ts'
import type { LabelRevision } from '../dataset/record.ts'
import type { TaskKind, TaskSchema } from '../dataset/task.ts'
import type { AssetStore } from './assets.ts'
import type { ReadConnection } from './connection.ts'
import { decodeLabelValue, encodedParts, type EncodedParts } from './labelCodec.ts'
import { defaultPageSize, pageOf, type Page, type PageRequest } from './page.ts'

export interface Label extends LabelVersion {
  readonly id: number
  readonly person: number
  readonly task: string
  /** Source that the value came from; null: made in the project. */
  readonly source: number | null
  /** Exactly one label of a person and task is current. */
  readonly current: boolean
  /** Another source says something else of the same person and task. */
  readonly disputed: boolean
  /** Somebody worked on it in this project: it survives the removal of its source. */
  readonly touched: boolean
  /** Source in the project that a bundle was exported from ('': made there); null: did not come in a bundle. */
  readonly bundleSource: string | null
}

/** A label as it is drawn: a part map's pixels, which are many, are left as they are stored. */
export interface DrawableLabel extends Omit<Label, 'value'> {
  readonly value: Exclude<LabelValue, PartsValue> | EncodedParts | null
}

export interface LabelHead {
  readonly id: number
  readonly task: string
  readonly kind: TaskKind
  /** Name of its source; null: made in the project. */
  readonly source: string | null
  readonly state: LabelState
  readonly origin: LabelOrigin
}

/** Who made a change and why. `at` (ISO 8601, UTC) is now when missing. */
export interface Author {
  readonly by: string
  readonly why: string
  readonly at?: string
}

export interface LabelQuery extends PageRequest {
  readonly task: string
  readonly state: LabelState
}

/** Where a value is stored: in its row, or as a file. */
export interface ValueColumns {
  readonly value: Buffer | null
  readonly asset: string | null
}

interface LabelRow extends ValueColumns {
  readonly id: number
  readonly person: number
  readonly task: string
  readonly schema: string
  readonly source: number | null
  readonly state: LabelState
  readonly origin: LabelOrigin
  readonly current: number
  readonly disputed: number
  readonly touched: number
  readonly bundleSource: string | null
}

const select = `SELECT label.id, label.person_id AS person, task.name AS task, task.schema, label.source_id AS source,
    label.state, label.origin, label.current, label.disputed, label.touched, label.bundle_source AS bundleSource, label.value,
    label.asset
  FROM label JOIN task ON task.id = label.task_id`

export class LabelReader {
  protected readonly connection: ReadConnection
  protected readonly assets: AssetStore
  readonly #schemas = new Map<string, TaskSchema>()

  constructor(connection: ReadConnection, assets: AssetStore) {
    this.connection = connection
    this.assets = assets
  }

  get(id: number): Label | undefined {
    const row = this.connection.get<LabelRow>(`${select} WHERE label.id = ?`, id)
    return row && this.labelOf(row)
  }

  /** Every candidate of a person, by task, the current one first. */
  ofPerson(person: number): Label[] {
    return this.connection
      .all<LabelRow>(`${select} WHERE label.person_id = ? ORDER BY label.task_id, label.current DESC, label.id`, person)
      .map((row) => this.labelOf(row))
  }

  /** The labels in force, by task; `tasks`: only those, by name. */
  currentOf(person: number, tasks?: readonly string[]): Label[] {
    const chosen = tasks === undefined ? '' : 'AND task.name IN (SELECT value FROM json_each(?))'
    return this.connection
      .all<LabelRow>(
        `${select} WHERE label.person_id = ? AND label.current = 1 ${chosen} ORDER BY label.task_id`,
        person,
        ...(tasks === undefined ? [] : [JSON.stringify(tasks)]),
      )
      .map((row) => this.labelOf(row))
  }

  /** The labels in force of several people, by person and task, to be drawn; `tasks`: only those, by name. */
  currentDrawable(people: readonly number[], tasks: readonly string[]): DrawableLabel[] {
    return this.connection
      .all<LabelRow>(
        `${select} WHERE label.person_id IN (SELECT value FROM json_each(?)) AND label.current = 1
           AND task.name IN (SELECT value FROM json_each(?)) ORDER BY label.person_id, label.task_id`,
        JSON.stringify(people),
        JSON.stringify(tasks),
      )
      .map((row) => this.#drawable(row))
  }

  #drawable(row: LabelRow): DrawableLabel {
    const bytes = this.schema(row.schema).kind === 'parts' ? this.bytesOf(row) : null
    const { value, ...label } = this.labelOf(bytes === null ? row : { ...row, value: null, asset: null })
    if (bytes !== null) return { ...label, value: encodedParts(bytes) }
    return { ...label, value: value?.kind === 'parts' ? null : value }
  }

  /** Id of the label in force; undefined: the person has none of the task. */
  currentId(person: number, task: number): number | undefined {
    return this.connection.get<{ id: number }>(
      'SELECT id FROM label WHERE person_id = ? AND task_id = ? AND current = 1',
      person,
      task,
    )?.id
  }

  /** The labels in force without their values, which for masks are costly to decode. */
  currentHeads(person: number): LabelHead[] {
    return this.connection.all<LabelHead>(
      `SELECT label.id, task.name AS task, task.kind, source.name AS source, label.state, label.origin
       FROM label JOIN task ON task.id = label.task_id LEFT JOIN source ON source.id = label.source_id
       WHERE label.person_id = ? AND label.current = 1 ORDER BY label.task_id`,
      person,
    )
  }

  /** A label's value as another (extended) schema of its task reads it. */
  valueIn(id: number, schema: TaskSchema): LabelValue | null {
    const row = this.connection.get<ValueColumns>('SELECT value, asset FROM label WHERE id = ?', id)
    return row === undefined ? null : this.valueOf(JSON.stringify(schema), row)
  }

  /** Current labels of a task in one state, by id, ascending; `after` is a label id. */
  list({ task, state, after = 0, limit = defaultPageSize }: LabelQuery): Page<Label> {
    const rows = this.connection.all<LabelRow>(
      `${select} WHERE label.task_id = (SELECT id FROM task WHERE name = ?) AND label.state = ? AND label.current = 1
         AND label.id > ? ORDER BY label.id LIMIT ?`,
      task,
      state,
      after,
      limit + 1,
    )
    return pageOf(
      rows.map((row) => this.labelOf(row)),
      limit,
      (label) => label.id,
    )
  }

  /** Ids of current labels that another source contradicts, ascending. */
  disputed(task: string): number[] {
    return this.connection
      .all<{ id: number }>(
        `SELECT label.id FROM label JOIN task ON task.id = label.task_id
         WHERE task.name = ? AND label.current = 1 AND label.disputed = 1 ORDER BY label.id`,
        task,
      )
      .map((row) => row.id)
  }

  /** What the label was before each change, oldest first; `by` and `why` are of the change that ended it. */
  revisions(id: number): LabelRevision[] {
    const schema = this.connection.get<{ schema: string }>(
      'SELECT task.schema FROM label JOIN task ON task.id = label.task_id WHERE label.id = ?',
      id,
    )
    if (schema === undefined) return []
    return this.connection
      .all<ValueColumns & { at: string; by: string; why: string; origin: LabelOrigin; state: LabelState }>(
        `SELECT at, author AS by, reason AS why, origin, state, value, asset FROM label_revision
         WHERE label_id = ? ORDER BY id`,
        id,
      )
      .map(({ value, asset, ...revision }) => ({ ...revision, value: this.valueOf(schema.schema, { value, asset }) }))
  }

  /** What a label was before one of its changes; undefined: the revision is not one of the label's. */
  revision(label: number, revision: number): LabelVersion | undefined {
    const row = this.connection.get<ValueColumns & { schema: string; state: LabelState; origin: LabelOrigin }>(
      `SELECT task.schema, label_revision.state, label_revision.origin, label_revision.value, label_revision.asset
       FROM label_revision JOIN label ON label.id = label_revision.label_id JOIN task ON task.id = label.task_id
       WHERE label_revision.id = ? AND label_id = ?`,
      revision,
      label,
    )
    if (row === undefined) return undefined
    return { value: this.valueOf(row.schema, row), state: row.state, origin: row.origin }
  }

  protected labelOf({ schema, value, asset, current, disputed, touched, ...row }: LabelRow): Label {
    return {
      ...row,
      current: current === 1,
      disputed: disputed === 1,
      touched: touched === 1,
      value: this.valueOf(schema, { value, asset }),
    }
  }

  protected valueOf(schemaText: string, columns: ValueColumns): LabelValue | null {
    const bytes = this.bytesOf(columns)
    return bytes === null ? null : decodeLabelValue(this.schema(schemaText), bytes)
  }

  protected bytesOf({ value, asset }: ValueColumns): Uint8Array | null {
    return value ?? (asset === null ? null : this.assets.read(asset))
  }

  protected schema(text: string): TaskSchema {
    const known = this.#schemas.get(text)
    if (known !== undefined) return known
    const schema = JSON.parse(text) as TaskSchema
    this.#schemas.set(text, schema)
    return schema
  }
}
