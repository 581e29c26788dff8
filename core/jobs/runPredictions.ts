import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskSchema } from '../dataset/task.ts'
import type { TaskHistory } from '../ranking/history.ts'
import { openSnapshot, type Snapshot } from '../snapshot/read.ts'
import type { Project } from '../store/project.ts'
import { openPredictions, readTaskHistories, type Predictions } from '../training/runFiles.ts'
import type { PredictionFrame, PredictionRow } from './predictionValue.ts'
import { RunRecords } from './runRecords.ts'

/** Name of a run's frozen training set within its folder. */
export const frozenFolder = 'frozen'

export interface LabelPrediction {
  /** In the components of `schema`. */
  readonly row: PredictionRow
  /** The task as it was when the run began. */
  readonly schema: TaskSchema
  /** Index of the person in the snapshot. */
  readonly person: number
  readonly frame: Omit<PredictionFrame, 'imageWidth' | 'imageHeight'>
}

/** What a finished run recorded and predicted of the labels that it was trained on. */
export class RunPredictions {
  readonly snapshot: Snapshot
  readonly records: RunRecords
  readonly #runFolder: string
  readonly #tasks = new Map<string, Predictions>()
  #histories: readonly TaskHistory[] | null = null

  /** @throws MendError `records-missing`, `records-corrupt`, `snapshot-corrupt` */
  constructor(runFolder: string) {
    this.#runFolder = runFolder
    this.records = new RunRecords(runFolder)
    try {
      this.snapshot = openSnapshot(join(runFolder, frozenFolder))
    } catch (error) {
      this.records.close()
      throw error
    }
  }

  /** All records at once, read when first asked for: as large as the run. */
  get histories(): readonly TaskHistory[] {
    return (this.#histories ??= readTaskHistories(this.#runFolder))
  }

  /** undefined: the run did not train on the label. @throws MendError `predictions-missing` */
  ofLabel(task: string, label: number): LabelPrediction | undefined {
    const row = this.records.rowOf(task, label)
    const person = row === undefined ? undefined : this.records.personOf(task, row)
    if (row === undefined || person === undefined) return undefined
    const { height, width, tasks } = this.snapshot.manifest
    const schema = tasks.find(({ name }) => name === task)?.schema
    if (schema === undefined) return undefined
    const affine = this.snapshot.affine.subarray(person * 6, person * 6 + 6)
    const frame = { affine, cropWidth: width, cropHeight: height }
    return { row: this.#open(task).row(row), schema, person, frame }
  }

  close(): void {
    this.snapshot.close()
    this.records.close()
    for (const rows of this.#tasks.values()) rows.close()
    this.#tasks.clear()
  }

  #open(task: string): Predictions {
    const known = this.#tasks.get(task)
    if (known !== undefined) return known
    const opened = openPredictions(this.#runFolder, task)
    this.#tasks.set(task, opened)
    return opened
  }
}

export function openRunPredictions(project: Project, run: number): RunPredictions {
  return new RunPredictions(project.runFolder(run))
}

interface Kept {
  readonly opened: RunPredictions
  /** When the run's files were last written: a run that went on is opened anew. */
  readonly written: number
  timer: NodeJS.Timeout
}

const kept = new Map<string, Kept>()
/** A reviewer looks at one suspect a second or so; a run that nobody looked at for this long is closed. */
const keptForMs = 30_000

function writtenAt(folder: string): number {
  return Math.max(
    ...['records', 'predictions'].map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  )
}

function closeAfterAWhile(folder: string): NodeJS.Timeout {
  return setTimeout(() => closeKept(folder), keptForMs).unref()
}

function closeKept(folder: string): void {
  const known = kept.get(folder)
  if (known === undefined) return
  clearTimeout(known.timer)
  kept.delete(folder)
  known.opened.close()
}

/**
 * A run's records and predictions, kept open between calls: opening reads the labels' ids, which for a large run takes
 * longer than a suspect may. Do not close what is returned.
 * @throws MendError `records-missing`, `records-corrupt`, `snapshot-corrupt`
 */
export function keptRunPredictions(project: Project, run: number): RunPredictions {
  const folder = project.runFolder(run)
  const written = writtenAt(folder)
  const known = kept.get(folder)
  if (known !== undefined && known.written === written) {
    clearTimeout(known.timer)
    known.timer = closeAfterAWhile(folder)
    return known.opened
  }
  closeKept(folder)
  const opened = openRunPredictions(project, run)
  kept.set(folder, { opened, written, timer: closeAfterAWhile(folder) })
  return opened
}
