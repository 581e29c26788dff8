import { stat } from 'node:fs/promises'
import type { ExportPreview } from '../api/dataset.ts'
import type { ExportDataset, ExportImage } from '../dataset/export.ts'
import { targetFormat } from '../formats/registry.ts'
import type { Project } from '../store/project.ts'
import { datasetFor, type ExportOptions } from './exportProject.ts'

const examplesKept = 5

/**
 * What an export would write and lose, by going through all of it without writing. Pictures are looked for, not read.
 * Throws what `exportProject` throws, except for the output folder.
 */
export async function previewExport(
  project: Project,
  format: string,
  options: Omit<ExportOptions, 'copyImages'> = {},
): Promise<ExportPreview> {
  const target = targetFormat(format)
  const { filter, selection, people, ...previewOptions } = options
  const dataset = datasetFor(project, format, { filter, selection, people })
  const pictures = new PictureCount()
  const counted: ExportDataset = { ...dataset, images: () => pictures.counting(dataset.images()) }
  const { report, first } = await target.preview(counted, previewOptions)
  return {
    ...report,
    lost: [...report.lost, ...dataset.losses()],
    tasks: target.places(dataset),
    first,
    pictureBytes: pictures.bytes,
    missing: { count: pictures.missing, examples: pictures.examples },
    alwaysCopies: target.alwaysCopies,
  }
}

class PictureCount {
  bytes = 0
  missing = 0
  readonly examples: string[] = []

  async *counting(images: AsyncIterable<ExportImage>): AsyncGenerator<ExportImage> {
    for await (const image of images) {
      const info = await stat(image.file).catch(() => null)
      if (info === null) {
        this.missing++
        if (this.examples.length < examplesKept) this.examples.push(image.name)
      } else this.bytes += info.size
      yield image
    }
  }
}
