import type { ReadConnection } from '../connection.ts'
import type { PeopleColumns } from './columns.ts'
import { rowOfPerson } from './columns.ts'

/**
 * Rows whose picture's name, own id in a source or identity contains the text (ASCII letters alike in both cases); `#12`
 * is person 12. 1: found.
 */
export function searchRows(connection: ReadConnection, columns: PeopleColumns, text: string): Uint8Array {
  const found = new Uint8Array(columns.rows)
  const wanted = text.trim()
  const number = /^#(\d{1,15})$/.exec(wanted)
  if (number !== null) {
    const row = rowOfPerson(columns, Number(number[1]))
    if (row >= 0) found[row] = 1
    return found
  }
  const pattern = `%${wanted.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const images = new Set(
    connection
      .columns<[number]>(
        `SELECT image_id FROM image_source WHERE path LIKE ? ESCAPE '\\'
         UNION SELECT id FROM image WHERE copied = 0 AND id NOT IN (SELECT image_id FROM image_source) AND path LIKE ? ESCAPE '\\'`,
        pattern,
        pattern,
      )
      .flat(),
  )
  if (images.size > 0) for (let row = 0; row < columns.rows; row++) if (images.has(columns.image[row])) found[row] = 1
  const people = connection.columns<[number]>(
    `SELECT person_id FROM person_source WHERE key LIKE ? ESCAPE '\\'
     UNION SELECT person_id FROM label_fact WHERE identity IS NOT NULL AND identity LIKE ? ESCAPE '\\'`,
    pattern,
    pattern,
  )
  for (const [person] of people) {
    const row = rowOfPerson(columns, person)
    if (row >= 0) found[row] = 1
  }
  return found
}
