import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { AttributesValue, Box, PartsValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ImageRecord, SkippedRecord, SourceRecord, SourceSchema } from '../dataset/record.ts'
import type { Detection, ReadOptions, SourceFormat } from './format.ts'
import { readMat } from './mat/readMat.ts'
import { matCell, matNumeric, matText, type MatNumeric } from './mat/values.ts'
import { resolveInside } from './sourcePaths.ts'

/**
 * Clothing Co-Parsing (Yang, Luo, Lin, CVPR 2014): one person a photo; some photos have a mask of label numbers
 * (annotations/pixel-level, `groundtruth` H×W), others a list of label numbers (annotations/image-level, `tags`), and
 * label_list.mat names the numbers from 0, which is the background.
 */
const format = 'clothing-co-parsing'
const photosFolder = 'photos'
const masksFolder = 'annotations/pixel-level'
const tagsFolder = 'annotations/image-level'
const labelList = 'label_list.mat'
const maxMaskPixels = 2 ** 26
const maxAnnotationBytes = 2 ** 27

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** File names of a folder by stem, for one set of extensions; the first of equal stems in alphabetical order. */
async function filesByStem(source: string, folder: string, extension: RegExp): Promise<Map<string, string>> {
  let names: string[]
  try {
    names = await readdir(await resolveInside(source, folder))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return new Map()
    throw error
  }
  const found = new Map<string, string>()
  for (const name of names.sort()) {
    const stem = name.replace(extension, '')
    if (stem !== name && !found.has(stem)) found.set(stem, `${folder}/${name}`)
  }
  return found
}

async function readLabelList(source: string): Promise<readonly string[]> {
  const file = await resolveInside(source, labelList)
  let variables
  try {
    variables = await readMat(file, { maxBytes: 2 ** 22 })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new MendError(
      'file-missing',
      `${file}: the list of label names is missing`,
      'Copy label_list.mat of Clothing Co-Parsing beside photos/ and annotations/.',
      { cause: error },
    )
  }
  const { cells } = matCell(variables.get('label_list'), file, 'label_list')
  const names = cells.map((cell, number) => matText(cell, file, `label_list{${number + 1}}`).trim())
  if (names.length < 2 || names.length > 254 || new Set(names).size !== names.length) {
    throw new MendError(
      'mat-unexpected',
      `${file}: ${names.length} label names, ${new Set(names).size} different; 2 to 254 different ones are possible`,
      'Restore label_list.mat from the published dataset.',
    )
  }
  return names
}

interface Listing {
  readonly photos: Map<string, string>
  readonly masks: Map<string, string>
  readonly tags: Map<string, string>
  readonly stems: readonly string[]
}

async function list(source: string): Promise<Listing> {
  const [photos, masks, tags] = await Promise.all([
    filesByStem(source, photosFolder, /\.(jpe?g|png)$/i),
    filesByStem(source, masksFolder, /\.mat$/i),
    filesByStem(source, tagsFolder, /\.mat$/i),
  ])
  const stems = [...new Set([...photos.keys(), ...masks.keys(), ...tags.keys()])].sort()
  return { photos, masks, tags, stems }
}

/** A label file that cannot be used; becomes a skipped record. */
class UnusableLabel extends Error {}

function labelNumber(value: number | bigint, names: readonly string[]): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0 || number >= names.length) {
    throw new UnusableLabel(`label number ${number} of ${names.length}`)
  }
  return number
}

interface Mask {
  readonly value: PartsValue
  readonly box: Box | null
  readonly size: { readonly width: number; readonly height: number }
}

/** Turns the column-major H×W numbers into a row-major window around everything that is not background. */
function maskOf(groundtruth: MatNumeric, names: readonly string[]): Mask {
  const { dims, data } = groundtruth
  const [height, width] = dims
  if (dims.length !== 2 || height === 0 || width === 0) throw new UnusableLabel(`groundtruth is ${dims.join('×')}`)
  if (height * width > maxMaskPixels) throw new UnusableLabel(`groundtruth is ${dims.join('×')}, too large`)
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (labelNumber(data[x * height + y], names) === 0) continue
      if (x < left) left = x
      if (y < top) top = y
      if (y > bottom) bottom = y
      right = x
    }
  }
  const size = { width, height }
  if (right < 0) {
    return { value: { kind: 'parts', left: 0, top: 0, width: 1, height: 1, data: Uint8Array.of(0) }, box: null, size }
  }
  const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  const window = new Uint8Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) window[y * box.width + x] = Number(data[(left + x) * height + top + y])
  }
  return { value: { kind: 'parts', left, top, width: box.width, height: box.height, data: window }, box, size }
}

/** Tag numbers as one answer an attribute, attribute i being label number i + 1; number 0 (background) says nothing. */
function attributesOf(tags: MatNumeric, names: readonly string[], exhaustive: boolean): AttributesValue {
  const present = new Set<number>()
  for (const tag of tags.data) present.add(labelNumber(tag, names))
  const absent = exhaustive ? false : null
  return { kind: 'attributes', values: names.slice(1).map((_, i) => (present.has(i + 1) ? true : absent)) }
}

function skipped(reason: string, where: string, detail: string): SkippedRecord {
  return { type: 'skipped', reason, where, detail }
}

/** Reads one variable of an annotation file, or says as a skipped record why it cannot be used. */
async function readLabel<T>(
  source: string,
  file: string,
  variable: string,
  decode: (value: MatNumeric) => T,
): Promise<T | SkippedRecord> {
  try {
    const resolved = await resolveInside(source, file)
    const variables = await readMat(resolved, { maxBytes: maxAnnotationBytes, maxValues: 1000, name: file })
    return decode(matNumeric(variables.get(variable), file, variable))
  } catch (error) {
    if (error instanceof MendError && error.code === 'path-outside-source') {
      return skipped(error.code, file, error.message)
    }
    if (error instanceof MendError || error instanceof UnusableLabel)
      return skipped('label-corrupt', file, error.message)
    if (errorCode(error) === 'ENOENT') return skipped('label-missing', file, 'The file is not there.')
    throw error
  }
}

const isSkipped = (value: object): value is SkippedRecord => 'type' in value && value.type === 'skipped'

/** Everything said of one photo: its record if anything usable is left, and what was passed over. */
async function readPhoto(
  source: string,
  stem: string,
  listing: Listing,
  names: readonly string[],
  exhaustive: boolean,
): Promise<readonly SourceRecord[]> {
  const photo = listing.photos.get(stem)
  if (photo === undefined) {
    const where = `${photosFolder}/${stem}.jpg`
    return [skipped('image-missing', where, 'It has annotations, but the photo is not there.')]
  }
  try {
    await resolveInside(source, photo)
  } catch (error) {
    if (error instanceof MendError) return [skipped(error.code, photo, error.message)]
    throw error
  }
  const problems: SkippedRecord[] = []
  const labels: Record<string, PartsValue | AttributesValue> = {}
  let mask: Mask | null = null
  const maskFile = listing.masks.get(stem)
  if (maskFile !== undefined) {
    const read = await readLabel(source, maskFile, 'groundtruth', (value) => maskOf(value, names))
    if (isSkipped(read)) problems.push(read)
    else {
      mask = read
      labels.parts = read.value
    }
  }
  const tagsFile = listing.tags.get(stem)
  if (tagsFile !== undefined) {
    const read = await readLabel(source, tagsFile, 'tags', (value) => attributesOf(value, names, exhaustive))
    if (isSkipped(read)) problems.push(read)
    else labels.attributes = read
  }
  if (problems.length > 0 && Object.keys(labels).length === 0) return problems
  const person = { key: stem, box: mask?.box ?? null, labels }
  const record: ImageRecord = { type: 'image', path: photo, size: mask?.size ?? null, split: null, people: [person] }
  return [...problems, record]
}

async function isDirectory(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function detect(source: string): Promise<Detection | null> {
  const [photos, annotations] = await Promise.all([
    isDirectory(path.join(source, photosFolder)),
    isDirectory(path.join(source, 'annotations')),
  ])
  if (!photos || !annotations) return null
  const listed = await stat(path.join(source, labelList)).catch(() => null)
  if (listed === null) return null
  return { format, confidence: 0.99, reason: 'it has photos/, annotations/ and label_list.mat' }
}

async function describe(source: string): Promise<SourceSchema> {
  const [names, listing] = await Promise.all([readLabelList(source), list(source)])
  const parts = ['background', ...names.slice(1)]
  return {
    format,
    tasks: {
      parts: { kind: 'parts', parts, flip: parts.map((_, i) => i) },
      attributes: { kind: 'attributes', attributes: names.slice(1) },
    },
    tagLists: {
      attributes: {
        exhaustive: true,
        reason: 'every photo with tags lists all clothes that can be seen in it, so an absent tag means no',
      },
    },
    images: listing.stems.length,
  }
}

async function* read(source: string, options: ReadOptions = {}): AsyncGenerator<SourceRecord> {
  const [names, listing] = await Promise.all([readLabelList(source), list(source)])
  const exhaustive = options.exhaustive?.attributes ?? true
  let images = 0
  for (const stem of listing.stems) {
    if (options.limit !== undefined && images >= options.limit) return
    options.signal?.throwIfAborted()
    for (const record of await readPhoto(source, stem, listing, names, exhaustive)) {
      if (record.type === 'image') images++
      yield record
    }
  }
}

export const clothingCoParsing: SourceFormat = { name: format, title: 'Clothing Co-Parsing', detect, describe, read }
