import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import { declareNetwork, outputStride } from '../model/network.ts'
import type { TaskSchemas } from '../model/network.ts'
import type { Snapshot } from '../snapshot/read.ts'
import type { Session } from '../tensor/program.ts'
import { readSafetensors } from './checkpoints/safetensors.ts'
import { createSession } from './chooseSession.ts'
import type { RunConfiguration } from './configuration.ts'
import { labelledPeople } from './labelledPeople.ts'
import { mapGeometry } from './losses/mapSampling.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import { BatchPipeline } from './pipeline/batchPipeline.ts'
import { predictedBatches } from './predictedBatches.ts'
import { predictionProgram } from './step.ts'
import { TaskLearner } from './taskLearner.ts'

/** The configuration that a run's folder holds, its batch found. @throws MendError `run-not-trained` */
export function readConfiguration(runFolder: string): RunConfiguration {
  const file = join(runFolder, 'configuration.json')
  const trained = existsSync(file) && existsSync(checkpointFile(runFolder))
  if (trained) return JSON.parse(readFileSync(file, 'utf8')) as RunConfiguration
  throw new MendError('run-not-trained', `the run in ${runFolder} has no checkpoint`, 'train it first, or resume it')
}

/**
 * A run's network as its last checkpoint left it, to predict people whom it never saw. The engine must be tfjs's backend already:
 * see chooseEngine. Predictions of a batch: see `decodePredictions`; they come from the same program over the same pipeline as
 * those of training.
 */
export class TrainedNetwork {
  readonly learners: readonly TaskLearner[]
  readonly #configuration: RunConfiguration
  readonly #geometry: MapGeometry
  readonly #session: Session

  /** @param trainingSet the run's own frozen set: what its targets were standardised by, and whom it knows. */
  constructor(runFolder: string, trainingSet: Snapshot, configuration: RunConfiguration) {
    const { height, width, batch, tasks } = configuration
    this.#configuration = configuration
    this.#geometry = mapGeometry(height, width, outputStride)
    const training = labelledPeople(trainingSet, 'train', tasks)
    this.learners = tasks.map(
      (_, index) => new TaskLearner(trainingSet, configuration, index, this.#geometry, training),
    )
    const schemas: TaskSchemas = Object.fromEntries(this.learners.map(({ name, schema }) => [name, schema]))
    const { weights } = declareNetwork(configuration, schemas, configuration, configuration.seed)
    const program = predictionProgram({ model: configuration, tasks: schemas, batch, height, width })
    this.#session = createSession(weights, [program]).session
    this.#session.writeState(checkpointWeights(runFolder, trainingSet.manifest.id))
  }

  /**
   * Predicts everybody of a set, a batch at a time; `use` gets the people (their places in the set) and a task's rows for each task
   * in the order of `learners`. The next batch is read while one is computed.
   */
  async predict(
    set: Snapshot,
    use: (people: Int32Array, rows: readonly (Float32Array | Uint8Array)[]) => Promise<void> | void,
  ): Promise<void> {
    const { batch, seed } = this.#configuration
    const plan = { snapshotFolder: set.folder, batch, geometry: this.#geometry, seed, augment: null, tasks: [] }
    const everybody = Int32Array.from({ length: set.people }, (_, person) => person)
    const pipeline = new BatchPipeline(plan)
    try {
      const { learners } = this
      const predictor = { session: this.#session, pipeline, learners, geometry: this.#geometry, batch }
      for (const { people, rows } of predictedBatches(predictor, everybody)) await use(people, rows)
    } finally {
      pipeline.close()
    }
  }

  dispose(): void {
    this.#session.dispose()
  }
}

function checkpointFile(runFolder: string): string {
  return join(runFolder, 'checkpoint', 'state.safetensors')
}

/** Weights and slots. @throws MendError `checkpoint-mismatch`, `checkpoint-corrupt` */
function checkpointWeights(runFolder: string, snapshot: string): Map<string, Float32Array> {
  const { metadata, tensors } = readSafetensors(checkpointFile(runFolder))
  if (metadata['snapshot'] !== snapshot) {
    throw new MendError('checkpoint-mismatch', 'the checkpoint belongs to another snapshot', 'train a new run')
  }
  const prefix = 'weights/'
  return new Map(
    [...tensors].flatMap(([name, values]) =>
      name.startsWith(prefix) && values instanceof Float32Array ? [[name.slice(prefix.length), values]] : [],
    ),
  )
}
