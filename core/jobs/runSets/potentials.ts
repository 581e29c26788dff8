import type { TaskPotential } from '../../api/runSets.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Project } from '../../store/project.ts'
import { givenPotentials, givePotential } from '../../store/runSets.ts'
import { runConfiguration } from '../runSummaries.ts'
import { lastAccuracies } from './lastAccuracies.ts'

/** Task → accuracies of finished training runs that learnt nothing else, of the newest such training set and of all its seeds. */
function measuredAlone(project: Project): Map<string, number[]> {
  const found = new Map<string, { snapshot: string | null; accuracies: number[] }>()
  for (let after = 0; ;) {
    const page = project.runs.list({ after, limit: 200 })
    for (const run of page.items) {
      const configuration = runConfiguration.safeParse(run.configuration).data
      if (run.kind !== 'train' || run.status !== 'done' || configuration?.tasks.length !== 1) continue
      const [task] = configuration.tasks
      const accuracy = lastAccuracies(project, run.id)?.[task]
      if (accuracy === undefined || accuracy <= 0) continue
      const known = found.get(task)
      if (known !== undefined && known.snapshot === run.snapshot) known.accuracies.push(accuracy)
      else found.set(task, { snapshot: run.snapshot, accuracies: [accuracy] })
    }
    if (page.next === null) break
    after = page.next
  }
  return new Map([...found].map(([task, { accuracies }]) => [task, accuracies]))
}

/**
 * What each task reaches when it is learnt alone (AMTL's potentials, methods.md 3): the mean of single-task runs, which those of the
 * relation test are, unless somebody gave a figure. In the project's order.
 */
export function potentialsOf(project: Project): TaskPotential[] {
  const given = givenPotentials(project.connection)
  const measured = measuredAlone(project)
  return project.tasks.all().map(({ name }) => {
    const runs = measured.get(name) ?? []
    const mean = runs.length === 0 ? null : runs.reduce((sum, value) => sum + value, 0) / runs.length
    return { task: name, measured: mean, runs: runs.length, given: given[name] ?? null, potential: given[name] ?? mean }
  })
}

/** Gives a task's potential, 0 … 1, instead of the measured one; null: as measured. @throws MendError `unknown-task` */
export function setPotential(project: Project, name: string, accuracy: number | null): void {
  const task = project.tasks.find(name)
  if (task === undefined) {
    throw new MendError('unknown-task', `${project.name} has no task ${name}`, 'mend coverage lists them')
  }
  project.transaction((writer) => givePotential(writer.connection, task.id, accuracy))
}
