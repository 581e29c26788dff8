import { join } from 'node:path'
import type { TaskHistory } from '../ranking/history.ts'
import { openSnapshot, type Snapshot } from '../snapshot/read.ts'
import type { Project } from '../store/project.ts'
import { openPredictions, readTaskHistories, type Predictions } from '../training/runFiles.ts'
import type { PredictionFrame, PredictionRow } from './predictionValue.ts'

/** Name of a run's frozen training set within its folder. */
export const frozenFolder = 'frozen'

export interface LabelPrediction {
  readonly row: PredictionRow
  /** Index of the person in the snapshot. */
  readonly person: number
  readonly frame: Omit<PredictionFrame, 'imageWidth' | 'imageHeight'>
}

/** What a finished run predicted for the labels that it was trained on. */
export class RunPredictions {
  readonly snapshot: Snapshot
  readonly #runFolder: string
  readonly #tasks = new Map<string, { rows: Predictions; index: ReadonlyMap<number, number>; people: Int32Array }>()
  readonly histories: readonly TaskHistory[]

  constructor(runFolder: string) {
    this.#runFolder = runFolder
    this.histories = readTaskHistories(runFolder)
    this.snapshot = openSnapshot(join(runFolder, frozenFolder))
  }

  /** undefined: the run did not train on the label. @throws MendError `predictions-missing` */
  ofLabel(task: string, label: number): LabelPrediction | undefined {
    const opened = this.#open(task)
    const row = opened?.index.get(label)
    if (opened === undefined || row === undefined) return undefined
    const person = opened.people[row]
    const { height, width } = this.snapshot.manifest
    const affine = this.snapshot.affine.subarray(person * 6, person * 6 + 6)
    return { row: opened.rows.row(row), person, frame: { affine, cropWidth: width, cropHeight: height } }
  }

  close(): void {
    this.snapshot.close()
    for (const { rows } of this.#tasks.values()) rows.close()
    this.#tasks.clear()
  }

  #open(task: string): { rows: Predictions; index: ReadonlyMap<number, number>; people: Int32Array } | undefined {
    const known = this.#tasks.get(task)
    if (known !== undefined) return known
    const history = this.histories.find((candidate) => candidate.task === task)
    if (history === undefined) return undefined
    const index = new Map(Array.from(history.labels, (label, row) => [label, row]))
    const opened = { rows: openPredictions(this.#runFolder, task), index, people: history.people }
    this.#tasks.set(task, opened)
    return opened
  }
}

export function openRunPredictions(project: Project, run: number): RunPredictions {
  return new RunPredictions(project.runFolder(run))
}
