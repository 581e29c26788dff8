import { buildPagesIfNeeded } from './pageBuild.ts'
import { serveBrowsers } from './listen.ts'
import { openStudioService } from './studioService.ts'

export interface ServeStudioOptions {
  readonly projects: readonly string[]
  /** Folders that may be browsed for data; none: the current one. */
  readonly roots: readonly string[]
  /** Missing: any free one. */
  readonly port?: number
  /** Called when the pages have to be built first, which takes a while. */
  readonly onBuild: () => void
}

export interface ServedStudio {
  readonly port: number
  /** An address that signs one browser in: to the only project that was named, else to Home. */
  newAddress(): string
  /** Stops serving, asks what runs to put its things in order, and closes every project. */
  close(): Promise<void>
}

/**
 * The studio for browsers of this machine.
 * @throws MendError `project-not-found`, `not-a-project`, `project-too-new`, `project-damaged`, `port-taken`,
 *   `port-not-allowed`, `pages-not-built`
 */
export async function serveStudio(options: ServeStudioOptions): Promise<ServedStudio> {
  const roots = options.roots.length > 0 ? options.roots : [process.cwd()]
  const { service, log } = openStudioService({ projects: options.projects, roots })
  try {
    await buildPagesIfNeeded(options.onBuild)
    const served = await serveBrowsers({ service, log }, options.port)
    const [only, ...others] = options.projects
    return {
      port: served.port,
      newAddress: () => served.newAddress(others.length === 0 ? only : undefined),
      close: async () => {
        await Promise.all([served.close(), service.close()])
      },
    }
  } catch (error) {
    await service.close()
    throw error
  }
}
