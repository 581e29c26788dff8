import { createHash } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ExportDataset, ExportImage, ExportLabel, ExportReport } from '../../dataset/export.ts'
import { checkExportName, copyPicture, hashFile } from '../exportPicture.ts'
import { ExportTally } from '../exportTally.ts'
import type { ExportPreview, TargetFormat, WriteOptions } from '../format.ts'
import { previewText } from '../previewText.ts'
import { writeStaged } from '../stagedFolder.ts'
import {
  bundleVersion,
  linesFile,
  manifestFile,
  picturesFolder,
  toDecimal,
  type ImageLine,
  type Manifest,
  type StoredLabel,
} from './layout.ts'
import { storeValue } from './storedValues.ts'

async function storeLabel(folder: string | null, label: ExportLabel): Promise<StoredLabel> {
  const revisions: StoredLabel['revisions'] = []
  for (const revision of label.revisions) {
    const { at, by, why, origin, state } = revision
    const value = revision.value === null ? null : await storeValue(folder, revision.value)
    revisions.push({ at, by, why, origin, state, value })
  }
  const { state, origin, source } = label
  return { value: await storeValue(folder, label.value), state, origin, source, revisions }
}

async function storePicture(folder: string, image: ExportImage): Promise<ImageLine['picture']> {
  const pictures = path.join(folder, picturesFolder)
  await copyPicture(image.file, pictures, image.name)
  return hashFile(path.join(pictures, ...checkExportName(image.name).split('/')))
}

/** The image's line; `folder` null: nothing is written. */
async function storeImage(folder: string | null, image: ExportImage, tally: ExportTally): Promise<ImageLine> {
  const picture = folder === null ? await hashFile(image.file) : await storePicture(folder, image)
  const people: ImageLine['people'] = []
  for (const person of image.people) {
    const labels = new Map<string, StoredLabel>()
    for (const [task, label] of Object.entries(person.labels)) {
      labels.set(task, await storeLabel(folder, label))
      tally.label(task)
    }
    const box = person.box
    people.push({
      id: person.id,
      box: box === null ? null : [toDecimal(box.x), toDecimal(box.y), toDecimal(box.width), toDecimal(box.height)],
      labels: Object.fromEntries(labels),
    })
    tally.people++
  }
  tally.images++
  const { id, name, width, height, split } = image
  return { id, name, picture, width, height, split, people }
}

async function fillBundle(dataset: ExportDataset, folder: string, options: WriteOptions): Promise<ExportReport> {
  const tally = new ExportTally('mend-bundle')
  const hash = createHash('sha256')
  let bytes = 0
  const lines = await open(path.join(folder, linesFile), 'wx')
  try {
    for await (const image of dataset.images()) {
      options.signal?.throwIfAborted()
      const line = Buffer.from(`${JSON.stringify(await storeImage(folder, image, tally))}\n`)
      hash.update(line)
      bytes += line.length
      await lines.writeFile(line)
      options.onProgress?.(tally.images)
    }
    await lines.sync()
  } finally {
    await lines.close()
  }
  options.signal?.throwIfAborted()
  const report = tally.report()
  const manifest = {
    format: 'mend-bundle',
    version: bundleVersion,
    name: dataset.name,
    tasks: dataset.tasks,
    counts: { images: report.images, people: report.people, labels: report.labels },
    files: { [linesFile]: { sha256: hash.digest('hex'), bytes } },
  } satisfies Omit<Manifest, 'tasks'> & { tasks: ExportDataset['tasks'] }
  await writeFile(path.join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`)
  return report
}

async function previewBundle(dataset: ExportDataset, options: WriteOptions = {}): Promise<ExportPreview> {
  const tally = new ExportTally('mend-bundle')
  let first: ExportPreview['first'] = null
  for await (const image of dataset.images()) {
    options.signal?.throwIfAborted()
    if (first === null) first = { file: linesFile, text: previewText(await storeImage(null, image, tally)) }
    else {
      checkExportName(image.name)
      tally.images++
      tally.people += image.people.length
      for (const person of image.people) for (const task of Object.keys(person.labels)) tally.label(task)
    }
    options.onProgress?.(tally.images)
  }
  return { report: tally.report(), first }
}

/** Writes a bundle (layout.ts). The pictures are always copied: a bundle that refers to others is not whole. */
export const bundleTarget: TargetFormat = {
  name: 'mend-bundle',
  title: 'Mend bundle (everything, with history)',
  alwaysCopies: true,
  places: (dataset) =>
    Object.keys(dataset.tasks).map((task) => ({ task, becomes: 'itself: value, state, origin and every revision' })),
  preview: previewBundle,
  write(dataset, out, options = {}) {
    return writeStaged(out, (folder) => fillBundle(dataset, folder, options))
  },
}
