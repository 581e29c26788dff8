import type { TrainingChoices } from '../../../core/api/runs.ts'
import type { TrainingOptions } from '../../../core/api/training.ts'
import { refuseBalancing, type BalancingRefusal } from '../../../core/training/balancingChoices.ts'

/** What is learnt when nothing is chosen (chosenTasks of core/jobs): identities only where asked for, or alone. */
export function usualTasks(choices: TrainingChoices | null): string[] {
  const possible = (choices?.tasks ?? []).filter(({ refusal }) => refusal === null)
  const others = possible.filter(({ kind }) => kind !== 'identity')
  return (others.length > 0 ? others : possible).map(({ name }) => name)
}

/**
 * Why the choices of weighting, aggregation and gradient method cannot be trained with; null where they can, or where nobody
 * knows yet what is learnt. What tasks reach alone is the project's to know: it refuses when the run starts.
 */
export function balancingRefusal(options: TrainingOptions, choices: TrainingChoices | null): BalancingRefusal | null {
  if (choices === null) return null
  const tasks = options.tasks ?? usualTasks(choices)
  const known = Object.fromEntries(tasks.map((task) => [task, 1]))
  const balancing = { ...options.balancing, potentials: { ...known, ...options.balancing.potentials } }
  return refuseBalancing({ ...options, balancing }, tasks)
}
