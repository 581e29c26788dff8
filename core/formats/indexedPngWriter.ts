import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ExportDataset, ExportImage, ExportReport } from '../dataset/export.ts'
import { notAnnotatedPart, type PartsValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { defaultMaxPixels, writePng } from '../media/png.ts'
import { checkExportName, copyPicture, inFolder } from './exportPicture.ts'
import { exportedValue, type NamedTask, tallyLosses, tasksOfKind } from './exportTasks.ts'
import { ExportTally } from './exportTally.ts'
import type { ExportPreview, TargetFormat, WriteOptions } from './format.ts'
import { writeStaged } from './stagedFolder.ts'

/** PASCAL VOC's colours: the bits of the index, from the lowest, spread over red, green and blue from the highest. */
export function indexPalette(): Uint8Array {
  const palette = new Uint8Array(3 * 256)
  for (let index = 0; index < 256; index++) {
    for (let bit = 0; bit < 8; bit++) {
      for (let channel = 0; channel < 3; channel++) {
        palette[3 * index + channel] |=
          ((index >> bit) & 1 && (bit % 3 === channel ? 1 : 0)) << (7 - Math.floor(bit / 3))
      }
    }
  }
  return palette
}

/** Lays a value into a raster of the image; background does not cover what lies there. */
function layInto(raster: Uint8Array, width: number, height: number, value: PartsValue): void {
  for (let row = 0; row < value.height; row++) {
    const y = value.top + row
    if (y < 0 || y >= height) continue
    for (let column = 0; column < value.width; column++) {
      const x = value.left + column
      const part = value.data[row * value.width + column]
      if (x < 0 || x >= width || part === 0) continue
      // A person's "not annotated" must not hide another's part.
      const at = y * width + x
      if (part !== notAnnotatedPart || raster[at] === 0) raster[at] = part
    }
  }
}

class FolderWriter {
  /** null: nothing is written. */
  readonly #folder: string | null
  readonly #dataset: ExportDataset
  readonly #task: NamedTask<'parts'>
  readonly #options: WriteOptions
  readonly #palette = indexPalette()
  readonly tally = new ExportTally('indexed-png')

  constructor(folder: string | null, dataset: ExportDataset, task: NamedTask<'parts'>, options: WriteOptions) {
    this.#folder = folder
    this.#dataset = dataset
    this.#task = task
    this.#options = options
  }

  /** The picture's parts as they go into its label picture; null: it has none. */
  async write(image: ExportImage): Promise<Uint8Array | null> {
    const carried = new Set([this.#task.name])
    const values: PartsValue[] = []
    for (const person of image.people) {
      tallyLosses(person, carried, this.#dataset, this.tally)
      const value = exportedValue(person, this.#task)
      if (value === null) this.tally.lose('people without parts', 'the format has only masks')
      else {
        values.push(value)
        this.tally.people++
      }
    }
    if (values.length === 0) {
      this.tally.lose('images without parts', 'the format has only masks')
      return null
    }
    this.tally.lose('people apart from each other', 'the people of an image share one label picture', values.length - 1)
    const { width, height } = image
    if (width * height > defaultMaxPixels) {
      throw new MendError(
        'image-too-large',
        `${image.name}: ${width}×${height} pixels`,
        'Scale the picture down first.',
      )
    }
    const data = new Uint8Array(width * height)
    for (const value of values) layInto(data, width, height, value)
    if (this.#folder === null) checkExportName(image.name)
    else await this.#writeFiles(this.#folder, image, data)
    this.tally.images++
    return data
  }

  async #writeFiles(folder: string, image: ExportImage, data: Uint8Array): Promise<void> {
    const { width, height, name, split } = image
    // The picture first: its copying checks the name.
    if (this.#options.copyImages !== false) await copyPicture(image.file, path.join(folder, 'images'), name)
    const png = writePng({ width, height, data, palette: this.#palette })
    const stem = await this.#writeLabel(path.join(folder, 'labels'), name, png)
    if (split !== null) await writeFile(path.join(folder, `${split}.txt`), `${stem}\n`, { flag: 'a' })
  }

  /** `labels/NAME.png`, or `labels/NAME.jpg.png` when pictures differ in nothing but their ending. */
  async #writeLabel(folder: string, name: string, png: Uint8Array): Promise<string> {
    for (const stem of [name.replace(/\.[^./]+$/, ''), name]) {
      const file = path.join(folder, ...stem.split('/')) + '.png'
      try {
        await inFolder(file, () => writeFile(file, png, { flag: 'wx' }))
        return stem
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
    throw new MendError('export-name-taken', `${name}: two pictures of the export have this name`, 'Rename one.')
  }
}

/** The one task that label pictures hold. Throws `nothing-to-export`. */
function partsTask(dataset: ExportDataset): NamedTask<'parts'> {
  const [task] = tasksOfKind(dataset, 'parts')
  if (task !== undefined) return task
  throw new MendError(
    'nothing-to-export',
    'The export has no parts task',
    'Label pictures hold parts; choose another format.',
  )
}

async function previewFolder(dataset: ExportDataset, options: WriteOptions = {}): Promise<ExportPreview> {
  const task = partsTask(dataset)
  const writer = new FolderWriter(null, dataset, task, options)
  let first: ExportPreview['first'] = null
  for await (const image of dataset.images()) {
    options.signal?.throwIfAborted()
    const data = await writer.write(image)
    if (first === null && data !== null) {
      first = { file: `labels/${image.name.replace(/\.[^./]+$/, '')}.png`, text: labelPictureText(image, data, task) }
    }
    options.onProgress?.(writer.tally.images)
  }
  return { report: writer.tally.report(), first }
}

/** What a label picture holds, value by value. */
function labelPictureText({ width, height }: ExportImage, data: Uint8Array, task: NamedTask<'parts'>): string {
  const pixels = new Map<number, number>()
  for (const value of data) pixels.set(value, (pixels.get(value) ?? 0) + 1)
  const lines = [...pixels]
    .sort(([a], [b]) => a - b)
    .map(([value, count]) => {
      const name = value === notAnnotatedPart ? 'not annotated' : (task.schema.parts[value] ?? `part ${value}`)
      return `${String(value).padStart(5)}  ${name}  ${((100 * count) / data.length).toFixed(1)} %`
    })
  return [`indexed PNG of ${width} × ${height} pixels, 8 bits`, 'value  part  share of the picture', ...lines].join(
    '\n',
  )
}

async function fillFolder(dataset: ExportDataset, folder: string, options: WriteOptions): Promise<ExportReport> {
  const task = partsTask(dataset)
  const writer = new FolderWriter(folder, dataset, task, options)
  await mkdir(path.join(folder, 'labels'))
  await mkdir(path.join(folder, 'images'))
  for await (const image of dataset.images()) {
    options.signal?.throwIfAborted()
    await writer.write(image)
    options.onProgress?.(writer.tally.images)
  }
  options.signal?.throwIfAborted()
  const { parts, flip } = task.schema
  const map = { title: dataset.name, parts, flip, notAnnotated: [notAnnotatedPart] }
  await writeFile(path.join(folder, 'labelMap.json'), `${JSON.stringify(map, null, 2)}\n`)
  return writer.tally.report()
}

/**
 * `images/`, `labels/` (indexed PNG in VOC's colours, 255 not annotated), `labelMap.json`, and `train.txt`, `val.txt`,
 * `test.txt` for the splits. Parts only, and one label picture an image.
 */
export const indexedPngTarget: TargetFormat = {
  name: 'indexed-png',
  title: 'Indexed label PNG',
  alwaysCopies: false,
  places: (dataset) => {
    const [first] = tasksOfKind(dataset, 'parts')
    return Object.keys(dataset.tasks).map((task) => ({
      task,
      becomes: task === first?.name ? 'one label picture an image, value = part number' : null,
    }))
  },
  preview: previewFolder,
  write(dataset, out, options = {}) {
    return writeStaged(out, (folder) => fillFolder(dataset, folder, options))
  },
}
