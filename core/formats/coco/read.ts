import { MendError } from '../../dataset/mendError.ts'
import type { ImageRecord, SkippedRecord, SourceRecord } from '../../dataset/record.ts'
import type { ReadOptions, SourceFormat } from '../format.ts'
import { PictureFinder } from '../pictureFinder.ts'
import { maxMaskPixels } from '../rle/rle.ts'
import { skeletonNames } from '../skeletons.ts'
import { AnnotationIndex } from './annotationIndex.ts'
import { type Fields, readText } from './fields.ts'
import { cocoLikeness, findCocoFiles, rootOfFile } from './files.ts'
import { type DatasetLayout, type FileLayout, layoutOf, type LayoutOptions } from './layout.ts'
import type { ImageSize } from './masks.ts'
import { PeopleReader } from './people.ts'
import { type FileSummary, summarise } from './summary.ts'

const formatName = 'coco'

interface NamedSummary {
  readonly name: string
  readonly summary: FileSummary
}

const layoutOptions = (options: ReadOptions): LayoutOptions => ({
  people: options.options?.people,
  parts: options.options?.parts,
  skeleton: options.options?.skeleton,
})

/** The size that an image entry claims; null: none; undefined: an absurd one. */
function claimedSize(fields: Fields): ImageSize | null | undefined {
  const { width, height } = fields
  if (width === undefined || width === null || height === undefined || height === null) return null
  if (typeof width !== 'number' || typeof height !== 'number') return undefined
  const plausible = [width, height].every((side) => Number.isInteger(side) && side > 0)
  return plausible && width * height <= maxMaskPixels ? { width, height } : undefined
}

/** Reads one file of a COCO dataset, image by image. */
class FileReader {
  readonly #index: AnnotationIndex
  readonly #layout: DatasetLayout
  readonly #fileLayout: FileLayout
  readonly #finder: PictureFinder
  readonly #file: { readonly name: string; readonly split: ImageRecord['split'] }

  constructor(
    index: AnnotationIndex,
    layout: DatasetLayout,
    fileLayout: FileLayout,
    finder: PictureFinder,
    file: { readonly name: string; readonly split: ImageRecord['split'] },
  ) {
    this.#index = index
    this.#layout = layout
    this.#fileLayout = fileLayout
    this.#finder = finder
    this.#file = file
  }

  async *records(): AsyncGenerator<SourceRecord> {
    yield* this.#index.problems(this.#file.name)
    for (const { id, offset, fields } of this.#index.images()) {
      const where = `${this.#file.name}: image ${id}, byte ${offset}`
      const image = await this.#locate(fields, where)
      if (image.type === 'skipped') {
        yield image
        continue
      }
      const { annotations, cut } = this.#index.annotationsOf(id)
      if (cut)
        yield { type: 'skipped', reason: 'annotations-too-many', where, detail: `only ${annotations.length} are read` }
      const { people, problems } = new PeopleReader(this.#layout, this.#fileLayout, this.#file.name, image.size).read(
        annotations,
      )
      yield* problems
      yield { ...image, people }
    }
  }

  /** The image without its people, or why it is passed over. */
  async #locate(fields: Fields, where: string): Promise<ImageRecord | SkippedRecord> {
    const skipped = (reason: string, detail: string): SkippedRecord => ({ type: 'skipped', reason, where, detail })
    const name = readText(fields, 'file_name', '')
    if (name === '') return skipped('image-corrupt', 'no "file_name"')
    const size = claimedSize(fields)
    if (size === undefined) {
      return skipped('image-corrupt', `a size of ${String(fields.width)}×${String(fields.height)} pixels`)
    }
    try {
      const found = await this.#finder.find(name)
      if (found === null) return skipped('image-missing', name)
      return { type: 'image', path: found, size, split: this.#file.split, people: [] }
    } catch (error) {
      if (error instanceof MendError) return skipped('path-outside', error.message)
      throw error
    }
  }
}

async function* readCoco(source: string, options: ReadOptions): AsyncGenerator<SourceRecord> {
  const { root, files } = await findCocoFiles(source, options)
  const indices: AnnotationIndex[] = []
  try {
    for (const file of files) indices.push(await AnnotationIndex.build(file.path, file.name, options.signal))
    const summaries: NamedSummary[] = files.map((file, i) => ({ name: file.name, summary: indices[i].summary }))
    const layout = layoutOf(summaries, layoutOptions(options))
    let images = 0
    for (const [i, file] of files.entries()) {
      const finder = await PictureFinder.open(root, file.split)
      for await (const record of new FileReader(indices[i], layout, layout.files[i], finder, file).records()) {
        options.signal?.throwIfAborted()
        yield record
        if (record.type === 'image' && ++images === options.limit) return
      }
    }
  } finally {
    for (const index of indices) await index.close()
  }
}

/**
 * COCO instances and keypoints, and what follows their form (LIP, CrowdPose, Halpe; datasets of clothes and body parts).
 * What categories mean is decided by layout.ts, which annotations form a person by people.ts. Options: `annotations`
 * (files), `people`, `parts` (category names; `all`, `none`), `skeleton` (where joints have no names).
 */
export const cocoFormat: SourceFormat = {
  name: formatName,
  title: 'COCO instances and keypoints',
  options: [
    { name: 'annotations', title: 'Annotation files', hint: 'JSON files in the source, separated by commas' },
    { name: 'people', title: 'Categories that are people', hint: 'names, separated by commas' },
    { name: 'parts', title: 'Categories that are parts', hint: 'names, separated by commas; all; none' },
    { name: 'skeleton', title: 'Joints without names are', hint: 'a skeleton', choices: skeletonNames, closed: true },
  ],
  rootOfFile,
  async detect(source) {
    try {
      const { files } = await findCocoFiles(source)
      const confidence = await cocoLikeness(files[0].path)
      if (confidence === 0) return null
      return { format: formatName, confidence, reason: `${files.map((file) => file.name).join(', ')}: COCO's lists` }
    } catch (error) {
      if (error instanceof MendError) return null
      throw error
    }
  },
  async describe(source, options = {}) {
    const { files } = await findCocoFiles(source, options)
    const summaries: NamedSummary[] = []
    for (const file of files) {
      summaries.push({ name: file.name, summary: await summarise(file.path, () => undefined, options.signal) })
    }
    const { tasks } = layoutOf(summaries, layoutOptions(options))
    return {
      format: formatName,
      tasks,
      tagLists: {},
      images: summaries.reduce((sum, { summary }) => sum + summary.images, 0),
    }
  },
  read(source, options = {}) {
    return readCoco(source, options)
  },
}
