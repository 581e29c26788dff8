import type { PartsValue } from '../label.ts'
import { fillFromRuns, runsOf, runsOfWindow } from '../rasterRuns.ts'
import type { Bounds, MaskPatch, PartMask } from './mask.ts'

/** A rectangle of a mask as it goes between window and service: base64 of runs (core/dataset/rasterRuns.ts). */
export interface MaskRuns extends Bounds {
  readonly runs: string
}

/** How many bytes are turned into characters at once: a call takes that many arguments. */
const chunkBytes = 0x8000

/** The new side of a patch, to be sent. */
export function patchRuns(patch: MaskPatch): MaskRuns {
  return { ...patch.bounds, runs: patch.runs ?? textOf(runsOf(patch.after)) }
}

/** A rectangle of a mask as runs. */
export function windowRuns({ data, width }: PartMask, bounds: Bounds): string {
  return textOf(runsOfWindow(data, width, bounds))
}

/** A whole mask, to be sent. */
export function partsRuns({ left, top, width, height, data }: PartsValue): MaskRuns {
  return { left, top, width, height, runs: textOf(runsOf(data)) }
}

/** The pixels of a rectangle, row-major. @throws RangeError for damaged runs and for such that do not fill it exactly */
export function cellsOfRuns({ width, height, runs }: Pick<MaskRuns, 'width' | 'height' | 'runs'>): Uint8Array {
  const bytes = bytesOf(runs)
  const cells = new Uint8Array(width * height)
  fillFromRuns(bytes, cells)
  return cells
}

function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunkBytes))
  }
  return btoa(text)
}

function bytesOf(text: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch (error) {
    throw new RangeError('runs that are no base64', { cause: error })
  }
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
