import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Mapping } from '../dataset/mapping.ts'
import { MendError } from '../dataset/mendError.ts'
import type { SourceSchema } from '../dataset/record.ts'
import type { ReadOptions, SourceFormat } from '../formats/format.ts'
import { detectFormats, sourceFormat } from '../formats/registry.ts'

/** A source that was found: what the format is given, and the folder that its paths are relative to. */
export interface FoundSource {
  /** Absolute: a folder, or one file. */
  readonly place: string
  readonly root: string
  /** Name for people: the folder's, or the file's without its ending. */
  readonly name: string
  readonly format: SourceFormat
}

/**
 * Finds the source and its format, the likeliest unless `wanted` names one.
 * Throws `source-missing`, `format-unknown`, `format-ambiguous`.
 */
export async function findSource(source: string, wanted: string | undefined): Promise<FoundSource> {
  const place = path.resolve(source)
  const info = await stat(place).catch(() => null)
  if (info === null) {
    throw new MendError('source-missing', `${place} does not exist`, 'Check the path of the dataset.')
  }
  const format = await chooseFormat(place, wanted)
  if (info.isDirectory()) return { place, root: place, name: path.basename(place), format }
  const root = format.rootOfFile?.(place) ?? path.dirname(place)
  return { place, root, name: path.basename(place).replace(/(?<=.)\.[^.]*$/, ''), format }
}

async function chooseFormat(place: string, wanted: string | undefined): Promise<SourceFormat> {
  if (wanted !== undefined) return sourceFormat(wanted)
  const [best, second] = await detectFormats(place)
  if (best === undefined) {
    const hint = 'Name the format with --format, or check that the folder is the top of the dataset.'
    throw new MendError('format-unknown', `no known format was recognised in ${place}`, hint)
  }
  if (second !== undefined && second.confidence === best.confidence) {
    const hint = 'Name the one that is meant with --format.'
    throw new MendError('format-ambiguous', `${place} may be ${best.format} or ${second.format}`, hint)
  }
  return sourceFormat(best.format)
}

/** What the format is told when it reads: the caller's choices and the mapping's answers about tag lists. */
export function readOptions(
  options: Pick<ReadOptions, 'limit' | 'signal' | 'options'>,
  mapping: Mapping | undefined,
): ReadOptions {
  const exhaustive: Record<string, boolean> = {}
  for (const [task, entry] of Object.entries(mapping?.tasks ?? {})) {
    if (entry.exhaustive !== undefined) exhaustive[task] = entry.exhaustive
  }
  return {
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.signal && { signal: options.signal }),
    ...(options.options && { options: options.options }),
    exhaustive,
  }
}

/** Images that will be read; null: unknown. */
export function listedImages(schema: SourceSchema, limit: number | undefined): number | null {
  if (schema.images === null) return limit ?? null
  return Math.min(schema.images, limit ?? schema.images)
}
