import { outputBias } from '../model/heads.ts'
import { declareNetwork } from '../model/network.ts'
import type { TaskSchemas } from '../model/network.ts'
import type { Program } from '../tensor/program.ts'
import type { RunConfiguration } from './configuration.ts'
import { loadBank } from './filterBank.ts'
import type { TaskLoss } from './losses/taskLoss.ts'
import { trainsEveryWidth } from './networkChoices.ts'
import { pairProgram, sandwiches } from './sandwich.ts'
import { predictionProgram, trainingProgram } from './step.ts'
import type { TaskLearner } from './taskLearner.ts'

/**
 * A run's network as it begins: outputs at the priors of the labels, a network of filter banks at its bank's weights.
 * @throws MendError `bank-mismatch`, `checkpoint-corrupt`
 */
export function initialNetwork(
  runFolder: string,
  configuration: RunConfiguration,
  tasks: TaskSchemas,
  learners: readonly TaskLearner[],
): ReturnType<typeof declareNetwork> {
  const declaration = declareNetwork(configuration, tasks, configuration, configuration.seed)
  for (const learner of learners) {
    const prior = learner.prior()
    const bias = declaration.weights.find(({ name }) => name === outputBias(learner.name, learner.schema))
    if (prior) bias?.initial.set(prior)
  }
  if (configuration.bank !== null) loadBank(runFolder, declaration.weights)
  return declaration
}

/** The programs of a run: of its steps, one a sandwich where every width is trained, and of its predictions. */
export function runPrograms(
  configuration: RunConfiguration,
  options: Parameters<typeof trainingProgram>[0],
  losses: readonly TaskLoss[],
): Program[] {
  const steps = trainsEveryWidth(configuration)
    ? sandwiches(configuration.tasks, configuration.seed).map((sandwich, pair) =>
        trainingProgram({ ...options, sandwich }, losses, pairProgram(pair)),
      )
    : [trainingProgram(options, losses)]
  return [...steps, predictionProgram({ ...options, anyTree: true })]
}
