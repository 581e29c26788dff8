import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../store/project.ts'
import { removeSourceRows, type SourceRemoval } from '../store/sourceRemoval.ts'
import { sweepAssets } from '../store/sweep.ts'

/**
 * Undoes one import whole, in one transaction; then deletes the pictures and assets that nothing refers to any more.
 * Throws `source-unknown`.
 */
export async function removeSource(project: Project, source: number): Promise<SourceRemoval> {
  const removal = project.transaction((writer) => removeSourceRows(writer, source))
  for (const picture of removal.pictures) await rm(path.join(project.folder, picture), { force: true })
  sweepAssets(project)
  return removal
}
