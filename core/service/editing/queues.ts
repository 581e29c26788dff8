import type { NextPerson, NextSuspect } from '../../api/editing.ts'
import { MendError } from '../../dataset/mendError.ts'
import { findRun } from '../../jobs/runSummaries.ts'
import { countUnlabelled, nextUnlabelled } from '../../store/unlabelled.ts'
import { countQueue, listQueue } from '../../store/suspectQueue.ts'
import type { Project } from '../../store/project.ts'
import type { Task } from '../../store/tasks.ts'

function taskOf(project: Project, name: string): Task {
  const task = project.tasks.find(name)
  if (task !== undefined) return task
  throw new MendError('unknown-task', `the project has no task ${name}`, 'Reload the picture: the tasks changed.')
}

/** The next person without a label of a task, round the end of the list; null: everybody has one. @throws MendError `unknown-task` */
export function nextPersonWithout(
  project: Project,
  query: { readonly task: string; readonly after?: number; readonly backwards: boolean },
): NextPerson {
  const { id } = taskOf(project, query.task)
  const remaining = countUnlabelled(project.connection, id)
  if (remaining === 0) return null
  const start = query.backwards ? Number.MAX_SAFE_INTEGER : 0
  const from = (person: number): { person: number; image: number } | undefined =>
    nextUnlabelled(project.connection, id, person, query.backwards)
  const found = from(query.after ?? start) ?? from(start)
  return found === undefined ? null : { ...found, remaining }
}

/** The next suspect in the order of suspicion; null: there is none further on. @throws MendError `unknown-task`, `unknown-run` */
export function nextSuspect(
  project: Project,
  query: {
    readonly run: number
    readonly task: string
    readonly after?: number
    readonly backwards: boolean
    readonly undecided: boolean
    readonly flagged?: boolean
  },
): NextSuspect {
  const run = findRun(project, query.run).id
  const task = taskOf(project, query.task).id
  const { flagged, backwards } = query
  const filter = { flagged, ...(query.undecided ? { decision: 'undecided' as const } : {}) }
  const known = query.after === undefined ? undefined : project.suspects.get(run, query.after)
  const from = known?.rank ?? (backwards ? Number.MAX_SAFE_INTEGER : 0)
  const [found] = listQueue(project.connection, { run, task, filter, sort: 'rank', from, backwards, limit: 1 })
  if (found === undefined) return null
  const { label, person, image, rank } = found
  return { label, person, image, rank, remaining: countQueue(project.connection, run, task, filter) }
}
