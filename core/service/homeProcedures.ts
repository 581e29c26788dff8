import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ProjectSummary, RecentProject } from '../api/home.ts'
import { makeSample } from '../jobs/makeSample.ts'
import { hasPlantedErrors, readPlantedCounts } from '../store/plantedErrors.ts'
import type { Project } from '../store/project.ts'
import { readProjectCounts, spreadPeople } from '../store/projectSummary.ts'
import { fileBytes, folderBytes } from './folderSize.ts'
import { implementation } from './implementation.ts'
import { shown } from './places.ts'
import type { ServiceContext } from './serviceContext.ts'

const stripLength = 12
const ending = '.mend'

function named(folder: string): { project: string; name: string } {
  return { project: folder, name: basename(folder, ending) }
}

/** The project is among the recent ones from now on, and may be used by whoever asks for it. */
function noteOpened(service: ServiceContext, folder: string): { project: string; name: string } {
  service.places.grant(folder)
  service.userState.noteOpened(folder)
  return named(folder)
}

function recentProjects(service: ServiceContext): RecentProject[] {
  return service.userState.recentProjects().map(({ folder, openedAt }) => {
    service.places.grant(folder)
    const present = existsSync(join(folder, 'project.db'))
    return { ...named(folder), shownFolder: shown(dirname(folder)), openedAt, present }
  })
}

function summarise(service: ServiceContext, project: Project): ProjectSummary {
  const ended = new Set(['done', 'failed', 'cancelled', 'interrupted'])
  return {
    ...named(project.folder),
    shownFolder: shown(dirname(project.folder)),
    ...readProjectCounts(project.connection),
    jobs: service.jobs.list().filter((job) => job.project === project.folder && !ended.has(job.state)),
    strip: spreadPeople(project.connection, stripLength),
    sample: hasPlantedErrors(project.connection),
  }
}

async function storageOf(project: Project) {
  const database = join(project.folder, 'project.db')
  const databaseFiles = await Promise.all(['', '-wal', '-shm'].map((suffix) => fileBytes(`${database}${suffix}`)))
  const [assets, images, thumbs, runs, staging] = await Promise.all(
    ['assets', 'images', 'thumbs', 'runs', 'staging'].map((name) => folderBytes(join(project.folder, name))),
  )
  const bytes = { database: databaseFiles.reduce((sum, size) => sum + size, 0), assets, images, thumbs, runs, staging }
  return { ...named(project.folder), shownFolder: shown(dirname(project.folder)), ...bytes }
}

/** Procedures of Home: which projects there are, what waits in each, making and opening them. */
export const homeProcedures = {
  recent: implementation.projects.recent.handler(({ context }) => recentProjects(context.service)),
  forget: implementation.projects.forget.handler(({ input, context }) => ({
    forgotten: context.service.userState.forget(input.project),
  })),
  create: implementation.projects.create.handler(({ input, context: { service } }) => {
    const name = input.name.endsWith(ending) ? input.name : `${input.name}${ending}`
    const { place } = service.places.child(input.place, name)
    return noteOpened(service, service.projects.create(place).folder)
  }),
  open: implementation.projects.open.handler(({ input, context: { service } }) => {
    service.places.assertAllowed(input.place)
    return noteOpened(service, service.projects.get(input.place).folder)
  }),
  summary: implementation.projects.summary.handler(({ input, context: { service } }) =>
    summarise(service, service.projects.get(input.project)),
  ),
  storage: implementation.projects.storage.handler(({ input, context }) =>
    storageOf(context.service.projects.get(input.project)),
  ),
  clearThumbnails: implementation.projects.clearThumbnails.handler(async ({ input, context }) => {
    const project = context.service.projects.get(input.project)
    const bytes = await folderBytes(project.thumbsFolder)
    await rm(project.thumbsFolder, { recursive: true, force: true })
    return { bytes }
  }),
  sample: implementation.projects.sample.handler(({ input, context: { service } }) => ({
    job: service.jobs.start({
      kind: 'sample',
      project: null,
      work: async (job) => {
        const made = await makeSample(service.userState.samplesFolder, input, job)
        noteOpened(service, made.project)
        return made
      },
    }),
  })),
  planted: implementation.projects.planted.handler(({ input, context }) => {
    const { connection } = context.service.projects.get(input.project)
    return readPlantedCounts(connection, readProjectCounts(connection).suspects?.run ?? null)
  }),
}
