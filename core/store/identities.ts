import type { ReadConnection } from './connection.ts'

export interface IdentityName {
  readonly identity: string
  readonly people: number
  /** Somebody who has it. */
  readonly example: number
  readonly exampleImage: number
}

/**
 * Identities of a task whose names have the text in them, whatever the case: those that begin with it first, then those of most
 * people.
 */
export function identityNames(connection: ReadConnection, task: number, text: string, limit: number): IdentityName[] {
  return connection.all<IdentityName>(
    `SELECT identity, people, example, person.image_id AS exampleImage
     FROM (SELECT identity, count(*) AS people, min(person_id) AS example FROM label_fact
           WHERE task_id = ? AND identity IS NOT NULL AND instr(lower(identity), lower(?)) > 0 GROUP BY identity)
     JOIN person ON person.id = example
     ORDER BY substr(lower(identity), 1, length(?)) <> lower(?), people DESC, identity LIMIT ?`,
    task,
    text,
    text,
    text,
    limit,
  )
}

/** Labels in force that name one of the identities. */
export function labelsOfIdentities(
  connection: ReadConnection,
  task: number,
  identities: readonly string[],
): { label: number; person: number }[] {
  return connection.all(
    `SELECT label_id AS label, person_id AS person FROM label_fact
     WHERE task_id = ? AND identity IN (SELECT value FROM json_each(?)) ORDER BY label_id`,
    task,
    JSON.stringify(identities),
  )
}
