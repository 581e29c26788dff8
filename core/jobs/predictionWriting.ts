import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TaskSchema } from '../dataset/task.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { undoBulk } from '../store/bulkUndo.ts'
import { beginPrediction, endPrediction, writePredictions, type PredictedLabel } from '../store/predictedLabels.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import { openPredictions, type Predictions } from '../training/runFiles.ts'
import { alignedPrediction } from './alignedPrediction.ts'
import { JobCancelled, type JobContext } from './jobRunner.ts'
import type { PredictionFile } from './predictionFile.ts'
import { predictedLabel } from './predictedLabel.ts'

/** People whose labels are written in one transaction. */
const partSize = 100

/** A network's rows of a set of people, in a folder. */
export interface Prediction {
  readonly project: Project
  readonly run: number
  /** Tasks whose rows become labels, and those whose rows are embeddings. */
  readonly labelled: readonly Task[]
  readonly compared: readonly Task[]
  /** Schemas that the run learnt, by task. */
  readonly schemas: ReadonlyMap<string, TaskSchema>
  readonly folder: string
}

/** Rows of each task for person i of the frozen people, as labels. */
class PredictedLabels {
  readonly #prediction: Prediction
  readonly #snapshot: Snapshot
  readonly #rows: ReadonlyMap<string, Predictions>

  constructor(prediction: Prediction, snapshot: Snapshot) {
    this.#prediction = prediction
    this.#snapshot = snapshot
    this.#rows = new Map(prediction.labelled.map(({ name }) => [name, openPredictions(prediction.folder, name)]))
  }

  /** Those of the tasks that the network has something to say of. */
  of(index: number): { task: Task; label: PredictedLabel }[] {
    const { project, labelled, schemas } = this.#prediction
    const person = this.#snapshot.persons[index]
    const found = project.people.get(person)
    const image = found && project.images.get(found.image)
    if (image === undefined) return []
    const { height, width } = this.#snapshot.manifest
    const affine = this.#snapshot.affine.subarray(index * 6, index * 6 + 6)
    const frame = { affine, cropWidth: width, cropHeight: height, imageWidth: image.width, imageHeight: image.height }
    return labelled.flatMap((task) => {
      const row = this.#rows.get(task.name)?.row(index)
      if (row === undefined) return []
      const aligned = alignedPrediction(row, schemas.get(task.name) ?? task.schema, task.schema)
      const value = predictedLabel(task.schema, aligned, frame)
      return value === null ? [] : [{ task, label: { person, task: task.id, value } }]
    })
  }

  close(): void {
    for (const rows of this.#rows.values()) rows.close()
  }
}

/** Labels of all, a part in a transaction; a cancel takes back what was written. */
export async function writeLabels(
  prediction: Prediction,
  snapshot: Snapshot,
  by: string,
  context: JobContext,
): Promise<{ labels: Record<string, number>; action: number | null }> {
  const { project, run, labelled } = prediction
  const whose = `of ${labelled.map(({ name }) => name).join(', ')} (run ${run})`
  const title = (count: number): string => `Predicted ${count} ${count === 1 ? 'label' : 'labels'} ${whose}`
  if (labelled.length === 0) return { labels: {}, action: null }
  const counts: Record<string, number> = Object.fromEntries(labelled.map(({ name }) => [name, 0]))
  const action = project.transaction(({ connection }) =>
    beginPrediction(connection, `Predicted labels ${whose}`, by, process.pid),
  )
  const rows = new PredictedLabels(prediction, snapshot)
  const total = (): number => Object.values(counts).reduce((sum, count) => sum + count, 0)
  try {
    for (let start = 0; start < snapshot.people; start += partSize) {
      await nextTurn()
      if (context.signal.aborted) throw new JobCancelled('the labels that were written are taken back')
      const end = Math.min(snapshot.people, start + partSize)
      const part = Array.from({ length: end - start }, (_, at) => rows.of(start + at)).flat()
      project.transaction((writer) => {
        const author = { by, why: `predicted by run ${run}` }
        const labels = part.map(({ label }) => label)
        writePredictions(writer, action, labels, author).forEach((written, at) => {
          if (written) counts[part[at].task.name] += 1
        })
      })
      context.progress({ stage: 'wrote labels of', done: end, total: snapshot.people, unit: 'people' })
    }
    return {
      labels: counts,
      action: project.transaction(({ connection }) => endPrediction(connection, action, title(total()))),
    }
  } catch (error) {
    project.transaction(({ connection }) => {
      if (endPrediction(connection, action, title(total())) !== null) undoBulk(connection, action, by)
    })
    throw error
  } finally {
    rows.close()
  }
}

/** Every row as a line; embeddings too. */
export async function writeFile(
  prediction: Prediction,
  snapshot: Snapshot,
  file: PredictionFile,
  context: JobContext,
): Promise<Record<string, number>> {
  const { project, run, labelled, compared, folder } = prediction
  const counts = Object.fromEntries([...labelled, ...compared].map(({ name }) => [name, 0]))
  const rows = new PredictedLabels(prediction, snapshot)
  const embeddings = compared.map(({ name }) => ({ name, rows: openPredictions(folder, name) }))
  try {
    for (let index = 0; index < snapshot.people; index++) {
      if (index % partSize === 0) {
        await nextTurn()
        if (context.signal.aborted) throw new JobCancelled('nothing was written')
        context.progress({ stage: 'wrote', done: index, total: snapshot.people, unit: 'people' })
      }
      const person = snapshot.persons[index]
      const image = project.people.get(person)?.image
      if (image === undefined) continue
      const head = { person, image, picture: project.images.get(image)?.file ?? '', run }
      for (const { task, label } of rows.of(index)) {
        file.label({ ...head, task: task.name }, label.value)
        counts[task.name] += 1
      }
      for (const { name, rows: vectors } of embeddings) {
        file.embedding({ ...head, task: name }, vectors.row(index))
        counts[name] += 1
      }
    }
    file.finish()
    return counts
  } finally {
    rows.close()
    for (const { rows: vectors } of embeddings) vectors.close()
  }
}
