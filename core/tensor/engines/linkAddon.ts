import fs from 'node:fs'
import path from 'node:path'
import type { TensorflowPlaces } from './tensorflowLibrary.ts'

/** Puts the addon where the package looks for it, in one step, so that no process ever finds half of it. */
export function linkAddon({ link, addon }: Pick<TensorflowPlaces, 'link' | 'addon'>): void {
  fs.mkdirSync(path.dirname(link), { recursive: true })
  const temporary = `${link}.${process.pid}`
  fs.rmSync(temporary, { force: true })
  try {
    fs.symlinkSync(addon, temporary)
  } catch {
    // File systems without links, and Windows without the right to make them.
    fs.copyFileSync(addon, temporary)
  }
  fs.renameSync(temporary, link)
}
