import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Project } from './project.ts'
import { isStagingAbandoned } from './staging.ts'

/** Younger files may belong to an import or a synthesis that another process is about to commit. */
const youngestOrphanMs = 60 * 60 * 1000

/** Removes staging files whose process is gone, and, when there were any, the files that it left unreferenced. */
export function sweepLeftovers(project: Project): void {
  if (!existsSync(project.stagingFolder)) return
  let swept = 0
  for (const name of readdirSync(project.stagingFolder)) {
    const file = path.join(project.stagingFolder, name)
    if (!name.endsWith('.db') || !isStagingAbandoned(file)) continue
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    swept++
  }
  if (swept > 0) {
    sweepAssets(project)
    sweepImages(project)
  }
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
        connection.get('SELECT 1 FROM label_revision WHERE asset = ?', name) !== undefined,
    ),
  )
}

/** Removes copied pictures, older than an hour, that no image refers to; the number removed. */
export function sweepImages(project: Project): number {
  const root = project.imagesFolder
  if (!existsSync(root)) return 0
  let removed = 0
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    const stored = path.relative(project.folder, file).split(path.sep).join('/')
    const used = project.connection.get('SELECT 1 FROM image WHERE path = ? AND copied = 1', stored) !== undefined
    if (used || Date.now() - statSync(file).mtimeMs < youngestOrphanMs) continue
    rmSync(file, { force: true })
    removed++
  }
  return removed
}
