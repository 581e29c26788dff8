import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { UnpackedFile } from './unpackWheel.ts'

const unpackedWheel = z.object({
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
})

/** Files by place in the installed folder. */
export type UnpackedFiles = Readonly<Record<string, UnpackedFile>>

/** Writes down that a wheel has been unpacked whole: it can then be removed, and is not fetched again after an interruption. */
export function keepUnpacked(staging: string, wheel: string, files: UnpackedFiles): void {
  const file = markFile(staging, wheel)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(`${file}.part`, JSON.stringify({ files }))
  fs.renameSync(`${file}.part`, file)
}

/** @returns the files of a wheel that has been unpacked whole, null where it has not or one of them is missing or cut short. */
export function readUnpacked(staging: string, wheel: string): UnpackedFiles | null {
  try {
    const { files } = unpackedWheel.parse(JSON.parse(fs.readFileSync(markFile(staging, wheel), 'utf8')))
    const isWhole = Object.entries(files).every(
      ([place, { bytes }]) => fs.statSync(path.join(staging, place), { throwIfNoEntry: false })?.size === bytes,
    )
    return isWhole ? files : null
  } catch {
    return null
  }
}

/** Folder of these marks, in the staging folder; removed when everything is unpacked. */
export const marksFolder = '.unpacked'

function markFile(staging: string, wheel: string): string {
  return path.join(staging, marksFolder, `${wheel}.json`)
}
