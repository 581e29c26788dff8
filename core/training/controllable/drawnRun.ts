import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { declareNetwork } from '../../model/network.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { WeightSpecification } from '../../tensor/program.ts'
import { writeSafetensors } from '../checkpoints/safetensors.ts'
import { defaultConfiguration } from '../configuration.ts'
import type { RunConfiguration } from '../configuration.ts'
import { learntSchema } from '../learntSchema.ts'
import { writeSquareSnapshot } from '../smallSnapshot.ts'
import { checkpointFile } from '../trainedConfiguration.ts'

/**
 * The folder of a run on pictures of squares that was never trained: its checkpoint holds the weights that training begins with.
 * @param valuesOf others in their place
 */
export async function writeDrawnRun(
  folder: string,
  changes: Pick<RunConfiguration, 'model' | 'tasks'> & Partial<RunConfiguration>,
  valuesOf: (weight: WeightSpecification) => Float32Array = ({ initial }) => initial,
): Promise<{ configuration: RunConfiguration; trainingSet: string }> {
  const trainingSet = join(folder, 'frozen')
  mkdirSync(dirname(checkpointFile(folder)), { recursive: true })
  await writeSquareSnapshot(trainingSet, 20)
  const configuration: RunConfiguration = { ...defaultConfiguration, height: 32, width: 32, batch: 4, ...changes }
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration))
  const snapshot = openSnapshot(trainingSet)
  const schemas = Object.fromEntries(configuration.tasks.map((task) => [task, learntSchema(snapshot, task)]))
  snapshot.close()
  const { weights } = declareNetwork(configuration, schemas, configuration, configuration.seed)
  writeSafetensors(checkpointFile(folder), {
    metadata: { snapshot: snapshot.manifest.id },
    tensors: new Map(weights.map((weight) => [`weights/${weight.name}`, valuesOf(weight)])),
  })
  return { configuration, trainingSet }
}
