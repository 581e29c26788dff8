import { peopleQuery, type SavedView } from '../api/browse.ts'
import type { PeopleSelection } from '../api/browse.ts'
import { PeopleBrowser } from '../store/browse/browser.ts'
import { applyBulkInThread, undoBulkInThread } from '../jobs/bulkInThread.ts'
import { applyBulk } from '../store/bulkActions.ts'
import { undoBulk } from '../store/bulkUndo.ts'
import { archiveKind } from '../store/personArchive.ts'
import type { Project } from '../store/project.ts'
import { deleteView, listViews, saveView } from '../store/views.ts'
import { implementation } from './implementation.ts'

const browsers = new WeakMap<Project, PeopleBrowser>()

/** The project's people in memory, read when they are first asked for. */
export function browserOf(project: Project): PeopleBrowser {
  const known = browsers.get(project)
  if (known !== undefined) return known
  const browser = new PeopleBrowser(project.connection)
  browsers.set(project, browser)
  return browser
}

/** The people of a selection, ascending where it is a filter. */
export async function chosenPeople(project: Project, selection: PeopleSelection): Promise<readonly number[]> {
  if (selection.type === 'people') return selection.people
  const query = { unit: 'people', filter: selection.filter, sort: { by: 'id', descending: false } } as const
  const except = new Set(selection.except)
  const people = await browserOf(project).ids(query, 0, undefined)
  return people.filter((person) => !except.has(person))
}

/** A view of a version that knew other queries is passed over rather than shown wrongly. */
function viewsOf(project: Project): SavedView[] {
  return listViews(project.connection).flatMap(({ query, ...view }) => {
    const parsed = peopleQuery.safeParse(query)
    return parsed.success ? [{ ...view, query: parsed.data }] : []
  })
}

export const browseProcedures = {
  list: implementation.browse.list.handler(({ input, context }) =>
    browserOf(context.service.projects.get(input.project)).list(input, input.offset, input.limit, input.version),
  ),
  facets: implementation.browse.facets.handler(({ input, context }) =>
    browserOf(context.service.projects.get(input.project)).facets(input),
  ),
  ids: implementation.browse.ids.handler(async ({ input, context }) => ({
    people: await browserOf(context.service.projects.get(input.project)).ids(
      input,
      input.from,
      input.to,
      input.version,
    ),
  })),
  position: implementation.browse.position.handler(({ input, context }) =>
    browserOf(context.service.projects.get(input.project)).position(input, input.person, input.version),
  ),
  views: implementation.browse.views.handler(({ input, context }) =>
    viewsOf(context.service.projects.get(input.project)),
  ),
  saveView: implementation.browse.saveView.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    project.transaction(({ connection }) => saveView(connection, input.name, input.query))
    return viewsOf(project)
  }),
  deleteView: implementation.browse.deleteView.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    project.transaction(({ connection }) => deleteView(connection, input.view))
    return viewsOf(project)
  }),
  bulk: implementation.browse.bulk.handler(async ({ input, context }) => {
    const project = context.service.projects.get(input.project)
    const people = await chosenPeople(project, input.selection)
    return project.transaction(({ connection }) => applyBulk(connection, people, input.operation, input.by))
  }),
  undo: implementation.browse.undo.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    return project.transaction(({ connection }) => undoBulk(connection, input.action, input.by))
  }),
  startBulk: implementation.browse.startBulk.handler(async ({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const people = await chosenPeople(project, input.selection)
    const { operation: change, by } = input
    return service.startJob('change-people', project, { change, people: people.length, by }, (job) =>
      applyBulkInThread(project, { people, change }, by, job),
    )
  }),
  startUndo: implementation.browse.startUndo.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const { action, by } = input
    return service.startJob('change-people', project, { undo: action ?? null, by }, (job) =>
      undoBulkInThread(project, action, by, job),
    )
  }),
  actions: implementation.browse.actions.handler(({ input, context }) =>
    context.service.projects
      .get(input.project)
      .connection.all<{ id: number; title: string; at: string; author: string; undoneAt: string | null }>(
        'SELECT id, title, at, author, undone_at AS undoneAt FROM bulk_action WHERE kind <> ? ORDER BY id DESC LIMIT 50',
        archiveKind,
      ),
  ),
}
