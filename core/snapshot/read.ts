import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import { taskKinds, type TaskSchema } from '../dataset/task.ts'
import { bytesOf, rowLayout, type LabelRows, type RowLayout } from './layout.ts'
import type { SnapshotManifest, SnapshotTask } from './manifest.ts'

const count = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 40)
const side = z
  .number()
  .int()
  .positive()
  .max(2 ** 14)
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const isSchema = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && taskKinds.some((kind) => kind === value.kind)
const manifestShape: z.ZodType<SnapshotManifest> = z.object({
  version: z.literal(1),
  id: z.string(),
  height: side,
  width: side,
  people: count,
  shards: z.array(z.object({ file: fileName, first: count, count })),
  tasks: z.array(
    z.object({
      name: z.string(),
      schema: z.custom<TaskSchema>(isSchema),
      file: fileName,
      presenceFile: fileName,
      labelFile: fileName,
      labels: count,
      identities: z.array(z.string()).optional(),
    }),
  ),
  splitFile: fileName,
  personFile: fileName,
  affineFile: fileName,
  counts: z.object({ train: count, val: count, test: count }),
})

function corrupt(file: string, found: string, options?: ErrorOptions): MendError {
  return new MendError(
    'snapshot-corrupt',
    `${file}: ${found}`,
    'Delete the snapshot folder and freeze it again.',
    options,
  )
}

function readManifest(folder: string): SnapshotManifest {
  const file = path.join(folder, 'manifest.json')
  try {
    return manifestShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw corrupt(file, `not a snapshot's manifest: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** A file of `rows` rows of `rowBytes` bytes, read by position. */
class RowFile {
  readonly #file: string
  readonly #descriptor: number
  readonly #rowBytes: number
  readonly #rows: number

  constructor(file: string, rows: number, rowBytes: number) {
    this.#file = file
    this.#rows = rows
    this.#rowBytes = rowBytes
    this.#descriptor = openSync(file, 'r')
    const { size } = fstatSync(this.#descriptor)
    if (size !== rows * rowBytes) {
      closeSync(this.#descriptor)
      throw corrupt(file, `${size} bytes instead of ${rows} rows of ${rowBytes}`)
    }
  }

  /** Reads `rows` consecutive rows from row `first` into `out` at byte `at`. */
  read(first: number, rows: number, out: Uint8Array, at: number): void {
    if (!Number.isInteger(first) || first < 0 || first + rows > this.#rows) {
      throw new RangeError(`row ${first} of ${this.#rows} in ${this.#file}`)
    }
    const end = at + rows * this.#rowBytes
    for (let to = at, from = first * this.#rowBytes; to < end;) {
      const got = readSync(this.#descriptor, out, to, end - to, from)
      if (got === 0) throw corrupt(this.#file, `ended at byte ${from} while it was read`)
      to += got
      from += got
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

interface OpenTask {
  readonly task: SnapshotTask
  readonly layout: RowLayout
  readonly rows: RowFile
  readonly presence: Uint8Array
  readonly labelIds: Float64Array
}

/**
 * A snapshot opened for reading. Images and rows are read by position and synchronously (a trainer has nothing else to
 * do meanwhile), so memory holds only the small columns: 57 bytes a person, and 9 a person and task.
 */
export class Snapshot {
  readonly folder: string
  readonly manifest: SnapshotManifest
  /** [people] index into `splits` of dataset/label.ts. */
  readonly splits: Uint8Array
  /** [people] database ids. */
  readonly persons: Float64Array
  /** [people, 6] row-major 2×3 affine from image pixels to crop pixels. */
  readonly affine: Float64Array
  readonly #shards: RowFile[] = []
  readonly #tasks = new Map<string, OpenTask>()

  /** @throws MendError `snapshot-corrupt` where the manifest or the size of a file is wrong. */
  constructor(folder: string) {
    this.folder = folder
    this.manifest = readManifest(folder)
    const { height, width, people } = this.manifest
    try {
      this.splits = this.#column(this.manifest.splitFile, new Uint8Array(people), 1)
      this.persons = this.#column(this.manifest.personFile, new Float64Array(people), 1)
      this.affine = this.#column(this.manifest.affineFile, new Float64Array(people * 6), 6)
      let next = 0
      for (const shard of this.manifest.shards) {
        if (shard.first !== next) throw corrupt(shard.file, `starts at person ${shard.first}, not ${next}`)
        next += shard.count
        this.#shards.push(new RowFile(path.join(folder, shard.file), shard.count, height * width * 3))
      }
      if (next !== people) throw corrupt(folder, `its shards hold ${next} people, its manifest says ${people}`)
      for (const task of this.manifest.tasks) {
        const layout = rowLayout(task.schema, height, width)
        const file = path.join(folder, task.file)
        this.#tasks.set(task.name, {
          task,
          layout,
          rows: new RowFile(file, people, layout.length * layout.bytesPerElement),
          presence: this.#column(task.presenceFile, new Uint8Array(people), 1),
          labelIds: this.#column(task.labelFile, new Float64Array(people), 1),
        })
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  #column<T extends Uint8Array | Float64Array>(file: string, out: T, perPerson: number): T {
    const rows = new RowFile(path.join(this.folder, file), this.manifest.people, perPerson * out.BYTES_PER_ELEMENT)
    try {
      rows.read(0, this.manifest.people, bytesOf(out), 0)
    } finally {
      rows.close()
    }
    return out
  }

  #task(name: string): OpenTask {
    const task = this.#tasks.get(name)
    if (task !== undefined) return task
    const known = [...this.#tasks.keys()].join(', ')
    throw new MendError('task-unknown', `The snapshot has no task ${name}`, `Its tasks: ${known}.`)
  }

  get people(): number {
    return this.manifest.people
  }

  /**
   * Crops of the people `indices`, in that order, into `out` [indices × height × width × 3], RGB.
   * @throws RangeError for an index outside the snapshot or an `out` of another size.
   */
  readImages(indices: ArrayLike<number>, out: Uint8Array): void {
    const { height, width, shards } = this.manifest
    const size = height * width * 3
    if (out.length !== indices.length * size)
      throw new RangeError(`out has ${out.length} bytes for ${indices.length} images`)
    const perShard = shards.length === 0 ? 1 : shards[0].count
    for (let i = 0; i < indices.length; i++) {
      // All shards but the last hold the same number of people.
      const shard = Math.floor(indices[i] / perShard)
      if (!(shard >= 0 && shard < shards.length)) throw new RangeError(`person ${indices[i]} of ${this.people}`)
      this.#shards[shard].read(indices[i] - shards[shard].first, 1, out, i * size)
    }
  }

  /** How one row of the task lies in memory. */
  layout(task: string): RowLayout {
    return this.#task(task).layout
  }

  /**
   * Label rows of the people `indices`, in that order, into `out` (of the task's array type, manifest.ts). Rows of
   * people without the label hold the missing value.
   */
  readRows(task: string, indices: ArrayLike<number>, out: LabelRows): void {
    const { layout, rows } = this.#task(task)
    if (out.length !== indices.length * layout.length || out.constructor !== layout.allocate(0).constructor) {
      throw new RangeError(`out is ${out.constructor.name}[${out.length}] for ${indices.length} rows of ${task}`)
    }
    const bytes = bytesOf(out)
    const rowBytes = layout.length * layout.bytesPerElement
    for (let i = 0; i < indices.length; i++) rows.read(indices[i], 1, bytes, i * rowBytes)
  }

  /** One label row into `out`, which belongs to the task's array type and length; allocates nothing. */
  readRow(task: string, person: number, out: LabelRows): void {
    const { layout, rows } = this.#task(task)
    if (out.length !== layout.length) throw new RangeError(`out has ${out.length} values for a row of ${task}`)
    rows.read(person, 1, bytesOf(out), 0)
  }

  /** Every row of a task, [people, …]; memory grows with the set, so not for the maps of a large one. */
  allRows(task: string): LabelRows {
    const { layout, rows } = this.#task(task)
    const out = layout.allocate(this.people * layout.length)
    rows.read(0, this.people, bytesOf(out), 0)
    return out
  }

  /** [people] 1 where the person has the label. Shared: do not change it. */
  presence(task: string): Uint8Array {
    return this.#task(task).presence
  }

  /** [people] database ids of the labels, 0 where missing. Shared: do not change it. */
  labelIds(task: string): Float64Array {
    return this.#task(task).labelIds
  }

  /** Closes the files; the arrays that were handed out stay valid. */
  close(): void {
    for (const shard of this.#shards.splice(0)) shard.close()
    for (const { rows } of this.#tasks.values()) rows.close()
    this.#tasks.clear()
  }
}

/** Opens a snapshot folder; `close()` it afterwards. */
export function openSnapshot(folder: string): Snapshot {
  return new Snapshot(folder)
}
