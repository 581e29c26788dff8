import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import { AssetStore } from './assets.ts'
import {
  openReadConnection,
  openWriteConnection,
  type ConnectionOptions,
  type ReadConnection,
  type WriteConnection,
} from './connection.ts'
import { readCoverage, type Coverage } from './coverage.ts'
import { ImageReader, ImageWriter } from './images.ts'
import { JobReader, JobWriter } from './jobs.ts'
import { LabelReader } from './labels.ts'
import { LabelWriter } from './labelWriter.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import { PersonReader, PersonWriter } from './people.ts'
import { RunHistoryReader, RunHistoryWriter } from './runHistory.ts'
import { RunReader, RunWriter } from './runs.ts'
import { SourceReader, SourceWriter } from './sources.ts'
import { sweepLeftovers, sweepRemovedRuns } from './sweep.ts'
import { SuspectReader, SuspectWriter } from './suspects.ts'
import { TaskReader, TaskWriter } from './tasks.ts'
import type { WriteTurns } from './writeTurns.ts'

const databaseName = 'project.db'

/** What can be changed, inside one transaction (`Project.transaction`). */
export interface ProjectWriter {
  readonly sources: SourceWriter
  readonly images: ImageWriter
  readonly people: PersonWriter
  readonly tasks: TaskWriter
  readonly labels: LabelWriter
  readonly runs: RunWriter
  readonly history: RunHistoryWriter
  readonly suspects: SuspectWriter
  readonly jobs: JobWriter
  /** For SQL that spans tables (removal, sweeps). */
  readonly connection: WriteConnection
  /** Notes that images or people changed: plans made before are out of date. */
  advanceGeneration(): void
}

/**
 * A project: a folder `NAME.mend/` with `project.db`, `assets/`, `runs/`, `thumbs/`, `images/` (pictures copied in) and
 * `staging/` (imports being planned). Reading goes through a read-only handle and never sees a half-done change.
 */
export class Project {
  readonly folder: string
  readonly sources: SourceReader
  readonly images: ImageReader
  readonly people: PersonReader
  readonly tasks: TaskReader
  readonly labels: LabelReader
  readonly runs: RunReader
  readonly history: RunHistoryReader
  readonly suspects: SuspectReader
  readonly jobs: JobReader
  readonly assets: AssetStore
  readonly connection: ReadConnection
  readonly #write: WriteConnection
  readonly #writer: ProjectWriter
  #turns: WriteTurns | null = null

  constructor(folder: string, write: WriteConnection, read: ReadConnection) {
    this.folder = folder
    this.assets = new AssetStore(path.join(folder, 'assets'))
    this.connection = read
    this.sources = new SourceReader(read)
    this.images = new ImageReader(read, folder)
    this.people = new PersonReader(read)
    this.tasks = new TaskReader(read)
    this.labels = new LabelReader(read, this.assets)
    this.runs = new RunReader(read)
    this.history = new RunHistoryReader(read)
    this.suspects = new SuspectReader(read)
    this.jobs = new JobReader(read)
    this.#write = write
    this.#writer = {
      sources: new SourceWriter(write),
      images: new ImageWriter(write, folder),
      people: new PersonWriter(write),
      tasks: new TaskWriter(write),
      labels: new LabelWriter(write, this.assets),
      runs: new RunWriter(write),
      history: new RunHistoryWriter(write),
      suspects: new SuspectWriter(write),
      jobs: new JobWriter(write),
      connection: write,
      advanceGeneration: () => {
        write.run('UPDATE project SET generation = generation + 1')
      },
    }
  }

  get name(): string {
    return path.basename(this.folder, '.mend')
  }

  /** Folder of a run's files; made by whoever writes there. */
  runFolder(run: number): string {
    return path.join(this.folder, 'runs', String(run))
  }

  get thumbsFolder(): string {
    return path.join(this.folder, 'thumbs')
  }

  get stagingFolder(): string {
    return path.join(this.folder, 'staging')
  }

  /** Pictures that were copied in, and those that the project made itself. */
  get imagesFolder(): string {
    return path.join(this.folder, 'images')
  }

  /** Grows with every change of images and people. */
  get generation(): number {
    return this.connection.one<{ generation: number }>('SELECT generation FROM project').generation
  }

  coverage(): Coverage {
    return readCoverage(this.connection)
  }

  /** All or nothing, synchronously; `work` throws and nothing of it is kept. Nested calls join the outer one. */
  transaction<T>(work: (writer: ProjectWriter) => T): T {
    const write = (): T => this.#write.transaction(() => work(this.#writer))
    return this.#turns === null ? write() : this.#turns.first(write)
  }

  /** While another thread writes the project part by part, this one's changes go first. null: no other does. */
  setTurns(turns: WriteTurns | null): void {
    this.#turns = turns
  }

  /** How long a change waits for another connection's (another thread's import, another process) before it fails. */
  setPatience(milliseconds: number): void {
    this.#write.script(`PRAGMA busy_timeout = ${Math.round(milliseconds)}`)
  }

  close(): void {
    this.connection.close()
    this.#write.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Makes the folder and an empty project in it. Throws `project-exists` where the folder has something in it already. */
export function createProject(folder: string, options: ConnectionOptions = {}): Project {
  const root = path.resolve(folder)
  if (existsSync(root) && (!statSync(root).isDirectory() || readdirSync(root).length > 0)) {
    throw new MendError(
      'project-exists',
      `${root} exists and is not empty`,
      'Choose another name, or open the project.',
    )
  }
  for (const name of ['assets', 'runs', 'thumbs']) mkdirSync(path.join(root, name), { recursive: true })
  return open(root, options)
}

/**
 * Opens a project, bringing its database to this version's schema and sweeping what a crash left behind. Throws
 * `project-not-found`, `not-a-project`, `project-too-new`, `project-damaged`.
 */
export function openProject(folder: string, options: ConnectionOptions = {}): Project {
  const root = path.resolve(folder)
  if (!existsSync(path.join(root, databaseName))) {
    throw new MendError(
      'project-not-found',
      `${root} is not a project`,
      'Make one with `mend init`, or check the path.',
    )
  }
  return open(root, options)
}

/**
 * A second handle on a project that this process has open already (another thread's): nothing is migrated or swept, and
 * changes wait for the first handle's. Throws `project-not-found`.
 */
export function attachProject(folder: string): Project {
  const file = path.join(folder, databaseName)
  if (!existsSync(file)) {
    throw new MendError('project-not-found', `${folder} is not a project`, 'Check that it was not moved meanwhile.')
  }
  const write = openWriteConnection(file)
  return new Project(folder, write, openReadConnection(file))
}

function open(root: string, options: ConnectionOptions): Project {
  const file = path.join(root, databaseName)
  let write: WriteConnection | undefined
  try {
    write = openWriteConnection(file, options)
    migrate(write, migrations, file)
    write.run('INSERT OR IGNORE INTO project (id, created_at) VALUES (1, ?)', new Date().toISOString())
    const project = new Project(root, write, openReadConnection(file, options))
    sweepLeftovers(project)
    sweepRemovedRuns(project)
    return project
  } catch (error) {
    write?.close()
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'SQLITE_NOTADB' || error.code === 'SQLITE_CORRUPT')
    ) {
      const hint = 'Restore the project folder from a copy.'
      throw new MendError('project-damaged', `${file} is not a readable SQLite database`, hint, { cause: error })
    }
    throw error
  }
}
