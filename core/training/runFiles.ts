import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { TaskKind } from '../dataset/task.ts'
import { MendError } from '../dataset/mendError.ts'
import type { EpochRecord, TaskHistory } from '../ranking/history.ts'
import { readSafetensors, writeSafetensors } from './checkpoints/safetensors.ts'
import type { StoredArray } from './checkpoints/safetensors.ts'

/**
 * What a run leaves in its folder besides checkpoints:
 * - `records/labels.safetensors`, `records/epoch-0001.safetensors` …: what training saw of every label, by epoch;
 * - `predictions/0.bin`, `0.json` …: one file a task, a row for every label in the order of its history.
 */

/** The labels of one task that a run trains on. */
export interface RecordedTask {
  readonly name: string
  readonly kind: TaskKind
  readonly components: readonly string[]
  readonly labels: Float64Array
  readonly people: Int32Array
}

const fields = [
  'loss',
  's',
  'margin',
  'lowMargin',
  'softmin',
  'swapLoss',
  'componentLoss',
  'componentS',
  'componentSurprise',
] as const satisfies readonly (keyof EpochRecord)[]

/** The arrays of one epoch under construction; NaN until something was seen. */
export type EpochArrays = Record<(typeof fields)[number], Float32Array>

export function emptyEpoch(labels: number, components: number): EpochArrays {
  const make = (length: number): Float32Array => new Float32Array(length).fill(NaN)
  return {
    loss: make(labels),
    s: make(labels),
    margin: make(labels),
    lowMargin: make(labels),
    softmin: make(labels),
    swapLoss: make(labels),
    componentLoss: make(labels * components),
    componentS: make(labels * components),
    componentSurprise: make(labels * components),
  }
}

/** Names an epoch's arrays as tensors, to be kept in a file. */
export function epochTensors(tasks: readonly EpochArrays[]): Map<string, StoredArray> {
  return new Map(tasks.flatMap((arrays, index) => fields.map((field) => [`${index}/${field}`, arrays[field]] as const)))
}

/** Fills the arrays of an epoch from tensors written by `epochTensors`. */
export function loadEpochTensors(tensors: ReadonlyMap<string, StoredArray>, tasks: readonly EpochArrays[]): void {
  tasks.forEach((arrays, index) => {
    for (const field of fields) arrays[field].set(expectFloats(tensors, `${index}/${field}`, arrays[field].length))
  })
}

export function writeRecordedTasks(runFolder: string, tasks: readonly RecordedTask[]): void {
  mkdirSync(join(runFolder, 'records'), { recursive: true })
  const description = tasks.map(({ name, kind, components }) => ({ name, kind, components }))
  writeSafetensors(join(runFolder, 'records', 'labels.safetensors'), {
    metadata: { tasks: JSON.stringify(description) },
    tensors: new Map<string, StoredArray>(
      tasks.flatMap((task, index) => [
        [`${index}/labels`, task.labels] as const,
        [`${index}/people`, task.people] as const,
      ]),
    ),
  })
}

export function writeEpoch(runFolder: string, epoch: number, tasks: readonly EpochArrays[]): void {
  writeSafetensors(epochFile(runFolder, epoch), { metadata: { epoch: String(epoch) }, tensors: epochTensors(tasks) })
}

/** Everything that a run recorded, up to its last finished epoch. */
export function readTaskHistories(runFolder: string): TaskHistory[] {
  const stored = readSafetensors(join(runFolder, 'records', 'labels.safetensors'))
  const tasks = JSON.parse(stored.metadata['tasks'] ?? '[]') as { name: string; kind: TaskKind; components: string[] }[]
  const epochs = readdirSync(join(runFolder, 'records'))
    .map((name) => /^epoch-(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
  const records: EpochRecord[][] = tasks.map(() => [])
  const labels = tasks.map((_, index) => stored.tensors.get(`${index}/labels`) as Float64Array)
  for (const epoch of epochs) {
    const { tensors } = readSafetensors(epochFile(runFolder, epoch))
    tasks.forEach((task, index) => {
      const arrays = emptyEpoch(labels[index].length, task.components.length)
      for (const field of fields) {
        // Runs of versions before 0.2 did not record it: it stays "does not apply".
        if (field === 'componentSurprise' && !tensors.has(`${index}/${field}`)) continue
        arrays[field] = expectFloats(tensors, `${index}/${field}`, arrays[field].length)
      }
      records[index].push({ epoch, ...arrays })
    })
  }
  return tasks.map((task, index) => ({
    task: task.name,
    kind: task.kind,
    components: task.components,
    labels: labels[index],
    people: stored.tensors.get(`${index}/people`) as Int32Array,
    epochs: records[index],
  }))
}

/** Predictions of one task, row i for label i of its history. Close it after use. */
export interface Predictions {
  readonly rows: number
  row(index: number): Float32Array | Uint8Array
  close(): void
}

interface PredictionHeader {
  readonly task: string
  readonly rows: number
  readonly rowLength: number
  readonly type: 'f32' | 'u8'
}

/** Appends rows of predictions to a file that appears under its name only when complete. */
export function createPredictionWriter(
  runFolder: string,
  index: number,
  task: string,
): {
  append(rows: Float32Array | Uint8Array): void
  finish(rows: number): void
} {
  const folder = join(runFolder, 'predictions')
  mkdirSync(folder, { recursive: true })
  const partial = join(folder, `${index}.bin.partial`)
  writeFileSync(partial, '')
  let [elements, type]: [number, PredictionHeader['type']] = [0, 'f32']
  return {
    append(rows) {
      type = rows instanceof Float32Array ? 'f32' : 'u8'
      elements += rows.length
      writeFileSync(partial, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), { flag: 'a' })
    },
    finish(rows) {
      const header: PredictionHeader = { task, rows, rowLength: rows === 0 ? 0 : elements / rows, type }
      renameSync(partial, join(folder, `${index}.bin`))
      writeFileSync(join(folder, `${index}.json`), JSON.stringify(header))
    },
  }
}

/** @throws MendError `predictions-missing` when the run has not ended or does not know the task. */
export function openPredictions(runFolder: string, task: string): Predictions {
  const folder = join(runFolder, 'predictions')
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  for (const name of names) {
    const header = JSON.parse(readFileSync(join(folder, name), 'utf8')) as PredictionHeader
    if (header.task === task) return openRows(join(folder, name.replace(/json$/, 'bin')), header)
  }
  throw new MendError(
    'predictions-missing',
    `the run has no predictions of ${task}`,
    'let the run finish, or resume it',
  )
}

function openRows(file: string, header: PredictionHeader): Predictions {
  const descriptor = openSync(file, 'r')
  const bytes = header.rowLength * (header.type === 'f32' ? 4 : 1)
  return {
    rows: header.rows,
    row(index) {
      if (!(index >= 0 && index < header.rows)) throw new RangeError(`row ${index} of ${header.rows}`)
      const buffer = new Uint8Array(bytes)
      if (readSync(descriptor, buffer, 0, bytes, index * bytes) !== bytes) {
        throw new MendError(
          'predictions-corrupt',
          `${file} ends before row ${index}`,
          'resume the run to write it again',
        )
      }
      return header.type === 'f32' ? new Float32Array(buffer.buffer) : buffer
    },
    close: () => closeSync(descriptor),
  }
}

function epochFile(runFolder: string, epoch: number): string {
  return join(runFolder, 'records', `epoch-${String(epoch).padStart(4, '0')}.safetensors`)
}

function expectFloats(tensors: ReadonlyMap<string, StoredArray>, name: string, length: number): Float32Array {
  const array = tensors.get(name)
  if (array instanceof Float32Array && array.length === length) return array
  throw new MendError(
    'records-corrupt',
    `the records lack ${name} with ${length} values`,
    'resume the run to write them again',
  )
}
