import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import type { PartsSchema } from '../dataset/task.ts'
import { readCapped } from '../media/readCapped.ts'
import { flipByName } from './flipByName.ts'
import { resolveInside } from './sourcePaths.ts'

/** What the values of a label picture mean. */
export interface LabelMap {
  readonly schema: PartsSchema
  /** Values that say "not annotated"; 255 always does. */
  readonly notAnnotated: ReadonlySet<number>
}

/** Label maps that ship with the product, resources/labelMaps/NAME.json. */
export const labelMapNames = ['lip', 'cihp', 'atr', 'pascal-person-part', 'cityscapes'] as const

const mapFile = z.object({
  parts: z.array(z.string().max(1024)).min(1).max(255),
  flip: z.array(z.number().int().min(0)).optional(),
  notAnnotated: z.array(z.number().int().min(0).max(255)).optional(),
})
const maxMapBytes = 2 ** 20

function invalid(where: string, found: string): MendError {
  return new MendError(
    'label-map-invalid',
    `${where}: ${found}`,
    'A label map is JSON {"parts": [names by value, the background first], "flip": [pairs]} or one name a line.',
  )
}

function labelMap(where: string, parts: readonly string[], flip?: readonly number[], ignored: readonly number[] = []) {
  const pairs = flip ?? flipByName(parts)
  if (pairs.length !== parts.length || pairs.some((to, from) => pairs[to] !== from)) {
    throw invalid(where, '"flip" does not pair the parts')
  }
  const schema: PartsSchema = { kind: 'parts', parts, flip: pairs }
  return { schema, notAnnotated: new Set([255, ...ignored]) }
}

/**
 * The names by value of a list in text: JSON (a label map, a list of names, or an object of value → name) or one name a
 * line. Values without a name are called `value N`.
 * @throws MendError `label-map-invalid`
 */
export function parseLabelMap(text: string, where: string): LabelMap {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) {
    const lines = trimmed.split(/\r?\n/).map((line) => line.trim())
    const names = mapFile.shape.parts.safeParse(lines.filter((line) => line !== ''))
    if (!names.success) throw invalid(where, names.error.issues[0].message)
    return labelMap(where, names.data)
  }
  let content: unknown
  try {
    content = JSON.parse(trimmed)
  } catch (error) {
    throw invalid(where, error instanceof Error ? error.message : 'not JSON')
  }
  const list = mapFile.shape.parts.safeParse(content)
  if (list.success) return labelMap(where, list.data)
  const whole = mapFile.safeParse(content)
  if (whole.success) return labelMap(where, whole.data.parts, whole.data.flip, whole.data.notAnnotated)
  const byValue = z.record(z.string().regex(/^\d{1,3}$/), z.string().max(1024)).safeParse(content)
  if (!byValue.success) throw invalid(where, whole.error.issues[0].message)
  const named = new Map(Object.entries(byValue.data).map(([value, name]) => [Number(value), name]))
  named.delete(255)
  const last = Math.max(0, ...named.keys())
  if (last > 254) throw invalid(where, `value ${last} is beyond 254`)
  return labelMap(
    where,
    Array.from({ length: last + 1 }, (_, value) => named.get(value) ?? `value ${value}`),
  )
}

/** A label map of the product. @throws MendError `label-map-unknown` */
export function loadLabelMap(name: string): LabelMap {
  if (!labelMapNames.some((known) => known === name)) {
    throw new MendError(
      'label-map-unknown',
      `No label map ${JSON.stringify(name)}`,
      `Name a file in the source, or one of ${labelMapNames.join(', ')}.`,
    )
  }
  const file = new URL(`../../resources/labelMaps/${name}.json`, import.meta.url)
  return parseLabelMap(readFileSync(file, 'utf8'), name)
}

/** A label map that lies in the source. @throws MendError `label-map-invalid`, `path-outside-source` */
export async function readLabelMap(root: string, relative: string): Promise<LabelMap> {
  const file = await resolveInside(root, relative)
  // Opening a pipe would wait for its writer.
  if ((await stat(file).catch(() => null))?.isFile() !== true) {
    throw new MendError('label-map-unknown', `${file}: no such label map`, `Or use ${labelMapNames.join(', ')}.`)
  }
  const tooLarge = (size: number): MendError => invalid(file, `${size} bytes; at most ${maxMapBytes} are read`)
  return parseLabelMap((await readCapped(file, maxMapBytes, tooLarge)).toString('utf8'), file)
}
