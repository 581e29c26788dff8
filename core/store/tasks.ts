import type { TaskSchema } from '../dataset/task.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'

export interface Task {
  readonly id: number
  readonly name: string
  readonly schema: TaskSchema
  /** The import that brought the task in; null: made in the project. */
  readonly source: number | null
}

interface TaskRow {
  readonly id: number
  readonly name: string
  readonly schema: string
  readonly source: number | null
}

const columns = 'id, name, schema, source_id AS source'

export class TaskReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  /** In the order in which they were made. */
  all(): Task[] {
    return this.connection.all<TaskRow>(`SELECT ${columns} FROM task ORDER BY id`).map(taskOf)
  }

  find(name: string): Task | undefined {
    const row = this.connection.get<TaskRow>(`SELECT ${columns} FROM task WHERE name = ?`, name)
    return row && taskOf(row)
  }

  /** Name → schema, in the order in which the tasks were made. */
  schemas(): Record<string, TaskSchema> {
    return Object.fromEntries(this.all().map((task) => [task.name, task.schema]))
  }
}

export class TaskWriter extends TaskReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  insert(name: string, schema: TaskSchema, source: number | null = null): number {
    return this.#connection.run(
      'INSERT INTO task (name, kind, schema, source_id) VALUES (?, ?, ?, ?)',
      name,
      schema.kind,
      JSON.stringify(schema),
      source,
    ).lastInsertRowid
  }

  /** The kind stays; components may be added at the end: stored values then read as not annotated there. */
  setSchema(id: number, schema: TaskSchema): void {
    this.#connection.run(
      'UPDATE task SET schema = ? WHERE id = ? AND kind = ?',
      JSON.stringify(schema),
      id,
      schema.kind,
    )
  }

  delete(id: number): void {
    this.#connection.run('DELETE FROM task WHERE id = ?', id)
  }
}

function taskOf(row: TaskRow): Task {
  return { id: row.id, name: row.name, schema: JSON.parse(row.schema) as TaskSchema, source: row.source }
}
