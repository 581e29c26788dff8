import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import path from 'node:path'
import type { FreezeQuery } from './freezePeople.ts'
import type { Project } from './project.ts'

type Row = readonly (string | number | Uint8Array | null)[]

const pageSize = 2000

/**
 * SHA-256 over everything in the project that freezing these tasks depends on: who is there, with which pictures (their
 * content when imported, and size and time of their files now), boxes, splits and label values. Read a page at a time.
 */
export function freezeDigest(project: Project, query: FreezeQuery): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(query))
  const marks = query.tasks.map(() => '?').join(', ')
  let image = 0
  for (let after = 0; ;) {
    const rows = project.connection.columns<Row>(
      `SELECT person.id, image.id, image.path, lower(hex(image.sha256)), image.split, image.width, image.height,
         person.x, person.y, person.width, person.height,
         (SELECT group_concat(source_id) FROM person_source WHERE person_id = person.id)
       FROM person JOIN image ON image.id = person.image_id WHERE person.id > ? ORDER BY person.id LIMIT ${pageSize}`,
      after,
    )
    const last = rows.at(-1)?.[0]
    if (typeof last !== 'number') return hash.digest('hex')
    for (const row of rows) {
      hash.update(JSON.stringify(row))
      if (row[1] === image || typeof row[2] !== 'string') continue
      image = Number(row[1])
      const file = statSync(path.resolve(project.folder, row[2]), { throwIfNoEntry: false })
      hash.update(file === undefined ? 'missing' : `${file.size} ${file.mtimeMs}`)
    }
    const labels = project.connection.columns<Row>(
      `SELECT label.person_id, task.name, task.schema, label.id, label.source_id, label.state, label.asset, label.value
       FROM label JOIN task ON task.id = label.task_id
       WHERE label.person_id > ? AND label.person_id <= ? AND label.current = 1 AND task.name IN (${marks})
       ORDER BY label.person_id, task.id`,
      after,
      last,
      ...query.tasks,
    )
    for (const label of labels) {
      hash.update(JSON.stringify(label.slice(0, -1)))
      const value = label.at(-1)
      if (value instanceof Uint8Array) hash.update(value)
    }
    after = last
  }
}
