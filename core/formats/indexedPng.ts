import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { type Box, notAnnotatedPart, type PartsValue, type Split, splits } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ImageRecord, SkippedRecord, SourceRecord } from '../dataset/record.ts'
import { readPng } from '../media/png.ts'
import { cappedLines } from './cappedLines.ts'
import type { ReadOptions, SourceFormat } from './format.ts'
import { type LabelMap, labelMapNames, loadLabelMap, readLabelMap } from './labelMap.ts'
import { splitOfName } from './pictureFinder.ts'
import { resolveInside } from './sourcePaths.ts'

const formatName = 'indexed-png'
const pictureFolders = ['images', 'photos', 'JPEGImages', 'img', 'image', 'Images', 'leftImg8bit', 'TrainVal_images']
const labelFolders = [
  'labels',
  'annotations',
  'masks',
  'SegmentationClass',
  'SegmentationClassAug',
  'Category_ids',
  'Categories',
  'segmentations',
  'gtFine',
  'TrainVal_parsing_annotations',
]
const mapFiles = ['labelMap.json', 'label_map.json', 'labels.json', 'labels.txt', 'classes.txt']
const listFolders = ['', 'ImageSets', 'ImageSets/Segmentation', 'ImageSets/Main']
const pictureEndings = ['.jpg', '.jpeg', '.png', '.JPG', '.JPEG', '.PNG', '.webp', '.bmp']
/** What label pictures add to the name of their photo. */
const labelSuffixes = /(?:_gtFine_labelIds|_labelIds|_label|_mask|_parsing|_seg|_gt)$/
const pictureSuffixes = ['', '_leftImg8bit']
/** Renderings of labels as colours lie beside the labels. */
const notLabels = /_(?:visualize|vis|color|colors|instanceIds|labelTrainIds)$/i
const maxFiles = 5_000_000
const maxLevels = 6

interface LabelFolders {
  readonly pictures: string
  readonly labels: string
}

async function entriesIn(root: string, relative: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(await resolveInside(root, relative), { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

async function findFolders(source: string, options: ReadOptions): Promise<LabelFolders | null> {
  const folders = (await entriesIn(source, '')).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const pick = (chosen: string | undefined, known: readonly string[]): string | undefined =>
    chosen ?? known.find((name) => folders.includes(name))
  const pictures = pick(options.options?.images, pictureFolders)
  const labels = pick(options.options?.labels, labelFolders)
  if (pictures === undefined || labels === undefined) return null
  // An option is a path of the user's, but what it names is still to lie in the source.
  for (const folder of [pictures, labels]) await resolveInside(source, folder)
  return { pictures, labels }
}

/** Label pictures below a folder, relative to it, in order; at most six levels deep, links to folders are not followed. */
async function* labelPictures(root: string, below = '', level = 0): AsyncGenerator<string> {
  for (const entry of await entriesIn(root, below)) {
    const relative = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory() && level < maxLevels) yield* labelPictures(root, relative, level + 1)
    else if (/\.png$/i.test(entry.name) && !notLabels.test(entry.name.slice(0, -4))) yield relative
  }
}

/** The photo of a label picture: the same name (less what labels add), any picture ending, relative to the source. */
async function photoOf(source: string, folders: LabelFolders, label: string): Promise<string | null> {
  const stem = label.slice(0, -4)
  const bare = stem.replace(labelSuffixes, '')
  // Sets of one split a folder call them by different words: train_images, train_segmentations.
  const swapped = stem.replace(/(train|val|test)_(?:segmentations|labels|annotations)\//, '$1_images/')
  const names = [
    stem,
    ...[stem, bare, swapped].flatMap((name) =>
      pictureSuffixes.flatMap((suffix) => pictureEndings.map((ending) => name + suffix + ending)),
    ),
  ]
  for (const name of new Set(names)) {
    const relative = `${folders.pictures}/${name}`
    const info = await stat(await resolveInside(source, relative)).catch(() => null)
    if (info?.isFile() === true) return relative
  }
  return null
}

/** Split by entry (a photo's name with or without ending) of lists such as train.txt, train_id.txt, ImageSets/Segmentation/val.txt. */
async function readSplitLists(source: string): Promise<ReadonlyMap<string, Split>> {
  const lists = new Map<string, Split>()
  for (const folder of listFolders) {
    for (const split of splits) {
      for (const name of [`${split}.txt`, `${split}_id.txt`]) {
        const relative = folder === '' ? name : `${folder}/${name}`
        const file = await resolveInside(source, relative)
        const info = await stat(file).catch(() => null)
        if (info?.isFile() !== true) continue
        for await (const line of cappedLines(file, 4096)) {
          // VOC's lists of one class add 1, 0 or -1.
          const entry = (line.text ?? '').trim().replace(/\s+(?:-?1|0)$/, '')
          if (entry !== '' && lists.size < maxFiles) lists.set(entry, split)
        }
      }
    }
  }
  return lists
}

async function findLabelMap(source: string, options: ReadOptions): Promise<LabelMap> {
  const chosen = options.options?.labelMap
  if (chosen !== undefined) {
    return labelMapNames.some((name) => name === chosen) ? loadLabelMap(chosen) : readLabelMap(source, chosen)
  }
  const own = await ownMapFile(source)
  if (own !== null) return readLabelMap(source, own)
  throw new MendError(
    'label-map-missing',
    `${source}: nothing says what the values of its label pictures mean`,
    `Give option labelMap=NAME, one of ${labelMapNames.join(', ')}, or put labelMap.json or labels.txt there.`,
  )
}

async function ownMapFile(source: string): Promise<string | null> {
  for (const name of mapFiles) {
    const info = await stat(path.join(source, name)).catch(() => null)
    if (info?.isFile() === true) return name
  }
  return null
}

interface Extent {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Around the values that `counts` accepts; null when there are none. */
function extentOf(data: Uint8Array, width: number, accepts: (value: number) => boolean): Extent | null {
  const accepted = Uint8Array.from({ length: 256 }, (_, value) => (accepts(value) ? 1 : 0))
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let i = 0; i < data.length; i++) {
    if (accepted[data[i]] === 0) continue
    const x = i % width
    const y = (i - x) / width
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    bottom = y
  }
  return right < 0 ? null : { left, top, right, bottom }
}

/** The part of a full raster that is not background; everything outside a parts value is. */
function croppedParts(data: Uint8Array, width: number): { readonly value: PartsValue; readonly box: Box | null } {
  const kept = extentOf(data, width, (part) => part !== 0)
  const seen = extentOf(data, width, (part) => part !== 0 && part !== notAnnotatedPart)
  const box =
    seen === null
      ? null
      : { x: seen.left, y: seen.top, width: seen.right - seen.left + 1, height: seen.bottom - seen.top + 1 }
  if (kept === null)
    return { value: { kind: 'parts', left: 0, top: 0, width: 0, height: 0, data: new Uint8Array(0) }, box }
  const { left, top } = kept
  const window = { left, top, width: kept.right - left + 1, height: kept.bottom - top + 1 }
  const cropped = new Uint8Array(window.width * window.height)
  for (let row = 0; row < window.height; row++) {
    const start = (top + row) * width + left
    cropped.set(data.subarray(start, start + window.width), row * window.width)
  }
  return { value: { kind: 'parts', ...window, data: cropped }, box }
}

/**
 * The label picture as a value of its map.
 * @throws MendError `label-not-indexed` for colours, `label-corrupt` for a value without a name, `png-corrupt`,
 * `image-too-large`
 */
async function readLabelPicture(file: string, map: LabelMap) {
  if (!(await stat(file)).isFile()) {
    throw new MendError('label-corrupt', `${file}: not a file`, 'Leave only label pictures in this folder.')
  }
  const png = await readPng(file)
  if (png.channels !== 1 || !(png.data instanceof Uint8Array)) {
    throw new MendError(
      'label-not-indexed',
      `${file}: ${png.channels} channels of ${png.depth} bits instead of one of at most 8`,
      'Label pictures hold class numbers, grey or indexed; colours are a rendering of them.',
    )
  }
  const parts = map.schema.parts.length
  const data = png.data
  for (let i = 0; i < data.length; i++) {
    if (map.notAnnotated.has(data[i])) data[i] = notAnnotatedPart
    else if (data[i] >= parts) {
      throw new MendError(
        'label-corrupt',
        `${file}: value ${data[i]} at x ${i % png.width}, y ${Math.floor(i / png.width)}; the label map has ${parts}`,
        'Is it the right label map? Option labelMap names another.',
      )
    }
  }
  return { width: png.width, height: png.height, ...croppedParts(data, png.width) }
}

interface ReadContext {
  readonly source: string
  readonly folders: LabelFolders
  readonly map: LabelMap
  readonly lists: ReadonlyMap<string, Split>
}

function splitOf(context: ReadContext, label: string, photo: string): Split | null {
  const stem = label.slice(0, -4)
  const photoName = photo.slice(context.folders.pictures.length + 1)
  const photoStem = photoName.replace(/\.[^./]*$/, '')
  for (const name of [stem, photoName, photoStem, path.posix.basename(photoName), path.posix.basename(photoStem)]) {
    const listed = context.lists.get(name)
    if (listed !== undefined) return listed
  }
  const folder = label.includes('/') ? label.slice(0, label.indexOf('/')) : ''
  return folder === '' ? null : splitOfName(folder)
}

async function readOne(context: ReadContext, label: string): Promise<ImageRecord | SkippedRecord> {
  const where = `${context.folders.labels}/${label}`
  const skipped = (reason: string, detail: string): SkippedRecord => ({ type: 'skipped', reason, where, detail })
  try {
    const photo = await photoOf(context.source, context.folders, label)
    if (photo === null) return skipped('image-missing', `no picture of this name in ${context.folders.pictures}`)
    const { width, height, value, box } = await readLabelPicture(
      await resolveInside(context.source, where),
      context.map,
    )
    const person = { key: null, box, labels: { parts: value } }
    const split = splitOf(context, label, photo)
    return { type: 'image', path: photo, size: { width, height }, split, people: [person] }
  } catch (error) {
    if (!(error instanceof MendError)) {
      if (error instanceof Error && 'code' in error) return skipped('label-unreadable', error.message)
      throw error
    }
    const reason = error.code === 'path-outside-source' ? 'path-outside' : error.code
    return skipped(reason === 'png-corrupt' || reason === 'image-too-large' ? 'label-corrupt' : reason, error.message)
  }
}

async function requireFolders(source: string, options: ReadOptions): Promise<LabelFolders> {
  const folders = await findFolders(source, options)
  if (folders !== null) return folders
  throw new MendError(
    'indexed-png-not-found',
    `${source}: no folder of pictures beside one of label pictures`,
    'Name them: option images=FOLDER and labels=FOLDER, both in the source.',
  )
}

async function* readFolder(source: string, options: ReadOptions): AsyncGenerator<SourceRecord> {
  const folders = await requireFolders(source, options)
  const map = await findLabelMap(source, options)
  const context: ReadContext = { source, folders, map, lists: await readSplitLists(source) }
  let images = 0
  for await (const label of labelPictures(await resolveInside(source, folders.labels))) {
    options.signal?.throwIfAborted()
    const record = await readOne(context, label)
    yield record
    if (record.type === 'image' && ++images === options.limit) return
  }
}

/**
 * A folder of pictures beside a folder of label pictures of the same names, whose values are part numbers: LIP, CIHP, ATR,
 * PASCAL-Person-Part, Cityscapes ids, and what this program writes. One label picture is one person, whose box is the
 * extent of the parts; 255 is not annotated. The label picture's size is handed on as the picture's claimed size. Options:
 * `labelMap` (a shipped name or a file in the source), `images`, `labels` (folders).
 */
export const indexedPngFormat: SourceFormat = {
  name: formatName,
  title: 'Indexed label PNG',
  options: [
    {
      name: 'labelMap',
      title: 'Label map',
      hint: 'what the values mean: a known map, or a file in the source',
      choices: labelMapNames,
    },
    { name: 'images', title: 'Folder of pictures', hint: 'its name in the source' },
    { name: 'labels', title: 'Folder of label pictures', hint: 'its name in the source' },
  ],
  async detect(source) {
    const info = await stat(source).catch(() => null)
    if (info?.isDirectory() !== true) return null
    const folders = await findFolders(source, {})
    if (folders === null) return null
    let tried = 0
    for await (const label of labelPictures(path.join(source, folders.labels))) {
      if (++tried > 20) break
      const photo = await photoOf(source, folders, label).catch(() => null)
      if (photo === null) continue
      const map = await ownMapFile(source)
      const reason = `${folders.labels}/${label} beside ${photo}${map === null ? '' : `, and ${map}`}`
      return { format: formatName, confidence: map === null ? 0.6 : 0.9, reason }
    }
    return null
  },
  async describe(source, options = {}) {
    const folders = await requireFolders(source, options)
    const { schema } = await findLabelMap(source, options)
    let images = 0
    for await (const label of labelPictures(await resolveInside(source, folders.labels))) if (label !== '') images++
    return { format: formatName, tasks: { parts: schema }, tagLists: {}, images }
  },
  read(source, options = {}) {
    return readFolder(source, options)
  },
}
