import { MendError } from '../../dataset/mendError.ts'

export type Fields = Readonly<Record<string, unknown>>

const corrupt = (detail: string): MendError =>
  new MendError('annotation-corrupt', detail, 'Correct the entry in the file, or leave it out.')

/** An entry of the file as an object. @throws MendError `annotation-corrupt` when it is not JSON or not an object. */
export function parseFields(bytes: Buffer): Fields {
  let content: unknown
  try {
    content = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw corrupt(error instanceof Error ? error.message.slice(0, 200) : 'not JSON')
  }
  return asFields(content)
}

function isFields(content: unknown): content is Fields {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

export function asFields(content: unknown): Fields {
  if (!isFields(content)) throw corrupt('not an object')
  return content
}

/** An id as text: some exporters write numbers, some strings, for the same thing. */
export function readId(fields: Fields, key: string): string {
  const id = optionalId(fields, key)
  if (id === null) throw corrupt(`"${key}" is not an id`)
  return id
}

export function optionalId(fields: Fields, key: string): string | null {
  const value = fields[key]
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value.length > 0 && value.length <= 256 ? value : null
}

export function readText(fields: Fields, key: string, fallback: string): string {
  const value = fields[key]
  return typeof value === 'string' ? value : fallback
}

/** A list of finite numbers; null when it is anything else. */
export function numberList(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null
  const list: readonly unknown[] = value
  return list.every((entry): entry is number => typeof entry === 'number' && Number.isFinite(entry)) ? list : null
}

export const isCrowd = (fields: Fields): boolean => fields.iscrowd === 1 || fields.iscrowd === true

/** True for polygons or run lengths; COCO writes `[]` where there is no mask. */
export function hasMask(fields: Fields): boolean {
  const mask = fields.segmentation
  return Array.isArray(mask) ? mask.length > 0 : isFields(mask)
}

/** Does any joint carry a visibility above 0? */
export function hasJoints(fields: Fields): boolean {
  const flat = numberList(fields.keypoints)
  return flat !== null && flat.some((value, i) => i % 3 === 2 && value > 0)
}

/** What annotation tools write beside the annotator's own attributes. */
const technicalAttributes = new Set(['occluded', 'truncated', 'difficult', 'rotation', 'track_id', 'keyframe'])

/** The yes/no attributes of an annotation, as CVAT writes them: `"attributes": {"hat": true}`. */
export function booleanAttributes(fields: Fields): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>()
  if (!isFields(fields.attributes)) return found
  for (const [name, value] of Object.entries(fields.attributes)) {
    if (typeof value === 'boolean' && !technicalAttributes.has(name)) found.set(name, value)
  }
  return found
}
