import { dirname, resolve } from 'node:path'
import { ServiceContext } from '../serviceContext.ts'
import { openServiceLog, type ServiceLog } from '../serviceLog.ts'
import { UserState } from '../userState/userState.ts'

export interface StudioServiceOptions {
  /** Folders of projects to open at once. */
  readonly projects: readonly string[]
  /** Folders that may be browsed, besides those that the projects lie in. */
  readonly roots: readonly string[]
  /** Missing: the user's own. */
  readonly userState?: UserState
}

/**
 * What a served studio stands on: the projects named are open and among the recent ones, and the folders they lie in may be
 * browsed.
 * @throws MendError `project-not-found`, `not-a-project`, `project-too-new`, `project-damaged`
 */
export function openStudioService(options: StudioServiceOptions): { service: ServiceContext; log: ServiceLog } {
  const userState = options.userState ?? new UserState()
  const log = openServiceLog(userState.logFile)
  const service = new ServiceContext({ userState, log })
  service.places.restrict()
  for (const root of options.roots) service.places.addRoot(root)
  try {
    for (const named of options.projects) {
      const folder = resolve(named)
      service.projects.get(folder)
      service.places.grant(folder)
      service.places.addRoot(dirname(folder))
      userState.noteOpened(folder)
    }
  } catch (error) {
    service.projects.close()
    throw error
  }
  service.projects.watchForLostWork()
  return { service, log }
}
