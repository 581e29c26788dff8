import { decodePredictions } from './decodePrediction.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import type { BatchPipeline } from './pipeline/batchPipeline.ts'
import { taskKey } from './step.ts'
import type { TaskLearner } from './taskLearner.ts'

/** Outputs of a prediction program for a batch of images. */
export type BatchRunner = (images: Float32Array) => Readonly<Record<string, Float32Array | Int32Array>>

/** A network's program, and the pipeline that reads pictures for it. */
export interface Predictor {
  readonly run: BatchRunner
  readonly pipeline: BatchPipeline
  readonly learners: readonly TaskLearner[]
  readonly geometry: MapGeometry
  readonly batch: number
}

export interface PredictedBatch {
  /** Their places in the snapshot; at most a batch of them. */
  readonly people: Int32Array
  /** Rows of these people for each task in the order of the learners: see `decodePredictions`. */
  readonly rows: readonly (Float32Array | Uint8Array)[]
}

/**
 * Predicts people a batch at a time; the next batch is read while one is computed.
 * @param orderAfter called while the last batch is computed: may order what the pipeline is to have at hand afterwards.
 */
export function* predictedBatches(
  { run, pipeline, learners, geometry, batch }: Predictor,
  people: Int32Array,
  orderAfter: () => void = () => undefined,
): Generator<PredictedBatch> {
  if (people.length > 0) pipeline.order(people.subarray(0, batch), null)
  for (let start = 0; start < people.length; start += batch) {
    const part = people.subarray(start, start + batch)
    const next = people.subarray(start + batch, start + 2 * batch)
    if (next.length > 0) pipeline.order(next, null)
    else orderAfter()
    const outputs = run(pipeline.take().images)
    const rows = learners.map(({ schema, index, scaleOfTarget }) =>
      decodePredictions(schema, outputs[taskKey(index, 'prediction')], part.length, geometry, scaleOfTarget),
    )
    yield { people: part, rows }
  }
}
