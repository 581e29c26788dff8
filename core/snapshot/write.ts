import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { splits, type Split } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { BufferedFile } from './bufferedFile.ts'
import { bytesOf, rowLayout, type LabelRow, type LabelRows, type RowLayout, type SnapshotTaskInput } from './layout.ts'
import type { SnapshotManifest, SnapshotTask } from './manifest.ts'

/** One person, cropped, with label rows in crop coordinates. */
export interface SnapshotPerson {
  /** Database id, or any number that identifies the person. */
  readonly person: number
  readonly split: Split
  /** [height × width × 3] */
  readonly rgb: Uint8Array
  /** Row-major 2×3 affine from image pixels to crop pixels; missing: the identity. */
  readonly affine?: ArrayLike<number>
  /** By task name; tasks without an entry are "not annotated". */
  readonly labels: Readonly<Record<string, { readonly labelId: number; readonly row: LabelRow }>>
}

export interface SnapshotInput {
  readonly height: number
  readonly width: number
  readonly tasks: readonly SnapshotTaskInput[]
  readonly people: Iterable<SnapshotPerson> | AsyncIterable<SnapshotPerson>
  /** Whatever else the id of the snapshot depends on (margin, code version), as JSON. */
  readonly configuration?: unknown
  /** Checked between people. */
  readonly signal?: AbortSignal
}

const shardBytes = 64 * 2 ** 20
const identityAffine = [1, 0, 0, 0, 1, 0]

interface TaskFiles {
  readonly task: SnapshotTaskInput
  readonly layout: RowLayout
  readonly missingRow: LabelRows
  readonly values: BufferedFile
  readonly presence: BufferedFile
  readonly ids: BufferedFile
  /** Identity tasks: name → index, in order of appearance. */
  readonly identities: Map<string, number>
  labels: number
}

const taskFileNames = (index: number): Pick<SnapshotTask, 'file' | 'presenceFile' | 'labelFile'> => ({
  file: `task-${index}-values.bin`,
  presenceFile: `task-${index}-presence.bin`,
  labelFile: `task-${index}-labels.bin`,
})
const shardName = (index: number): string => `images-${String(index).padStart(4, '0')}.bin`

function misfit(what: string): MendError {
  return new MendError('snapshot-row', `A person does not fit the snapshot: ${what}`, 'Please report this as a defect.')
}

/** Writes the arrays of one snapshot into an existing empty folder. */
class SnapshotWriter {
  readonly #folder: string
  readonly #input: Omit<SnapshotInput, 'people' | 'signal'>
  readonly #hash: Hash
  readonly #tasks: TaskFiles[] = []
  readonly #columns: { splits: BufferedFile; people: BufferedFile; affine: BufferedFile }
  readonly #open: Set<BufferedFile>
  readonly #shards: { file: string; first: number; count: number }[] = []
  readonly #peoplePerShard: number
  readonly #counts: Record<Split, number> = { train: 0, val: 0, test: 0 }
  #shard: BufferedFile | null = null
  #people = 0

  private constructor(
    folder: string,
    input: Omit<SnapshotInput, 'people' | 'signal'>,
    columns: { splits: BufferedFile; people: BufferedFile; affine: BufferedFile },
  ) {
    this.#folder = folder
    this.#input = input
    this.#columns = columns
    this.#open = new Set(Object.values(columns))
    this.#peoplePerShard = Math.max(1, Math.floor(shardBytes / (input.height * input.width * 3)))
    const { height, width, tasks, configuration } = input
    this.#hash = createHash('sha256').update(JSON.stringify({ version: 1, height, width, tasks, configuration }))
  }

  static async create(folder: string, input: SnapshotInput): Promise<SnapshotWriter> {
    const file = (name: string): Promise<BufferedFile> => BufferedFile.create(path.join(folder, name))
    const writer = new SnapshotWriter(folder, input, {
      splits: await file('splits.bin'),
      people: await file('people.bin'),
      affine: await file('affine.bin'),
    })
    for (const [index, task] of input.tasks.entries()) {
      const names = taskFileNames(index)
      const layout = rowLayout(task.schema, input.height, input.width)
      const files = {
        values: await file(names.file),
        presence: await file(names.presenceFile),
        ids: await file(names.labelFile),
      }
      for (const opened of Object.values(files)) writer.#open.add(opened)
      const missingRow = layout.allocate(layout.length).fill(layout.missing)
      writer.#tasks.push({ task, layout, missingRow, ...files, identities: new Map(), labels: 0 })
    }
    return writer
  }

  async #append(file: BufferedFile, array: LabelRows | Float64Array): Promise<void> {
    const bytes = bytesOf(array)
    this.#hash.update(bytes)
    await file.append(bytes)
  }

  async #appendImage(rgb: Uint8Array): Promise<void> {
    const { height, width } = this.#input
    if (rgb.length !== height * width * 3) throw misfit(`a crop of ${rgb.length} bytes for ${height}×${width}×3`)
    let shard = this.#shards.at(-1)
    if (this.#shard === null || shard === undefined || shard.count === this.#peoplePerShard) {
      if (this.#shard !== null) await this.#finishFile(this.#shard)
      shard = { file: shardName(this.#shards.length), first: this.#people, count: 0 }
      this.#shards.push(shard)
      this.#shard = await BufferedFile.create(path.join(this.#folder, shard.file))
      this.#open.add(this.#shard)
    }
    await this.#append(this.#shard, rgb)
    shard.count++
  }

  #rowOf(files: TaskFiles, row: LabelRow): LabelRows {
    const { name, schema } = files.task
    if ('kind' in row) {
      if (schema.kind !== 'identity') throw misfit(`task ${name} (${schema.kind}) was given an identity`)
      let index = row.identity === null ? -1 : files.identities.get(row.identity)
      if (index === undefined && row.identity !== null) {
        index = files.identities.size
        files.identities.set(row.identity, index)
      }
      return Int32Array.of(index ?? -1, row.camera ?? -1)
    }
    if (row.length !== files.layout.length || row.constructor !== files.missingRow.constructor) {
      throw misfit(
        `task ${name} was given ${row.constructor.name}[${row.length}], not [${files.layout.shape.join(', ')}]`,
      )
    }
    return row
  }

  async add(person: SnapshotPerson): Promise<void> {
    for (const name of Object.keys(person.labels)) {
      if (!this.#tasks.some(({ task }) => task.name === name)) throw misfit(`it has a label of unknown task ${name}`)
    }
    await this.#appendImage(person.rgb)
    await this.#append(this.#columns.splits, Uint8Array.of(splits.indexOf(person.split)))
    await this.#append(this.#columns.people, Float64Array.of(person.person))
    const affine = Float64Array.from(person.affine ?? identityAffine)
    if (affine.length !== 6) throw misfit(`its affine has ${affine.length} entries, not 6`)
    await this.#append(this.#columns.affine, affine)
    for (const files of this.#tasks) {
      const label = person.labels[files.task.name]
      await this.#append(files.values, label === undefined ? files.missingRow : this.#rowOf(files, label.row))
      await this.#append(files.presence, Uint8Array.of(label === undefined ? 0 : 1))
      await this.#append(files.ids, Float64Array.of(label?.labelId ?? 0))
      if (label !== undefined) files.labels++
    }
    this.#counts[person.split]++
    this.#people++
  }

  async #finishFile(file: BufferedFile): Promise<void> {
    this.#open.delete(file)
    await file.finish()
  }

  async finish(): Promise<SnapshotManifest> {
    for (const file of [...this.#open]) await this.#finishFile(file)
    const { height, width } = this.#input
    const tasks = this.#tasks.map(({ task, labels, identities }, index) => {
      const names = [...identities.keys()]
      if (task.schema.kind === 'identity') this.#hash.update(JSON.stringify(names))
      const { name, schema } = task
      const base = { name, schema, ...taskFileNames(index), labels }
      return schema.kind === 'identity' ? { ...base, identities: names } : base
    })
    const manifest: SnapshotManifest = {
      version: 1,
      id: this.#hash.digest('hex'),
      height,
      width,
      people: this.#people,
      shards: this.#shards,
      tasks,
      splitFile: 'splits.bin',
      personFile: 'people.bin',
      affineFile: 'affine.bin',
      counts: this.#counts,
    }
    const file = await open(path.join(this.#folder, 'manifest.json'), 'wx')
    try {
      await file.writeFile(`${JSON.stringify(manifest, null, 1)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    return manifest
  }

  async abandon(): Promise<void> {
    for (const file of this.#open) await file.abandon()
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Removes what a process that was killed in the middle of writing `folder` left beside it. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${path.basename(folder)}.partial-`
  for (const name of await readdir(path.dirname(folder))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN
    if (Number.isInteger(pid) && (pid === process.pid || !isRunning(pid))) {
      await rm(path.join(path.dirname(folder), name), { recursive: true, force: true })
    }
  }
}

/**
 * Writes a snapshot (manifest.ts) from people that are already cropped. `folder` appears when it is complete, or not at
 * all. The id is a SHA-256 over the configuration and everything written, so equal contents have equal ids.
 * @throws MendError `snapshot-exists`, or `snapshot-row` where a row has the wrong type or length; the signal's reason.
 */
export async function writeSnapshot(folder: string, input: SnapshotInput): Promise<SnapshotManifest> {
  if (await exists(folder)) {
    throw new MendError(
      'snapshot-exists',
      `${folder} exists already`,
      'Snapshots are never changed: choose a new folder.',
    )
  }
  const partial = `${folder}.partial-${process.pid}`
  await mkdir(path.dirname(folder), { recursive: true })
  await removeAbandoned(folder)
  await mkdir(partial)
  let writer: SnapshotWriter | null = null
  try {
    writer = await SnapshotWriter.create(partial, input)
    for await (const person of input.people) {
      input.signal?.throwIfAborted()
      await writer.add(person)
    }
    input.signal?.throwIfAborted()
    const manifest = await writer.finish()
    await rename(partial, folder)
    return manifest
  } catch (error) {
    await writer?.abandon()
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}
