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

/**
 * The learning rate that identities are learnt at. 257 synthetic people of four pictures, `tiny`, 30 – 40 epochs: with it 46% of others
 * were found at rank 1, with three times as much 11%.
 */
export const identityLearningRate = 1e-3

/** Whether the run would learn identities faster than they can be learnt. */
export function tooFastForIdentities(options: TrainingOptions, choices: TrainingChoices | null): boolean {
  const learnt = options.tasks ?? usualTasks(choices)
  const identities = (choices?.tasks ?? []).some(({ name, kind }) => kind === 'identity' && learnt.includes(name))
  return identities && options.learningRate > 2 * identityLearningRate
}
