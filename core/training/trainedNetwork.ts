import { MendError } from '../dataset/mendError.ts'
import { cutWeights } from '../model/cutWeights.ts'
import { declareNetwork, outputStride } from '../model/network.ts'
import type { TaskSchemas } from '../model/network.ts'
import type { Snapshot } from '../snapshot/read.ts'
import type { Program, WeightSpecification } from '../tensor/program.ts'
import { readSafetensors } from './checkpoints/safetensors.ts'
import type { RunConfiguration } from './configuration.ts'
import { controllerOf } from './controllable/controller.ts'
import type { Choice, Controller } from './controllable/controller.ts'
import { chosenNetwork } from './controllable/preferences.ts'
import type { NetworkWish } from './controllable/preferences.ts'
import { labelledPeople } from './labelledPeople.ts'
import { mapGeometry } from './losses/mapSampling.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import { outputMeaning } from './modelExport/outputMeaning.ts'
import type { OutputMeaning } from './modelExport/outputMeaning.ts'
import { BatchPipeline } from './pipeline/batchPipeline.ts'
import { predictedBatches } from './predictedBatches.ts'
import type { BatchRunner, PredictedBatch } from './predictedBatches.ts'
import { measurePredictions } from './predictionResults.ts'
import type { Metrics } from './predictionResults.ts'
import { PredictionSession } from './predictionSession.ts'
import { predictionProgram } from './step.ts'
import { TaskLearner } from './taskLearner.ts'
import { checkpointFile } from './trainedConfiguration.ts'

/** See PredictionSession: what a program costs to prepare, in batches. */
const unpreparedBatches = 20
/** Batches whose time is taken: at least these, and more until so many milliseconds have passed. */
const timedBatches = 6
const timedFor = 300

interface PredictOptions {
  /** Of a controllable network; missing: all of it. */
  readonly choice?: Choice
  /** Places in the set; missing: everybody. */
  readonly people?: Int32Array
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
  readonly #tasks: TaskSchemas
  /** All of them, of all widths. */
  readonly weights: readonly WeightSpecification[]
  readonly #values: ReadonlyMap<string, Float32Array>
  readonly #session: PredictionSession
  /** Null where the network has no choice. */
  readonly controller: Controller | null
  /** What is computed where nothing is chosen: of a tree the one for even preferences; undefined: all that there is. */
  readonly #usual: Choice | undefined

  /** @param trainingSet the run's own frozen set: what its targets were standardised by, and whom it knows. */
  constructor(runFolder: string, trainingSet: Snapshot, configuration: RunConfiguration) {
    const { height, width, tasks } = configuration
    this.#configuration = configuration
    this.#geometry = mapGeometry(height, width, outputStride)
    const training = labelledPeople(trainingSet, 'train', tasks)
    this.learners = tasks.map(
      (_, index) => new TaskLearner(trainingSet, configuration, index, this.#geometry, training),
    )
    this.#tasks = Object.fromEntries(this.learners.map(({ name, schema }) => [name, schema]))
    const { weights } = declareNetwork(configuration, this.#tasks, configuration, configuration.seed)
    this.weights = weights
    // The optimizer's slots, twice as much again, are left where they are.
    const names = new Set(weights.map(({ name }) => name))
    this.#values = checkpointWeights(runFolder, trainingSet.manifest.id, (name) => names.has(name))
    this.#session = new PredictionSession(weights, this.#values)
    this.controller = controllerOf(configuration, this.#tasks, () => this.#values)
    this.#usual = this.#usualChoice()
  }

  /**
   * Predicts people of a set, a batch at a time; `use` gets the people (their places in the set) and a task's rows for each task in
   * the order of `learners`. The next batch is read while one is computed.
   */
  async predict(
    set: Snapshot,
    use: (people: Int32Array, rows: readonly (Float32Array | Uint8Array)[]) => Promise<void> | void,
    { choice: given, people }: PredictOptions = {},
  ): Promise<void> {
    const choice = given ?? this.#usual
    const chosen = people ?? Int32Array.from({ length: set.people }, (_, person) => person)
    // Of a network with a choice, few batches are done before its program would be prepared.
    const prepared = given === undefined || chosen.length > unpreparedBatches * this.#configuration.batch
    const pipeline = this.#pipeline(set)
    try {
      const batches = this.#predicted(pipeline, chosen, this.#runner(choice, prepared))
      for (const { people: part, rows } of batches) await use(part, rows)
    } finally {
      pipeline.close()
    }
  }

  /**
   * Raw outputs of a batch of images with a configuration that may never have been computed: at once, kernel by kernel.
   * @param images [batch,H,W,3], 0 … 255, of the run's batch
   */
  predictImages(images: Float32Array, choice: Choice): Readonly<Record<string, Float32Array | Int32Array>> {
    return this.#runner(choice, false)(images)
  }

  /**
   * What a configuration is worth and costs: metrics of every task over people of the run's own set, and milliseconds an image, of the
   * fastest batch of the prepared program: configurations are measured minutes apart, and other work only ever adds time.
   */
  measure(set: Snapshot, people: Int32Array, choice: Choice): { metrics: Metrics; milliseconds: number } {
    // Each configuration is measured once and not needed again.
    this.#session.release()
    const run = this.#runner(choice, true)
    const { batch, height, width } = this.#configuration
    // Of a blank batch: few people make too few batches to go by, and what is in a picture costs nothing.
    const blank = new Float32Array(batch * height * width * 3)
    run(blank)
    const times: number[] = []
    for (let sum = 0; times.length < timedBatches || sum < timedFor; sum += times[times.length - 1]) {
      const started = performance.now()
      run(blank)
      times.push(performance.now() - started)
    }
    const pipeline = this.#pipeline(set)
    try {
      const metrics = measurePredictions(set, this.learners, this.#predicted(pipeline, people, run))
      return { metrics, milliseconds: Math.min(...times) / batch }
    } finally {
      pipeline.close()
    }
  }

  #pipeline(set: Snapshot): BatchPipeline {
    const { batch, seed } = this.#configuration
    const geometry = this.#geometry
    return new BatchPipeline({ snapshotFolder: set.folder, batch, geometry, seed, augment: null, tasks: [] })
  }

  #predicted(pipeline: BatchPipeline, people: Int32Array, run: BatchRunner): Generator<PredictedBatch> {
    const { batch } = this.#configuration
    return predictedBatches({ run, pipeline, learners: this.learners, geometry: this.#geometry, batch }, people)
  }

  #runner(choice: Choice | undefined, prepared: boolean): BatchRunner {
    const program = this.#programOf(choice)
    return (images) => this.#session.run(program, { images, ...choice?.feeds }, prepared)
  }

  #programOf(choice: Choice | undefined): Program {
    const { batch, height, width } = this.#configuration
    const model = choice?.form ?? this.#configuration
    const name = choice === undefined ? 'predict' : `predict ${JSON.stringify(choice.form)}`
    return { ...predictionProgram({ model, tasks: this.#tasks, batch, height, width }), name }
  }

  #usualChoice(): Choice | undefined {
    if (this.controller?.kind !== 'tree') return undefined
    const even = Object.fromEntries(this.controller.tasks.map((task) => [task, 1]))
    return chosenNetwork(this.controller, even, Infinity)
  }

  /**
   * What is computed for a wish.
   * @throws MendError `budget-infeasible`, `preference-invalid`, `unknown-task`; Error where the network has no choice
   */
  choose({ preferences, budget }: NetworkWish): Choice {
    if (this.controller === null) throw new Error(`${this.#configuration.model} has no choice`)
    return chosenNetwork(this.controller, preferences, budget)
  }

  /** What a task's outputs mean: see `outputMeaning`. */
  meaningOf({ schema, scaleOfTarget }: TaskLearner): OutputMeaning {
    return outputMeaning(schema, this.#geometry, scaleOfTarget)
  }

  /** The program of a configuration, which is fed images alone, and the weights of a network that has nothing else. */
  cut(choice: Choice): { program: Program; weights: WeightSpecification[] } {
    const { batch, height, width, seed } = this.#configuration
    const declaration = declareNetwork(choice.form, this.#tasks, this.#configuration, seed)
    const values = new Map([...this.#values, ...(choice.adapt?.(this.#values) ?? [])])
    const size = { batch, height, width }
    const program = predictionProgram({ model: choice.form, tasks: this.#tasks, ...size, adapted: true })
    return { program, weights: cutWeights(declaration, values) }
  }

  dispose(): void {
    this.#session.dispose()
  }
}

/** Weights and slots that are wanted, by name. @throws MendError `checkpoint-mismatch`, `checkpoint-corrupt` */
export function checkpointWeights(
  runFolder: string,
  snapshot: string,
  wanted: (name: string) => boolean,
): Map<string, Float32Array> {
  const prefix = 'weights/'
  const { metadata, tensors } = readSafetensors(
    checkpointFile(runFolder),
    (name) => name.startsWith(prefix) && wanted(name.slice(prefix.length)),
  )
  if (metadata['snapshot'] !== snapshot) {
    throw new MendError('checkpoint-mismatch', 'the checkpoint belongs to another snapshot', 'train a new run')
  }
  return new Map(
    [...tensors].flatMap(([name, values]) =>
      values instanceof Float32Array ? [[name.slice(prefix.length), values]] : [],
    ),
  )
}
