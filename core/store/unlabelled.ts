import type { ReadConnection } from './connection.ts'

/** People who have no label of a task. */
export function countUnlabelled(connection: ReadConnection, task: number): number {
  const { people } = connection.one<{ people: number }>('SELECT count(*) AS people FROM person')
  const { labelled } = connection.one<{ labelled: number }>(
    `SELECT count(*) AS labelled FROM label
     WHERE task_id = ? AND current = 1 AND state IN ('labelled', 'verified', 'rejected')`,
    task,
  )
  return people - labelled
}

/** The first person after (before) one by id who has no label of a task. */
export function nextUnlabelled(
  connection: ReadConnection,
  task: number,
  person: number,
  backwards: boolean,
): { person: number; image: number } | undefined {
  return connection.get(
    `SELECT id AS person, image_id AS image FROM person WHERE id ${backwards ? '<' : '>'} ? AND NOT EXISTS
       (SELECT 1 FROM label WHERE person_id = person.id AND task_id = ? AND current = 1 AND state <> 'unlabelled')
     ORDER BY id ${backwards ? 'DESC' : 'ASC'} LIMIT 1`,
    person,
    task,
  )
}
