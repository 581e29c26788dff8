import path from 'node:path'
import type { ExportReport } from '../dataset/export.ts'
import { parseExportFilter, selectedFilter, type ExportSelection } from '../dataset/exportFilter.ts'
import type { WriteOptions } from '../formats/format.ts'
import { targetFormat } from '../formats/registry.ts'
import { exportDataset, type ProjectExport } from '../store/exportDataset.ts'
import type { Project } from '../store/project.ts'

export interface ExportOptions extends WriteOptions {
  /** See core/dataset/exportFilter.ts; missing: everything. */
  readonly filter?: string
  /** In the place of `filter`. */
  readonly selection?: ExportSelection
  /** Only these people; missing: all. */
  readonly people?: ReadonlySet<number>
}

export interface ProjectExportReport extends ExportReport {
  readonly out: string
}

/** The bundle carries rejected labels too, with their history: it is the project itself. */
const completeFormat = 'mend-bundle'

/**
 * Writes a project, or what the filter takes of it, as a dataset. Rejected labels are left out, but for the bundle.
 * Throws `format-unknown`, `filter-invalid`, and what the format throws.
 */
export async function exportProject(
  project: Project,
  format: string,
  out: string,
  options: ExportOptions = {},
): Promise<ProjectExportReport> {
  const target = targetFormat(format)
  const { filter, selection, people, ...writeOptions } = options
  const dataset = datasetFor(project, format, { filter, selection, people })
  const folder = path.resolve(out)
  const report = await target.write(dataset, folder, writeOptions)
  return { ...report, out: folder, lost: [...report.lost, ...dataset.losses()] }
}

/** What of the project a format is given. */
export function datasetFor(
  project: Project,
  format: string,
  { filter, selection, people }: Pick<ExportOptions, 'filter' | 'selection' | 'people'>,
): ProjectExport {
  const chosen = selection === undefined ? parseExportFilter(filter ?? '') : selectedFilter(selection)
  return exportDataset(project, chosen, format === completeFormat, people ?? null)
}
