import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../store/project.ts'
import { copiedPicture, type Staging } from '../store/staging.ts'
import type { ApplyOptions } from './applyImport.ts'

export interface PictureCopies {
  /** SHA-256 → absolute path of the copy. */
  readonly files: ReadonlyMap<string, string>
  /** Copies that this import made. */
  readonly made: readonly string[]
}

/**
 * Copies the pictures of a staged import into the project, `images/ab/abcd….jpg`, those that it does not have yet. When
 * it fails or is cancelled nothing stays.
 */
export async function copyPictures(project: Project, staging: Staging, options: ApplyOptions): Promise<PictureCopies> {
  const files = new Map<string, string>()
  const made: string[] = []
  const total = staging.countImages()
  try {
    for (const sha256 of staging.hashes()) {
      options.signal?.throwIfAborted()
      // A picture that the project has stays where it is.
      if (project.images.findByHash(sha256) !== undefined) continue
      const { file } = staging.picture(sha256)
      const target = copiedPicture(project.imagesFolder, sha256, file)
      files.set(sha256, target)
      if ((await stat(target).catch(() => null)) === null) {
        await mkdir(path.dirname(target), { recursive: true })
        const temporary = `${target}.${process.pid}.part`
        await copyFile(file, temporary)
        await rename(temporary, target)
        made.push(target)
      }
      options.onProgress?.({ stage: 'copying', done: files.size, total })
    }
    return { files, made }
  } catch (error) {
    await removeCopies({ files, made })
    throw error
  }
}

export async function removeCopies(copies: PictureCopies): Promise<void> {
  for (const file of copies.made) await rm(file, { force: true })
}
