import type { ExportDataset } from '../../dataset/export.ts'
import type { Split } from '../../dataset/label.ts'
import { checkExportName } from '../exportPicture.ts'
import { ExportTally } from '../exportTally.ts'
import type { ExportPreview, TaskPlace, WriteOptions } from '../format.ts'
import { previewText } from '../previewText.ts'
import { AnnotationWriter, planCategories } from './annotationWriter.ts'

/** The file of a split's annotations. */
export function annotationFile(split: Split | null): string {
  return split === null ? 'person.json' : `person_${split}.json`
}

/** What COCO makes of each task. */
export function cocoPlaces(dataset: ExportDataset): readonly TaskPlace[] {
  const { keypoints, parts, personIsPart, attributes } = planCategories(dataset, new ExportTally('coco'))
  return Object.keys(dataset.tasks).map((task) => {
    if (task === keypoints?.name) {
      return { task, becomes: `keypoints of category person, ${keypoints.schema.joints.length} joints` }
    }
    if (task === parts?.name) {
      const count = parts.schema.parts.length - 1
      return { task, becomes: personIsPart ? 'the mask of each person' : `a mask for each of ${count} part categories` }
    }
    if (attributes.some((entry) => entry.task.name === task)) {
      return { task, becomes: 'attributes of each person: true, false, or left out' }
    }
    return { task, becomes: null }
  })
}

/** Makes every annotation and writes none. */
export async function previewCoco(dataset: ExportDataset, options: WriteOptions = {}): Promise<ExportPreview> {
  const tally = new ExportTally('coco')
  const writer = new AnnotationWriter(dataset, planCategories(dataset, tally), tally)
  let first: ExportPreview['first'] = null
  for await (const image of dataset.images()) {
    options.signal?.throwIfAborted()
    const { id, width, height } = image
    const annotations = writer.annotationsOf(image)
    if (first === null) {
      const record = { images: [{ id, file_name: checkExportName(image.name), width, height }], annotations }
      const file = `annotations/${annotationFile(image.split)}`
      first = { file, text: previewText({ ...record, categories: writer.categories() }) }
    }
    tally.images++
    options.onProgress?.(tally.images)
  }
  return { report: tally.report(), first }
}
