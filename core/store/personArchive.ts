import { removePeople, restorePeople } from './bulkRemoval.ts'
import { choosePeople } from './chosenPeople.ts'
import type { WriteConnection } from './connection.ts'

/** Kind of the `bulk_action` rows under which the editor keeps people: its own history undoes them, not the grid's. */
export const archiveKind = 'editor'

/** Takes a person out of the project, with all that hangs on them. @returns the number to bring them back with */
export function archivePerson(connection: WriteConnection, person: number, author: string): number {
  choosePeople(connection, [person])
  const archive = connection.run(
    'INSERT INTO bulk_action (kind, title, at, author) VALUES (?, ?, ?, ?)',
    archiveKind,
    `Took out person ${person}`,
    new Date().toISOString(),
    author,
  ).lastInsertRowid
  removePeople(connection, archive)
  return archive
}

/** Brings a person back with the same numbers; false: their picture is gone. */
export function bringPersonBack(connection: WriteConnection, archive: number): boolean {
  const { restored } = restorePeople(connection, archive, 1)
  connection.run('DELETE FROM bulk_action WHERE id = ?', archive)
  return restored > 0
}
