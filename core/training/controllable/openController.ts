import type { TaskSchemas } from '../../model/network.ts'
import { hypernetworkOf } from '../../model/tree/hypernetworks.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import type { RunConfiguration } from '../configuration.ts'
import { learntSchema } from '../learntSchema.ts'
import { readConfiguration } from '../trainedConfiguration.ts'
import { checkpointWeights } from '../trainedNetwork.ts'
import { controllerOf } from './controller.ts'
import type { Controller } from './controller.ts'

/**
 * The controller of a trained run, by what lies in its folder.
 * @param trainingSet the run's own frozen set
 * @throws MendError `run-not-trained`; Error where its network has no choice
 */
export function openController(
  runFolder: string,
  trainingSet: Snapshot,
): { configuration: RunConfiguration; controller: Controller } {
  const configuration = readConfiguration(runFolder)
  const schemas: TaskSchemas = Object.fromEntries(
    configuration.tasks.map((task) => [task, learntSchema(trainingSet, task)]),
  )
  const controller = controllerOf(configuration, schemas, () =>
    checkpointWeights(runFolder, trainingSet.manifest.id, (name) => hypernetworkOf(name) === 'edges'),
  )
  if (controller === null) throw new Error(`${configuration.model} has no choice`)
  return { configuration, controller }
}
