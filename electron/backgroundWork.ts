import { app, dialog, Menu, type NativeImage, nativeImage, Tray } from 'electron'
import type { ServiceRequests, WorkUnderWay } from './serviceRequests.ts'
import type { StudioWindow } from './studioWindow.ts'

const lookMs = 5000
/** So long after its work has ended a studio without a window can still be called back by its notification. */
const lingerMs = 30 * 60_000

export interface BackgroundOptions {
  readonly requests: ServiceRequests
  readonly icon: string
  readonly quit: () => void
}

/** What happens to long work when the window is closed: it goes on without one, or it is stopped and the program ends. */
export class BackgroundWork {
  readonly #options: BackgroundOptions
  #tray: Tray | null = null
  #look: NodeJS.Timeout | null = null
  #idleSince: number | null = null
  #asking = false

  constructor(options: BackgroundOptions) {
    this.#options = options
  }

  /** Asks what to do where something is under way. @returns whether the program may end now */
  async mayEnd(window: StudioWindow): Promise<boolean> {
    if (this.#asking) return false
    this.#asking = true
    try {
      const work = await this.#work()
      if (work === null || work.length === 0) return true
      // A question of a hidden window would be hidden with it.
      if (!window.browser.isVisible()) window.show()
      const { response } = await dialog.showMessageBox(window.browser, {
        type: 'question',
        message: `${describeWork(work)}.`,
        detail:
          'It can go on without the window; a notification tells when it has ended. Open Mend Studio again to come back.',
        buttons: ['Go on without the window', 'Stop and quit', 'Cancel'],
        defaultId: 0,
        cancelId: 2,
      })
      if (response === 0) this.#goOn(window)
      return response === 1
    } finally {
      this.#asking = false
    }
  }

  /** The window is there again, or the program ends. */
  end(): void {
    if (this.#look !== null) clearInterval(this.#look)
    this.#look = null
    this.#idleSince = null
    this.#tray?.destroy()
    this.#tray = null
  }

  #goOn(window: StudioWindow): void {
    window.browser.hide()
    if (this.#look !== null) return
    const show = (): void => {
      this.end()
      window.show()
    }
    window.browser.once('show', () => this.end())
    this.#tray = makeTray(this.#options.icon, show)
    const look = async (): Promise<void> => {
      const work = await this.#work()
      if (this.#look === null || work === null) return
      this.#idleSince = work.length > 0 ? null : (this.#idleSince ?? Date.now())
      if (this.#idleSince !== null && Date.now() - this.#idleSince > lingerMs) return this.#options.quit()
      const state = work.length > 0 ? describeWork(work) : 'Everything has ended'
      this.#tray?.setToolTip(`${app.getName()}: ${state}`)
      this.#tray?.setContextMenu(
        Menu.buildFromTemplate([
          { label: state.slice(0, 120), enabled: false },
          { label: `Open ${app.getName()}`, click: show },
          { label: work.length > 0 ? 'Stop and quit' : 'Quit', click: this.#options.quit },
        ]),
      )
    }
    this.#look = setInterval(() => void look(), lookMs)
    void look()
  }

  /** Null where the service cannot say, as when it is down. */
  async #work(): Promise<WorkUnderWay[] | null> {
    try {
      return await this.#options.requests.workUnderWay()
    } catch {
      return null
    }
  }
}

function makeTray(icon: string, show: () => void): Tray | null {
  const image: NativeImage = nativeImage.createFromPath(icon)
  if (image.isEmpty()) return null
  const tray = new Tray(image.resize({ width: 22, height: 22 }))
  tray.on('click', show)
  return tray
}

const verbs: Readonly<Record<string, string>> = {
  train: 'is training',
  audit: 'is looking for suspects',
}

/** "Run 3 of people is training (epoch 7 of 30)". */
function describeWork(work: readonly WorkUnderWay[]): string {
  const [first, ...others] = work
  if (first === undefined) return 'Nothing is under way'
  const { kind, run, projectName, progress } = first
  const where = projectName === null ? '' : ` of ${projectName}`
  const verb = verbs[kind] ?? 'is under way'
  const subject = verb === 'is under way' ? `Work (${kind})` : run === null ? 'A run' : `Run ${run}`
  const far = progress === '' ? '' : ` (${progress})`
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  return `${subject}${where} ${verb}${far}${more}`
}
