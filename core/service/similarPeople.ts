import type { SimilarPeople } from '../api/prediction.ts'
import { MendError } from '../dataset/mendError.ts'
import { keptEmbeddings, similarities } from '../jobs/runEmbeddings.ts'
import { runConfiguration } from '../jobs/runSummaries.ts'
import { newestRuns } from '../store/newestRuns.ts'
import type { Project } from '../store/project.ts'

interface Request {
  readonly task: string
  readonly person: number
  readonly limit: number
}

/**
 * Who looks most like a person, by the embeddings of the newest finished run that learnt the task: the most similar picture of each
 * known identity but the person's own, and people of whom nobody knows who they are.
 * @throws MendError `unknown-task`, `checkpoint-corrupt`
 */
export function similarTo(project: Project, { task, person, limit }: Request): SimilarPeople {
  const wanted = project.tasks.find(task)
  if (wanted?.schema.kind !== 'identity') {
    throw new MendError('unknown-task', `${task} is no task that says who somebody is`, 'name an identity task')
  }
  const run = newestRuns(project.connection).find((row) => learnt(row.configuration, task))?.id ?? null
  if (run === null) return { run, known: false, people: [] }
  const { people, vectors } = keptEmbeddings(project.runFolder(run), task)
  const at = people.indexOf(person)
  if (at < 0) return { run, known: false, people: [] }
  const similarity = similarities(vectors, at)
  const facts = identitiesOf(project, wanted.id)
  const own = facts.get(person)?.identity ?? null
  const best = new Map<string, { person: number; image: number; identity: string | null; similarity: number }>()
  const pictures = new Map<string, number>()
  people.forEach((other, index) => {
    const fact = facts.get(other)
    if (fact === undefined || other === person || (own !== null && fact.identity === own)) return
    // Of those whom nobody knows each is somebody of their own.
    const key = fact.identity === null ? `person ${other}` : `known ${fact.identity}`
    pictures.set(key, (pictures.get(key) ?? 0) + 1)
    const before = best.get(key)
    if (before !== undefined && before.similarity >= similarity[index]) return
    best.set(key, { person: other, image: fact.image, identity: fact.identity, similarity: similarity[index] })
  })
  const found = [...best].map(([key, one]) => ({ ...one, pictures: pictures.get(key) ?? 1 }))
  found.sort((a, b) => b.similarity - a.similarity || a.person - b.person)
  return { run, known: true, people: found.slice(0, limit) }
}

function learnt(configuration: unknown, task: string): boolean {
  const parsed = runConfiguration.safeParse(configuration)
  return parsed.success && parsed.data.tasks.includes(task)
}

/** Who is there, and who they are known to be. */
function identitiesOf(project: Project, task: number): Map<number, { image: number; identity: string | null }> {
  const rows = project.connection.all<{ id: number; image: number; identity: string | null }>(
    `SELECT person.id, person.image_id AS image, label_fact.identity FROM person
     LEFT JOIN label_fact ON label_fact.person_id = person.id AND label_fact.task_id = ?`,
    task,
  )
  return new Map(rows.map(({ id, ...fact }) => [id, fact]))
}
