import type { RunSetLine } from '../../api/runSets.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Project } from '../../store/project.ts'
import { findRunSet, insertRunSet, listRunSets, type RunSet, type RunSetPurpose } from '../../store/runSets.ts'
import { noisePlans } from '../plantedNoise.ts'
import { chosenTasks } from '../runPreparation.ts'
import { frozenAlike, type MemberRequest } from './memberRequest.ts'

export interface NewRunSet {
  readonly name: string
  readonly purpose: RunSetPurpose
  readonly lines: readonly RunSetLine[]
  readonly seeds: readonly number[]
}

type SetLine = Omit<MemberRequest, 'frozenTasks'> & { readonly line: string }

/** The lines with their tasks by name. @throws MendError `unknown-task`, `nothing-to-learn`, `no-noise-kind`, … */
function resolvedLines(project: Project, lines: readonly RunSetLine[]): SetLine[] {
  return lines.map(({ line, options, noise, bank }, at) => {
    if (bank !== undefined && !lines.slice(0, at).some((other) => other.line === bank)) {
      throw new MendError(
        'unknown-line',
        `${line} wants the filters of ${bank}, which is no line before it`,
        'put it first',
      )
    }
    const tasks = chosenTasks(project, options.tasks)
    if (noise !== undefined) {
      const corrupted = tasks.filter(({ name, schema }) =>
        noise.choices.some(({ task }) => task === name || task === schema.kind),
      )
      noisePlans(corrupted, noise.choices, noise.share)
    }
    return { line, noise, bank, options: { ...options, tasks: tasks.map(({ name }) => name) } }
  })
}

/**
 * Notes a set of runs, every line with every seed: all lines of a seed before the next seed, so that a set that is stopped early
 * has whole seeds to compare. Nothing is trained yet.
 * @throws MendError `run-set-exists` where a set has the name, `run-set-repeats` where two lines are the same, the tasks' own
 */
export function createRunSet(project: Project, { name, purpose, lines, seeds }: NewRunSet): number {
  if (listRunSets(project.connection).some((set) => set.name === name)) {
    throw new MendError('run-set-exists', `a set of runs is called ${name} already`, 'choose another name')
  }
  const resolved = resolvedLines(project, lines)
  const distinct = new Set(resolved.map(({ line, options }) => JSON.stringify([line, [...options.tasks].sort()])))
  if (distinct.size < resolved.length || new Set(seeds).size < seeds.length) {
    throw new MendError(
      'run-set-repeats',
      'the same line with the same tasks, or the same seed, is given twice',
      'give each line a name of its own; several lines may share a name when they learn other tasks',
    )
  }
  const members = [...new Set(seeds)].flatMap((seed) =>
    resolved.map(({ line, options, noise, bank }) => {
      const alike = frozenAlike(options, noise)
      const others = resolved.filter((other) => frozenAlike(other.options, other.noise) === alike)
      const frozenTasks = [...new Set(others.flatMap((other) => other.options.tasks))]
      const request: MemberRequest = { options: { ...options, seed }, noise, bank, frozenTasks }
      return { line, request }
    }),
  )
  return project.transaction((writer) => insertRunSet(writer.connection, { name, purpose }, members))
}

/** A set by its number. @throws MendError `unknown-run-set` */
export function foundRunSet(project: Project, id: number): RunSet {
  const set = findRunSet(project.connection, id)
  if (set !== undefined) return set
  throw new MendError('unknown-run-set', `${project.name} has no set of runs ${id}`, 'mend sets lists them')
}
