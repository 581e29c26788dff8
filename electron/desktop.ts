import fs from 'node:fs'
import path from 'node:path'
import { app, dialog, type Session } from 'electron'
import { BackgroundWork } from './backgroundWork.ts'
import { connectBridge } from './bridge.ts'
import { MenuBar } from './menuBar.ts'
import { createProxy, scheme } from './protocol.ts'
import { lockSession } from './security.ts'
import type { ServiceState } from './serviceHost.ts'
import { StudioService } from './studioService.ts'
import { StudioWindow } from './studioWindow.ts'

export interface DesktopOptions {
  readonly node: string
  readonly script: string
  readonly userData: string
  readonly icon: string
}

/** The studio on the desktop, from its first start to a quit that leaves no process behind. */
export class Desktop {
  readonly #options: DesktopOptions
  readonly #service: StudioService
  readonly #background: BackgroundWork
  readonly #menu: MenuBar
  #window: StudioWindow | null = null
  #ending: 'no' | 'asked' | 'ended' = 'no'

  constructor(options: DesktopOptions) {
    this.#options = options
    const { node, script, userData, icon } = options
    this.#service = new StudioService({
      node,
      script,
      logFile: path.join(userData, 'service.log'),
      compileCache: path.join(userData, 'compiled'),
    })
    this.#background = new BackgroundWork({ requests: this.#service.requests, icon, quit: () => this.quit() })
    this.#menu = new MenuBar({
      requests: this.#service.requests,
      window: () => this.#window,
      quit: () => app.quit(),
    })
  }

  startService(): void {
    this.#service.host.onState((state) => this.#onService(state))
    this.#service.host.start()
  }

  /** The program's window, once: later it is only hidden and shown. */
  openWindow(session: Session): void {
    lockSession(session)
    const proxy = createProxy({ address: this.#service.host.address, ready: () => this.#service.usable() })
    session.protocol.handle(scheme, proxy)
    connectBridge({
      window: () => this.#window,
      service: this.#service,
      onMenu: (commands) => this.#menu.show(commands),
    })
    const window = new StudioWindow(path.join(this.#options.userData, 'window.json'), this.#options.icon)
    this.#window = window
    window.browser.on('close', (event) => {
      if (this.#ending !== 'no') return
      event.preventDefault()
      // On a Mac a program without windows stays.
      if (process.platform === 'darwin') window.browser.hide()
      else void this.#endIfWanted(window)
    })
    window.browser.on('closed', () => (this.#window = null))
    window.browser.webContents.on('did-navigate-in-page', () => void this.#menu.refreshRecent())
    this.#menu.show([])
    window.load()
    for (const message of this.#early.splice(0)) window.tell(message)
  }

  show(): void {
    this.#window?.show()
  }

  readonly #early: Parameters<StudioWindow['tell']>[0][] = []

  #tell(message: Parameters<StudioWindow['tell']>[0]): void {
    if (this.#window === null) this.#early.push(message)
    else this.#window.tell(message)
  }

  /** Opens the first NAME.mend among the arguments of a start. */
  openNamed(args: readonly string[], workingFolder: string): void {
    const named = args.slice(1).find((each) => !each.startsWith('-') && each.replace(/[\\/]+$/, '').endsWith('.mend'))
    const file = args.length === 1 ? args[0] : named
    if (file === undefined || !file.replace(/[\\/]+$/, '').endsWith('.mend')) return
    const folder = path.resolve(workingFolder, file)
    void this.#openProject(folder)
  }

  async #openProject(folder: string): Promise<void> {
    try {
      if (!fs.existsSync(folder)) throw new Error(`${folder} does not exist.`)
      await this.#service.usable()
      const place = await this.#service.choose(folder)
      app.addRecentDocument(folder)
      this.#tell({ type: 'open', place })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#tell({ type: 'failed', what: `“${path.basename(folder)}” could not be opened`, why })
    }
  }

  /** Ends the program without asking; resolves nothing, the processes are gone when the program is. */
  quit(): void {
    if (this.#ending !== 'no') return
    this.#ending = 'asked'
    void this.#end()
  }

  /** Electron wants to quit: first the service ends, and before that a person is asked where something is under way. */
  beforeQuit(event: { preventDefault: () => void }): void {
    if (this.#ending === 'ended') return
    event.preventDefault()
    if (this.#ending === 'asked') return
    if (this.#window === null) this.quit()
    else void this.#endIfWanted(this.#window)
  }

  async #endIfWanted(window: StudioWindow): Promise<void> {
    if (await this.#background.mayEnd(window)) this.quit()
  }

  async #end(): Promise<void> {
    this.#background.end()
    this.#window?.browser.hide()
    // The page keeps what it remembers as it goes, so it goes first.
    await this.#closeWindow()
    await this.#service.host.end()
    this.#ending = 'ended'
    app.quit()
  }

  #closeWindow(): Promise<void> {
    const browser = this.#window?.browser
    if (browser === undefined || browser.isDestroyed()) return Promise.resolve()
    return new Promise((settle) => {
      browser.once('closed', () => settle())
      browser.close()
    })
  }

  #onService(state: ServiceState): void {
    if (state.state === 'ready' && state.restarts > 0) {
      this.#tell({
        type: 'notice',
        text: 'The service ended unexpectedly and was started again. What was finished is kept.',
      })
    }
    if (state.state === 'ready') void this.#menu.refreshRecent()
    if (state.state === 'failed') void this.#serviceFailed(state.reason)
  }

  async #serviceFailed(reason: string): Promise<void> {
    await app.whenReady()
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'The service of Mend Studio does not start',
      detail: `${reason.slice(-1500)}\n\nMore is in ${path.join(this.#options.userData, 'service.log')}`,
      buttons: ['Try again', 'Quit'],
      defaultId: 0,
      cancelId: 1,
    })
    if (response === 0) this.#service.host.start()
    else this.quit()
  }
}
