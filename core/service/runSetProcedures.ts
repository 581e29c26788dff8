import { compareChosen } from '../jobs/comparison/comparedRuns.ts'
import { evaluateRun } from '../jobs/evaluateRun.ts'
import { projectJournal } from '../jobs/jobJournal.ts'
import { createRunSet, foundRunSet } from '../jobs/runSets/createRunSet.ts'
import { potentialsOf, setPotential } from '../jobs/runSets/potentials.ts'
import { createRelationTest, relationsOf, setRelation } from '../jobs/runSets/relations.ts'
import { detailRunSet, removeRunSet, summariseRunSets } from '../jobs/runSets/runSetSummaries.ts'
import { trainRunSet } from '../jobs/runSets/trainRunSet.ts'
import { MendError } from '../dataset/mendError.ts'
import { findRun } from '../jobs/runSummaries.ts'
import type { Project } from '../store/project.ts'
import { evaluationsOf } from '../store/runSets.ts'
import { implementation } from './implementation.ts'
import { trainingLane, type ServiceContext } from './serviceContext.ts'

/** Project and set → the job that was started last for it. */
const jobsOfSets = new WeakMap<ServiceContext, Map<string, string>>()
const activeStates: readonly string[] = ['queued', 'running', 'paused']

/** The job that works on a set in this process, or waits for its turn. */
function jobOf(service: ServiceContext, project: Project, set: number): string | null {
  const job = jobsOfSets.get(service)?.get(`${project.folder}\n${set}`)
  const state = service.jobs.list().find(({ id }) => id === job)?.state
  return job !== undefined && state !== undefined && activeStates.includes(state) ? job : null
}

/** Trains what is left of a set, as a job of the training lane. @throws MendError `run-set-busy` */
function startSet(service: ServiceContext, project: Project, set: number): { set: number; job: string } {
  const { name } = foundRunSet(project, set)
  if (jobOf(service, project, set) !== null) {
    throw new MendError('run-set-busy', `the set ${name} is being trained or waits for its turn`, 'watch it')
  }
  const job = service.jobs.start({
    kind: 'run-set',
    project: project.folder,
    journal: projectJournal(project, 'run-set', { set }),
    lane: trainingLane,
    work: (context) => trainRunSet(project, set, context),
  })
  const jobs = jobsOfSets.get(service) ?? new Map<string, string>()
  jobsOfSets.set(service, jobs.set(`${project.folder}\n${set}`, job))
  return { set, job }
}

export const runSetProcedures = {
  list: implementation.runSets.list.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return summariseRunSets(project, (set) => jobOf(service, project, set))
  }),
  detail: implementation.runSets.detail.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return detailRunSet(project, input.set, jobOf(service, project, input.set))
  }),
  create: implementation.runSets.create.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const { name, lines, seeds } = input
    return startSet(service, project, createRunSet(project, { name, purpose: 'comparison', lines, seeds }))
  }),
  continue: implementation.runSets.continue.handler(({ input, context: { service } }) =>
    startSet(service, service.projects.get(input.project), input.set),
  ),
  remove: implementation.runSets.remove.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    removeRunSet(project, input.set, jobOf(service, project, input.set))
    return summariseRunSets(project, (set) => jobOf(service, project, set))
  }),
  compare: implementation.runSets.compare.handler(({ input, context }) =>
    compareChosen(context.service.projects.get(input.project), input),
  ),
  evaluate: implementation.runSets.evaluate.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    findRun(project, input.run)
    return service.startJob('evaluate', project, input, (job) => evaluateRun(project, input, job))
  }),
  evaluations: implementation.runSets.evaluations.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    findRun(project, input.run)
    return evaluationsOf(project.connection, input.run).map((found) => ({ ...found, metrics: { ...found.metrics } }))
  }),
  relations: implementation.runSets.relations.handler(({ input, context }) =>
    relationsOf(context.service.projects.get(input.project)),
  ),
  testRelations: implementation.runSets.testRelations.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return startSet(service, project, createRelationTest(project, input.name, input.options, input.seeds))
  }),
  setRelation: implementation.runSets.setRelation.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    setRelation(project, input.from, input.to, input.negative)
    return relationsOf(project)
  }),
  potentials: implementation.runSets.potentials.handler(({ input, context }) =>
    potentialsOf(context.service.projects.get(input.project)),
  ),
  setPotential: implementation.runSets.setPotential.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    setPotential(project, input.task, input.accuracy)
    return potentialsOf(project)
  }),
}
