import { resolve } from 'node:path'
import { markInterrupted } from '../jobs/recovery.ts'
import { createProject, openProject, type Project } from '../store/project.ts'
import { slowQueries, type ServiceLog } from './serviceLog.ts'

/** The projects that this process has open, one handle each, however often they are asked for. */
export class OpenProjects {
  readonly #open = new Map<string, Project>()
  readonly #log: ServiceLog | undefined

  constructor(log?: ServiceLog) {
    this.#log = log
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
    markInterrupted(project)
    return project
  }

  folders(): string[] {
    return [...this.#open.keys()]
  }

  close(): void {
    for (const project of this.#open.values()) project.close()
    this.#open.clear()
  }

  #keep(project: Project): Project {
    this.#open.set(project.folder, project)
    return project
  }
}
