import fs from 'node:fs'
import { MendError } from '../../dataset/mendError.ts'

/**
 * @param folder must exist.
 * @param purpose what the space is for, e.g. `TensorFlow`.
 * @throws MendError `no-disk-space`.
 */
export function assertDiskSpace(folder: string, neededBytes: number, purpose: string): void {
  const { bavail, bsize } = fs.statfsSync(folder)
  const free = bavail * bsize
  if (free >= neededBytes) return
  throw new MendError(
    'no-disk-space',
    `${purpose} needs ${Math.ceil(neededBytes / 1e6)} MB and the disk of ${folder} has ${Math.floor(free / 1e6)} MB free`,
    'free some space, or set MEND_HOME to a folder on a larger disk, and run the same command again',
  )
}
