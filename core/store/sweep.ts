import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Project } from './project.ts'
import { abandonedPictures, copiedPicture, isStagingAbandoned } from './staging.ts'

/** For so long a run that was taken away can be put back. */
const removedRunsKeptMs = 24 * 3600 * 1000

/** Deletes runs that were taken away a day ago or longer, with their files. */
export function sweepRemovedRuns(project: Project): void {
  for (const run of project.runs.removed(new Date(Date.now() - removedRunsKeptMs).toISOString())) {
    rmSync(project.runFolder(run), { recursive: true, force: true })
    project.transaction((writer) => writer.runs.delete(run))
  }
}

/** Removes staging files whose process is gone, and, when there were any, the files that it left unreferenced. */
export function sweepLeftovers(project: Project): void {
  if (!existsSync(project.stagingFolder)) return
  const files = readdirSync(project.stagingFolder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => path.join(project.stagingFolder, name))
  const abandoned = files.filter(isStagingAbandoned)
  for (const file of abandoned) {
    // Another import may be copying the same pictures: then they stay.
    if (abandoned.length === files.length) sweepCopies(project, file)
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(file + suffix, { force: true })
  }
  if (abandoned.length > 0) sweepAssets(project)
}

/**
 * Removes assets that no label or revision refers to; the number removed. Under the write lock: assets are written
 * inside transactions, so none can be waiting to be referred to.
 */
export function sweepAssets(project: Project): number {
  return project.transaction(({ connection }) =>
    project.assets.sweep(
      (name) =>
        connection.get('SELECT 1 FROM label WHERE asset = ?', name) !== undefined ||
        connection.get('SELECT 1 FROM label_revision WHERE asset = ?', name) !== undefined ||
        // Of people that were deleted and can be brought back.
        connection.get('SELECT 1 FROM removed_label WHERE asset = ?', name) !== undefined ||
        connection.get('SELECT 1 FROM removed_label_revision WHERE asset = ?', name) !== undefined,
    ),
  )
}

/** Removes what an abandoned import had copied and no image refers to. */
function sweepCopies(project: Project, stagingFile: string): void {
  for (const { sha256, file } of abandonedPictures(stagingFile)) {
    if (project.images.findByHash(sha256)?.copied === true) continue
    const copy = copiedPicture(project.imagesFolder, sha256, file)
    rmSync(copy, { force: true })
    const folder = path.dirname(copy)
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder)) {
      if (name.startsWith(sha256) && name.endsWith('.part')) rmSync(path.join(folder, name), { force: true })
    }
  }
}
