import { embeddingLength } from '../dataset/embedding.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { addEmbeddings } from './embeddings.ts'
import { createTaskMetric } from './metrics/metric.ts'
import type { PredictedBatch } from './predictedBatches.ts'
import { createPredictionWriter } from './runFiles.ts'
import type { TaskLearner } from './taskLearner.ts'

/** Task → name of a figure → the figure. */
export type Metrics = Record<string, Record<string, number>>

/** Metrics of every task over the people of the batches who have its label. */
export function measurePredictions(
  snapshot: Snapshot,
  learners: readonly TaskLearner[],
  batches: Iterable<PredictedBatch>,
): Metrics {
  const metrics = learners.map((learner) => createTaskMetric(learner.schema))
  const presence = learners.map((learner) => snapshot.presence(learner.name))
  for (const { people, rows } of batches) {
    learners.forEach((learner, index) => {
      const width = rows[index].length / people.length
      const layout = snapshot.layout(learner.name)
      people.forEach((person, b) => {
        if (!presence[index][person]) return
        const given = layout.allocate(layout.length)
        snapshot.readRows(learner.name, [person], given)
        const predicted = rows[index].slice(b * width, (b + 1) * width)
        // The row types of a task's snapshot rows and predictions follow from its kind.
        ;(metrics[index].metric as { add(batch: { given: unknown; predicted: unknown }): void }).add({
          given,
          predicted,
        })
      })
    })
  }
  return Object.fromEntries(learners.map((learner, index) => [learner.name, metrics[index].metric.result()]))
}

/**
 * Writes what the network says of every label that it was trained on into the run's folder.
 * @param batches of the training people, ascending.
 */
export function keepPredictions(
  runFolder: string,
  snapshot: Snapshot,
  learners: readonly TaskLearner[],
  batches: Iterable<PredictedBatch>,
): void {
  const writers = learners.map((learner) => createPredictionWriter(runFolder, learner.index, learner.name))
  const presence = learners.map((learner) => snapshot.presence(learner.name))
  for (const { people, rows } of batches) {
    rows.forEach((values, index) => {
      const width = values.length / people.length
      people.forEach((person, b) => {
        if (presence[index][person]) writers[index].append(values.subarray(b * width, (b + 1) * width))
      })
    })
  }
  writers.forEach((writer, index) => writer.finish(learners[index].recorded.labels.length))
}

/**
 * Keeps everybody's embeddings of some tasks, so that people can be compared, whatever their split.
 * @param batches of everybody of the snapshot, ascending.
 */
export function keepEmbeddings(
  runFolder: string,
  snapshot: Snapshot,
  compared: readonly TaskLearner[],
  batches: Iterable<PredictedBatch>,
): void {
  const kept = compared.map(() => new Float32Array(snapshot.people * embeddingLength))
  for (const { people, rows } of batches) {
    compared.forEach(({ index }, at) => kept[at].set(rows[index], people[0] * embeddingLength))
  }
  compared.forEach(({ name }, at) => {
    const row = (person: number): Float32Array =>
      kept[at].subarray(person * embeddingLength, (person + 1) * embeddingLength)
    addEmbeddings(runFolder, name, snapshot.persons, row)
  })
}
