import type { LabelOrigin, LabelState, LabelValue } from '../dataset/label.ts'
import { applyOperation, type LabelOperation, type LabelVersion } from '../dataset/labelOperations.ts'
import { MendError } from '../dataset/mendError.ts'
import type { LabelRevision } from '../dataset/record.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { AssetStore } from './assets.ts'
import type { WriteConnection } from './connection.ts'
import { encodeLabelValue } from './labelCodec.ts'
import { LabelReader, type Author, type Label, type ValueColumns } from './labels.ts'

/** Encoded values above this many bytes go to a file under `assets/`. */
const largestInlineValue = 64 * 1024

/** `value` may be given encoded (`encodeLabelValue`), as imports have it. */
export interface NewLabel {
  readonly person: number
  readonly task: number
  readonly source: number | null
  readonly value: LabelValue | Uint8Array | null
  readonly state: LabelState
  readonly origin: LabelOrigin
  readonly current: boolean
  readonly disputed?: boolean
  readonly bundleSource?: string | null
}

/** Labels are changed here alone: what a label was before stays as a revision. */
export class LabelWriter extends LabelReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection, assets: AssetStore) {
    super(connection, assets)
    this.#connection = connection
  }

  insert(label: NewLabel): number {
    const { value, asset } = this.#stored(label.value, () => this.#schemaOfTask(label.task))
    return this.#connection.run(
      `INSERT INTO label (person_id, task_id, source_id, state, origin, current, disputed, bundle_source, value, asset)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      label.person,
      label.task,
      label.source,
      label.state,
      label.origin,
      label.current ? 1 : 0,
      label.disputed === true ? 1 : 0,
      label.bundleSource ?? null,
      value,
      asset,
    ).lastInsertRowid
  }

  /** Edits a label and notes what it was. Returns the label as it is now. Throws `label-unknown`, `operation-misfit`. */
  apply(id: number, operation: LabelOperation, author: Author): Label {
    const label = this.#existing(id)
    return this.write(id, applyOperation(label, operation), author)
  }

  /** Replaces a label's content and notes what it was. */
  write(id: number, version: LabelVersion, author: Author): Label {
    this.#existing(id)
    this.replace(id, version, author)
    return this.#existing(id)
  }

  /**
   * As `write`, for callers who know that the label is there and what it was: decoding it once more costs more than all else
   * where it is a large mask.
   */
  replace(id: number, version: LabelVersion, author: Author): void {
    this.#connection.run(
      `INSERT INTO label_revision (label_id, at, author, reason, origin, state, value, asset)
       SELECT id, ?, ?, ?, origin, state, value, asset FROM label WHERE id = ?`,
      author.at ?? new Date().toISOString(),
      author.by,
      author.why,
      id,
    )
    const { value, asset } = this.#stored(
      version.value,
      () => this.#schemaOfLabel(id),
      () => this.#bytesOf(id),
    )
    this.#connection.run(
      'UPDATE label SET state = ?, origin = ?, value = ?, asset = ?, touched = 1 WHERE id = ?',
      version.state,
      version.origin,
      value,
      asset,
      id,
    )
  }

  /** Back to what the label was before its newest change, as a change of its own. Throws `nothing-to-revert`. */
  revert(id: number, author: Author): Label {
    const last = this.revisions(id).at(-1)
    if (last === undefined) {
      throw new MendError('nothing-to-revert', `label ${id} was never changed`, 'Choose a label that has a history.')
    }
    return this.write(id, { value: last.value, state: last.state, origin: last.origin }, author)
  }

  /** Adds a past version, for histories that come from elsewhere; oldest first. The value may be encoded. */
  addRevision(id: number, revision: Omit<LabelRevision, 'value'> & { value: LabelValue | Uint8Array | null }): void {
    const { value, asset } = this.#stored(revision.value, () => this.#schemaOfLabel(id))
    this.#connection.run(
      `INSERT INTO label_revision (label_id, at, author, reason, origin, state, value, asset)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      revision.at,
      revision.by,
      revision.why,
      revision.origin,
      revision.state,
      value,
      asset,
    )
  }

  /** Makes a candidate the one in force. */
  setCurrent(id: number): void {
    this.#connection.run(
      `UPDATE label SET current = 0 WHERE current = 1 AND (person_id, task_id) =
         (SELECT person_id, task_id FROM label WHERE id = ?)`,
      id,
    )
    this.#connection.run('UPDATE label SET current = 1 WHERE id = ?', id)
  }

  /** Marks the candidates of a person and task as contradicting one another, or not. */
  setDisputed(person: number, task: number, disputed: boolean): void {
    this.#connection.run(
      'UPDATE label SET disputed = ? WHERE person_id = ? AND task_id = ?',
      disputed ? 1 : 0,
      person,
      task,
    )
  }

  #existing(id: number): Label {
    const label = this.get(id)
    if (label === undefined) {
      throw new MendError(
        'label-unknown',
        `there is no label ${id}`,
        'List the labels again: it may have been removed.',
      )
    }
    return label
  }

  #schemaOfTask(task: number): TaskSchema {
    return this.schema(this.connection.one<{ schema: string }>('SELECT schema FROM task WHERE id = ?', task).schema)
  }

  #schemaOfLabel(id: number): TaskSchema {
    const sql = 'SELECT schema FROM task JOIN label ON label.task_id = task.id WHERE label.id = ?'
    return this.schema(this.connection.one<{ schema: string }>(sql, id).schema)
  }

  /** What of a label is stored; undefined: nothing. */
  #bytesOf(id: number): Uint8Array | undefined {
    const row = this.connection.get<ValueColumns>('SELECT value, asset FROM label WHERE id = ?', id)
    return row?.value ?? (typeof row?.asset === 'string' ? this.assets.read(row.asset) : undefined)
  }

  /** `schema` and `before` are read where it takes them: for joints. */
  #stored(
    value: LabelValue | Uint8Array | null,
    schema: () => TaskSchema,
    before?: () => Uint8Array | undefined,
  ): { value: Uint8Array | null; asset: string | null } {
    if (value === null) return { value: null, asset: null }
    const bytes = value instanceof Uint8Array ? value : this.#encoded(value, schema(), before)
    return bytes.length > largestInlineValue
      ? { value: null, asset: this.assets.write(bytes) }
      : { value: bytes, asset: null }
  }

  #encoded(value: LabelValue, schema: TaskSchema, before?: () => Uint8Array | undefined): Uint8Array {
    const unseen = schema.kind === 'keypoints' && schema.stored !== undefined
    return encodeLabelValue(value, schema, unseen ? before?.() : undefined)
  }
}
