import { bundleFormat } from './bundle/read.ts'
import { bundleTarget } from './bundle/write.ts'
import { clothingCoParsing } from './clothingCoParsing.ts'
import { cocoFormat } from './coco/read.ts'
import { cocoTarget } from './coco/write.ts'
import type { Detection, SourceFormat, TargetFormat } from './format.ts'
import { indexedPngFormat } from './indexedPng.ts'
import { indexedPngTarget } from './indexedPngWriter.ts'
import { leedsSportsPose } from './leedsSportsPose.ts'
import { MendError } from '../dataset/mendError.ts'

/** Every format that can be read. */
export const formats: readonly SourceFormat[] = [
  bundleFormat,
  cocoFormat,
  clothingCoParsing,
  leedsSportsPose,
  indexedPngFormat,
]

/** Every format that can be written. */
export const targets: readonly TargetFormat[] = [bundleTarget, cocoTarget, indexedPngTarget]

/** Formats that `source` may be, the likeliest first. A format that fails to look does not hide the others. */
export async function detectFormats(source: string): Promise<Detection[]> {
  const looks = await Promise.all(
    formats.map(async (format) => {
      try {
        return await format.detect(source)
      } catch (error) {
        if (error instanceof MendError) return null
        throw error
      }
    }),
  )
  return looks.filter((detection) => detection !== null).sort((a, b) => b.confidence - a.confidence)
}

/** Throws `format-unknown`. */
export function sourceFormat(name: string): SourceFormat {
  return byName(formats, name, 'read')
}

/** Throws `format-unknown`. */
export function targetFormat(name: string): TargetFormat {
  return byName(targets, name, 'written')
}

function byName<T extends { readonly name: string }>(among: readonly T[], name: string, use: string): T {
  const found = among.find((format) => format.name === name)
  if (found !== undefined) return found
  const known = among.map((format) => format.name).join(', ')
  throw new MendError('format-unknown', `no format "${name}" can be ${use}`, `Formats that can be ${use}: ${known}.`)
}
