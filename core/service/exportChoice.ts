import type { z } from 'zod'
import { peopleQuery } from '../api/browse.ts'
import type { previewExportInput } from '../api/dataset.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ExportOptions } from '../jobs/exportProject.ts'
import type { Project } from '../store/project.ts'
import { listViews } from '../store/views.ts'
import { browserOf } from './browseProcedures.ts'

/** Which labels and people an export takes. @throws MendError `view-unknown` */
export async function exportChoice(
  project: Project,
  { filter, selection, view }: z.output<typeof previewExportInput>,
): Promise<Pick<ExportOptions, 'filter' | 'selection' | 'people'>> {
  const choice = { ...(filter !== undefined && { filter }), ...(selection && { selection }) }
  return view === undefined ? choice : { ...choice, people: await peopleOfView(project, view) }
}

async function peopleOfView(project: Project, view: number): Promise<ReadonlySet<number>> {
  const query = peopleQuery.safeParse(listViews(project.connection).find(({ id }) => id === view)?.query)
  if (!query.success) {
    throw new MendError('view-unknown', `there is no view ${view}`, 'It may be deleted: choose another one.')
  }
  return new Set(await browserOf(project).ids({ ...query.data, unit: 'people' }, 0, undefined))
}
