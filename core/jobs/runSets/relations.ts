import type { RelationMatrix, RunSetLine, TaskRelation } from '../../api/runSets.ts'
import type { TrainingOptions } from '../../api/training.ts'
import { MendError } from '../../dataset/mendError.ts'
import { decidedRelations, decideRelation, listRunSets } from '../../store/runSets.ts'
import type { Project } from '../../store/project.ts'
import { chosenTasks } from '../runPreparation.ts'
import { lastAccuracies } from './lastAccuracies.ts'
import { membersOf } from './memberRequest.ts'
import { createRunSet } from './createRunSet.ts'
import { measureRelation, type PairAccuracies } from './relationTest.ts'

/** Every unordered pair of tasks. */
function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((first, at) => items.slice(at + 1).map((second): [T, T] => [first, second]))
}

/**
 * The runs of the relation test of methods.md 2: each of K tasks alone, and each of the K(K − 1)/2 pairs, trained alike with equal
 * weights. @throws MendError `too-few-tasks`
 */
export function relationLines(tasks: readonly string[], options: TrainingOptions): RunSetLine[] {
  if (tasks.length < 2) {
    throw new MendError('too-few-tasks', 'relations are between two tasks or more', 'name the tasks, or import more')
  }
  const plain = { ...options, weighting: 'equal', aggregation: 'sum', gradient: 'none' } as const
  return [
    ...tasks.map((task) => ({ line: task, options: { ...plain, tasks: [task] } })),
    ...pairsOf(tasks).map((pair) => ({ line: pair.join(' + '), options: { ...plain, tasks: pair } })),
  ]
}

/** Notes the test of the project's relations as a set of runs. @returns its number */
export function createRelationTest(
  project: Project,
  name: string,
  options: TrainingOptions,
  seeds: readonly number[],
): number {
  const tasks = chosenTasks(project, options.tasks).map((task) => task.name)
  return createRunSet(project, { name, purpose: 'relations', lines: relationLines(tasks, options), seeds })
}

/** Accuracies of the newest test's runs that are done, and which test it is. */
function measured(project: Project): { set: number | null; tasks: string[]; runs: PairAccuracies[] } {
  const set = listRunSets(project.connection).find(({ purpose }) => purpose === 'relations')
  if (set === undefined) return { set: null, tasks: [], runs: [] }
  const members = membersOf(project, set.id)
  const runs = members.flatMap(({ run, options }) => {
    const accuracies = run === null ? null : lastAccuracies(project, run)
    return accuracies === null ? [] : [{ tasks: options.tasks, seed: options.seed, accuracies }]
  })
  return { set: set.id, tasks: [...new Set(members.flatMap(({ options }) => options.tasks))], runs }
}

/**
 * How learning one task changes another, by the newest test, and what somebody decided otherwise. Tasks of the test and of decisions,
 * in the project's order.
 */
export function relationsOf(project: Project): RelationMatrix {
  const { set, tasks: tested, runs } = measured(project)
  const decided = decidedRelations(project.connection)
  const named = new Set([...tested, ...decided.flatMap(({ from, to }) => [from, to])])
  const tasks = project.tasks
    .all()
    .map((task) => task.name)
    .filter((task) => named.has(task))
  const pairs = tasks.flatMap((from) =>
    tasks
      .filter((to) => to !== from)
      .map((to): TaskRelation => {
        const found = measureRelation(runs, from, to)
        const decision = decided.find((each) => each.from === from && each.to === to)?.negative ?? null
        return { from, to, ...found, decided: decision, negative: decision ?? found.measured }
      }),
  )
  return { set, tasks, pairs }
}

/** Says how learning `from` changes `to`, whatever was measured; null: as measured. @throws MendError `unknown-task` */
export function setRelation(project: Project, from: string, to: string, negative: boolean | null): void {
  if (from === to) {
    throw new MendError('relation-with-itself', `${from} has no relation to itself`, 'name two different tasks')
  }
  const ids = [from, to].map((name) => {
    const task = project.tasks.find(name)
    if (task !== undefined) return task.id
    throw new MendError('unknown-task', `${project.name} has no task ${name}`, 'mend coverage lists them')
  })
  project.transaction((writer) => decideRelation(writer.connection, ids[0], ids[1], negative))
}
