import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import { countedEpochs } from '../ranking/summary.ts'
import { readSafetensors } from '../training/checkpoints/safetensors.ts'
import { PositionedTensors } from './positionedTensors.ts'

const description = z.array(z.object({ name: z.string(), components: z.array(z.string()) }))

interface RecordedTask {
  readonly name: string
  readonly index: number
  readonly components: readonly string[]
  /** Label → row of the records and of the predictions. */
  readonly rows: ReadonlyMap<number, number>
  /** [labels] index of the person in the snapshot. */
  readonly people: Int32Array
}

interface RecordedEpoch {
  readonly epoch: number
  readonly file: PositionedTensors
}

export interface LabelCourse {
  readonly epochs: readonly number[]
  /** s = log σ² and loss after each epoch; NaN where the label was not seen. */
  readonly s: readonly number[]
  readonly loss: readonly number[]
}

export interface ComponentRecord {
  /** Mean loss over the counted epochs; NaN: not part of the label. */
  readonly meanLoss: number
  /** Parameter of the last epoch in which it was seen; NaN: none. */
  readonly s: number
}

/** What a run recorded of single labels, read by position: some 80 small reads a label over 20 epochs. */
export class RunRecords {
  readonly #tasks: ReadonlyMap<string, RecordedTask>
  readonly #epochs: readonly RecordedEpoch[]

  /** @throws MendError `records-missing`, `records-corrupt` */
  constructor(runFolder: string) {
    const folder = join(runFolder, 'records')
    const labelFile = join(folder, 'labels.safetensors')
    if (!existsSync(labelFile)) {
      throw new MendError('records-missing', `${folder} has no records`, 'resume the run, or train again')
    }
    const stored = readSafetensors(labelFile)
    const tasks = description.parse(JSON.parse(stored.metadata['tasks'] ?? '[]'))
    this.#tasks = new Map(
      tasks.map((task, index) => {
        const labels = stored.tensors.get(`${index}/labels`)
        const people = stored.tensors.get(`${index}/people`)
        if (!(labels instanceof Float64Array && people instanceof Int32Array)) {
          throw new MendError('records-corrupt', `${labelFile} lacks the labels of ${task.name}`, 'resume the run')
        }
        const rows = new Map<number, number>()
        labels.forEach((label, row) => rows.set(label, row))
        return [task.name, { ...task, index, rows, people }]
      }),
    )
    const numbers = readdirSync(folder)
      .map((name) => /^epoch-(\d+)\.safetensors$/.exec(name))
      .filter((match) => match !== null)
      .map(([name, number]) => ({ epoch: Number(number), name }))
      .sort((a, b) => a.epoch - b.epoch)
    const opened: RecordedEpoch[] = []
    try {
      for (const { epoch, name } of numbers) opened.push({ epoch, file: new PositionedTensors(join(folder, name)) })
    } catch (error) {
      for (const { file } of opened) file.close()
      throw error
    }
    this.#epochs = opened
  }

  /** Row of a label in the task's records and predictions; undefined: the run did not train on it. */
  rowOf(task: string, label: number): number | undefined {
    return this.#tasks.get(task)?.rows.get(label)
  }

  /** Index in the snapshot of the person that a row's label is of. */
  personOf(task: string, row: number): number | undefined {
    return this.#tasks.get(task)?.people[row]
  }

  courseOf(task: string, row: number): LabelCourse {
    const index = this.#tasks.get(task)?.index ?? -1
    const column = (field: string): number[] =>
      this.#epochs.map(({ file }) => file.floats(`${index}/${field}`, row, 1)[0])
    return { epochs: this.#epochs.map(({ epoch }) => epoch), s: column('s'), loss: column('loss') }
  }

  /** The label's components in the order of the task. */
  componentsOf(task: string, row: number, warmupEpochs: number): ComponentRecord[] {
    const recorded = this.#tasks.get(task)
    if (recorded === undefined) return []
    const width = recorded.components.length
    const read = (epochs: readonly RecordedEpoch[], field: string): Float32Array[] =>
      epochs.map(({ file }) => file.floats(`${recorded.index}/${field}`, row * width, width))
    const losses = read(countedEpochs(this.#epochs, warmupEpochs), 'componentLoss')
    const parameters = read(this.#epochs, 'componentS')
    return recorded.components.map((_, c) => {
      const seen = losses.map((loss) => loss[c]).filter((loss) => loss === loss)
      const sum = seen.reduce((total, loss) => total + loss, 0)
      return {
        meanLoss: seen.length === 0 ? NaN : sum / seen.length,
        s: parameters.findLast((one) => one[c] === one[c])?.[c] ?? NaN,
      }
    })
  }

  close(): void {
    for (const { file } of this.#epochs) file.close()
  }
}
