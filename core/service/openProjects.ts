import { resolve } from 'node:path'
import { markLostWork, type LostWork } from '../jobs/recovery.ts'
import { createProject, openProject, type Project } from '../store/project.ts'
import { slowQueries, type ServiceLog } from './serviceLog.ts'

const lookForLostWorkMs = 3000

/** Told of work that died with the process that did it. */
export type LostWorkListener = (project: Project, lost: LostWork) => void

/** The projects that this process has open, one handle each, however often they are asked for. */
export class OpenProjects {
  readonly #open = new Map<string, Project>()
  readonly #log: ServiceLog | undefined
  readonly #onLostWork: LostWorkListener
  #watch: NodeJS.Timeout | undefined

  constructor(log?: ServiceLog, onLostWork: LostWorkListener = () => undefined) {
    this.#log = log
    this.#onLostWork = onLostWork
  }

  /**
   * Looks again and again for work of other processes that died: a trainer outlives a killed service by a moment, and a
   * command line may be killed while this process has its project open.
   */
  watchForLostWork(): void {
    const look = (): void => this.#open.forEach((project) => this.#findLostWork(project))
    this.#watch ??= setInterval(look, lookForLostWorkMs).unref()
  }

  /** Makes an empty project. @throws MendError `project-exists` */
  create(folder: string): Project {
    const root = resolve(folder)
    return this.#keep(createProject(root, slowQueries(this.#log, root)))
  }

  /**
   * The project in the folder; when it is opened, work that died with its process is marked as interrupted.
   * @throws MendError `project-not-found`, `not-a-project`, `project-too-new`, `project-damaged`
   */
  get(folder: string): Project {
    const root = resolve(folder)
    const known = this.#open.get(root)
    if (known !== undefined) return known
    const project = this.#keep(openProject(root, slowQueries(this.#log, root)))
    this.#findLostWork(project)
    return project
  }

  folders(): string[] {
    return [...this.#open.keys()]
  }

  close(): void {
    clearInterval(this.#watch)
    for (const project of this.#open.values()) project.close()
    this.#open.clear()
  }

  #findLostWork(project: Project): void {
    try {
      const lost = markLostWork(project)
      if (lost.jobs.length > 0 || lost.runs.length > 0 || lost.actions.length > 0) this.#onLostWork(project, lost)
    } catch (error) {
      // Another process holds the database, or its disk is away: the next look finds it.
      this.#log?.warn({ err: error, project: project.folder }, 'could not look for lost work')
    }
  }

  #keep(project: Project): Project {
    this.#open.set(project.folder, project)
    return project
  }
}
