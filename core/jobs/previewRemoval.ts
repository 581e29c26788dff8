import type { Project } from '../store/project.ts'
import { removeSourceRows, type SourceRemoval } from '../store/sourceRemoval.ts'

class TakenBack extends Error {
  readonly removal: SourceRemoval

  constructor(removal: SourceRemoval) {
    super('the removal was only tried')
    this.removal = removal
  }
}

/**
 * What removing a source would take and leave, exactly: the removal is done in a transaction that is taken back. Throws
 * `source-unknown`.
 */
export function previewRemoval(project: Project, source: number): SourceRemoval {
  try {
    return project.transaction((writer) => {
      throw new TakenBack(removeSourceRows(writer, source))
    })
  } catch (error) {
    if (error instanceof TakenBack) return error.removal
    throw error
  }
}
