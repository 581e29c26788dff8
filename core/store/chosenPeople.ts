import type { WriteConnection } from './connection.ts'

/** The chosen people as a table of this connection (`temp.chosen`): lists of 100,000 ids do not fit into a statement. */
export function choosePeople(connection: WriteConnection, people: readonly number[]): void {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY); DELETE FROM temp.chosen')
  connection.run(
    'INSERT INTO temp.chosen (id) SELECT id FROM person WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(people),
  )
}
