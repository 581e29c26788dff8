import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import path from 'node:path'
import { channels, type DesktopMessage, type Theme } from './messages.ts'
import { scheme, windowHost } from './protocol.ts'
import { firstWindow, readWindowState, smallestWindow, type WindowState, writeWindowState } from './windowState.ts'

const home = `${scheme}://${windowHost}/`
const keepStateMs = 500
/** A page that dies more often than this within a minute is not loaded again by itself. */
const mostReloads = 3

/** The studio's one window: as it was left, with what it may do, and what is told to it kept until it listens. */
export class StudioWindow {
  readonly browser: BrowserWindow
  readonly #file: string
  #state: WindowState
  #waiting: DesktopMessage[] = []
  #listens = false
  #keep: NodeJS.Timeout | null = null
  #died: number[] = []

  constructor(stateFile: string, icon: string) {
    this.#file = stateFile
    this.#state = readWindowState(
      stateFile,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    )
    nativeTheme.themeSource = this.#state.theme.theme
    this.browser = new BrowserWindow({
      ...(this.#state.bounds ?? firstWindow),
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      backgroundColor: this.#state.theme.background,
      title: app.getName(),
      icon,
      show: false,
      webPreferences: {
        preload: path.join(__dirname, 'preload.cjs'),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        // A run that ends while the window is hidden is still told of.
        backgroundThrottling: false,
      },
    })
    if (this.#state.maximised) this.browser.maximize()
    this.#watch()
  }

  /** Loads the studio and shows it as soon as there is something to see. */
  load(): void {
    this.browser.once('ready-to-show', () => this.browser.show())
    void this.browser.loadURL(home).catch(() => this.browser.show())
  }

  /** Brings the window to the front, from wherever it is. */
  show(): void {
    if (this.browser.isMinimized()) this.browser.restore()
    this.browser.show()
    this.browser.focus()
  }

  /** Tells the window something; kept until its page listens. */
  tell(message: DesktopMessage): void {
    if (this.#listens && !this.browser.isDestroyed()) this.browser.webContents.send(channels.message, message)
    else this.#waiting.push(message)
  }

  /** The page listens from now on. */
  listening(): void {
    this.#listens = true
    for (const message of this.#waiting.splice(0)) this.tell(message)
  }

  /** Takes over the theme that the page is in, for the frame, the dialogs and the next start. */
  setTheme(theme: Theme): void {
    nativeTheme.themeSource = theme.theme
    this.browser.setBackgroundColor(theme.background)
    this.#state = { ...this.#state, theme }
    this.#keepSoon()
  }

  #watch(): void {
    for (const change of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      this.browser.on(change as 'resize', () => this.#keepSoon())
    }
    this.browser.on('close', () => this.#keepNow())
    const { webContents } = this.browser
    webContents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#listens = false
    })
    // A page that holds something which is not stored: without a question the window could not be closed at all.
    webContents.on('will-prevent-unload', (event) => {
      const answer = dialog.showMessageBoxSync(this.browser, {
        type: 'warning',
        message: 'The last change is not stored yet.',
        detail: 'Stay to try again; what is closed now is lost.',
        buttons: ['Stay', 'Close all the same'],
        defaultId: 0,
        cancelId: 0,
      })
      if (answer === 1) event.preventDefault()
    })
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || this.browser.isDestroyed()) return
      const now = Date.now()
      this.#died = [...this.#died.filter((at) => now - at < 60_000), now]
      this.tell({ type: 'failed', what: 'The window broke down', why: `It was loaded again (${reason}).` })
      if (this.#died.length <= mostReloads) webContents.reload()
    })
  }

  #keepSoon(): void {
    if (this.#keep !== null) clearTimeout(this.#keep)
    this.#keep = setTimeout(() => this.#keepNow(), keepStateMs)
  }

  #keepNow(): void {
    if (this.#keep !== null) clearTimeout(this.#keep)
    this.#keep = null
    if (this.browser.isDestroyed()) return
    this.#state = {
      ...this.#state,
      bounds: this.browser.getNormalBounds(),
      maximised: this.browser.isMaximized(),
    }
    writeWindowState(this.#file, this.#state)
  }
}
