import { createReadStream } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { ExportDataset, ExportImage, ExportReport } from '../../dataset/export.ts'
import type { Split } from '../../dataset/label.ts'
import { checkExportName, copyPicture } from '../exportPicture.ts'
import { ExportTally } from '../exportTally.ts'
import type { TargetFormat, WriteOptions } from '../format.ts'
import { writeStaged } from '../stagedFolder.ts'
import { annotationFile, cocoPlaces, previewCoco } from './preview.ts'
import { AnnotationWriter, planCategories } from './annotationWriter.ts'

/** A JSON list that grows on disk, and is put into the final file at the end. */
class ListFile {
  readonly #handle: FileHandle
  readonly path: string
  #empty = true

  private constructor(file: string, handle: FileHandle) {
    this.path = file
    this.#handle = handle
  }

  static async create(file: string): Promise<ListFile> {
    return new ListFile(file, await open(file, 'wx'))
  }

  async add(entries: readonly object[]): Promise<void> {
    if (entries.length === 0) return
    const text = entries.map((entry) => JSON.stringify(entry)).join(',\n')
    await this.#handle.writeFile(this.#empty ? text : `,\n${text}`)
    this.#empty = false
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** The file of one split: images and annotations come interleaved, but stand in two lists. */
class SplitFile {
  readonly #target: string
  readonly #images: ListFile
  readonly #annotations: ListFile

  private constructor(target: string, images: ListFile, annotations: ListFile) {
    this.#target = target
    this.#images = images
    this.#annotations = annotations
  }

  static async create(folder: string, split: Split | null): Promise<SplitFile> {
    const target = path.join(folder, annotationFile(split))
    const images = await ListFile.create(`${target}.images`)
    try {
      return new SplitFile(target, images, await ListFile.create(`${target}.annotations`))
    } catch (error) {
      await images.close()
      throw error
    }
  }

  async add(image: object, annotations: readonly object[]): Promise<void> {
    await this.#images.add([image])
    await this.#annotations.add(annotations)
  }

  async close(): Promise<void> {
    await this.#images.close()
    await this.#annotations.close()
  }

  /** Puts the lists together; call after `close`. */
  async assemble(description: string, categories: readonly object[]): Promise<void> {
    const out = await open(this.#target, 'wx')
    try {
      await out.writeFile(`{"info":${JSON.stringify({ description })},\n`)
      await out.writeFile(`"categories":${JSON.stringify(categories)},\n"images":[\n`)
      await out.writeFile(createReadStream(this.#images.path))
      await out.writeFile('\n],\n"annotations":[\n')
      await out.writeFile(createReadStream(this.#annotations.path))
      await out.writeFile('\n]}\n')
      await out.sync()
    } finally {
      await out.close()
    }
    await rm(this.#images.path)
    await rm(this.#annotations.path)
  }
}

class SplitFiles {
  readonly #folder: string
  readonly #files = new Map<Split | null, SplitFile>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async of(split: Split | null): Promise<SplitFile> {
    const existing = this.#files.get(split)
    if (existing !== undefined) return existing
    const created = await SplitFile.create(this.#folder, split)
    this.#files.set(split, created)
    return created
  }

  all(): readonly SplitFile[] {
    return [...this.#files.values()]
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close()
  }
}

async function fillCoco(dataset: ExportDataset, folder: string, options: WriteOptions): Promise<ExportReport> {
  const tally = new ExportTally('coco')
  const plan = planCategories(dataset, tally)
  const writer = new AnnotationWriter(dataset, plan, tally)
  const annotations = path.join(folder, 'annotations')
  await mkdir(annotations)
  const splitFiles = new SplitFiles(annotations)
  try {
    for await (const image of dataset.images()) {
      options.signal?.throwIfAborted()
      await writeImage(image, folder, splitFiles, writer, options)
      tally.images++
      options.onProgress?.(tally.images)
    }
    // An export without images is still a COCO file.
    if (tally.images === 0) await splitFiles.of(null)
  } finally {
    await splitFiles.close()
  }
  for (const file of splitFiles.all()) {
    options.signal?.throwIfAborted()
    await file.assemble(dataset.name, writer.categories())
  }
  return tally.report()
}

async function writeImage(
  image: ExportImage,
  folder: string,
  splitFiles: SplitFiles,
  writer: AnnotationWriter,
  options: WriteOptions,
): Promise<void> {
  checkExportName(image.name)
  if (options.copyImages !== false) await copyPicture(image.file, path.join(folder, 'images'), image.name)
  const { id, name, width, height } = image
  const file = await splitFiles.of(image.split)
  await file.add({ id, file_name: name, width, height }, writer.annotationsOf(image))
}

/**
 * COCO: `annotations/person[_train|_val|_test].json` and `images/`. Each person is one annotation with box, joints, yes/no
 * attributes (in `attributes`, as CVAT writes them) and the union of the parts as mask; each part is an annotation of its
 * own category with `person_id`. Masks are compressed run lengths. With `copyImages` false only names are written.
 */
export const cocoTarget: TargetFormat = {
  name: 'coco',
  title: 'COCO instances and keypoints',
  alwaysCopies: false,
  places: cocoPlaces,
  preview: previewCoco,
  write(dataset, out, options = {}) {
    return writeStaged(out, (folder) => fillCoco(dataset, folder, options))
  },
}
