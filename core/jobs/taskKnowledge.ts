import type { TrainingOptions } from '../api/training.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import { potentialsOf } from './runSets/potentials.ts'
import { relationsOf } from './runSets/relations.ts'

/**
 * What the project knows of its tasks, put in where the options leave it open: GradSplit goes by the relations that were measured or
 * decided, achievement-based weights by what each task reaches alone. Options that say so themselves stay as they are.
 */
export function withProjectKnowledge(
  project: Project,
  options: TrainingOptions,
  tasks: readonly Task[],
): TrainingOptions {
  const { balancing, gradient, weighting } = options
  const names = tasks.map(({ name }) => name)
  if (gradient === 'gradsplit' && balancing.negativeRelations.length === 0) {
    const negativeRelations = relationsOf(project)
      .pairs.filter(({ from, to, negative }) => negative === true && names.includes(from) && names.includes(to))
      .map(({ from, to }): [string, string] => [from, to])
    return { ...options, balancing: { ...balancing, negativeRelations } }
  }
  if (weighting === 'achievement') {
    const known = potentialsOf(project).flatMap(({ task, potential }) =>
      potential !== null && names.includes(task) ? [[task, potential] as const] : [],
    )
    return {
      ...options,
      balancing: { ...balancing, potentials: { ...Object.fromEntries(known), ...balancing.potentials } },
    }
  }
  return options
}
