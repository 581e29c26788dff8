import path from 'node:path'
import { app, dialog, ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, Notification } from 'electron'
import {
  channels,
  type MenuCommand,
  type PlaceKind,
  readChoice,
  readMenu,
  readNotice,
  readPaths,
  readTheme,
} from './messages.ts'
import { isFromWindow } from './security.ts'
import type { StudioService } from './studioService.ts'
import type { StudioWindow } from './studioWindow.ts'

export interface BridgeOptions {
  readonly window: () => StudioWindow | null
  readonly service: StudioService
  readonly onMenu: (commands: readonly MenuCommand[]) => void
}

interface ChosenPlace {
  readonly place: string
  readonly name: string
}

/** Notifications that are on screen: one that nobody holds could be collected with its click. */
const shown = new Set<Notification>()

/** Answers the preload script: only our window's main frame is heard, and only what has the right form. */
export function connectBridge({ window, service, onMenu }: BridgeOptions): void {
  const heard = (event: IpcMainEvent | IpcMainInvokeEvent): StudioWindow | null => {
    const own = window()
    return own !== null && isFromWindow(event, own.browser.webContents) ? own : null
  }
  const handle = <T>(
    channel: string,
    read: (value: unknown) => T | null,
    act: (own: StudioWindow, value: T) => unknown,
  ): void => {
    ipcMain.handle(channel, (event, value: unknown) => {
      const own = heard(event)
      const given = own === null ? null : read(value)
      if (own === null || given === null) throw new Error(`${channel} was called in a way that it does not allow`)
      return act(own, given)
    })
  }
  const on = <T>(
    channel: string,
    read: (value: unknown) => T | null,
    act: (own: StudioWindow, value: T) => void,
  ): void => {
    ipcMain.on(channel, (event, value: unknown) => {
      const own = heard(event)
      const given = own === null ? null : read(value)
      if (own !== null && given !== null) act(own, given)
    })
  }
  handle(channels.choose, readChoice, async (own, { title, kind }) => {
    const file = await askForPlace(own, title, kind)
    return file === null ? null : choose(service, file)
  })
  handle(channels.drop, readPaths, (_own, paths) => Promise.all(paths.map((file) => choose(service, file))))
  on(channels.menu, readMenu, (_own, commands) => onMenu(commands))
  on(channels.theme, readTheme, (own, theme) => own.setTheme(theme))
  on(channels.notify, readNotice, (own, { title, body, page }) => notify(own, title, body, page))
  on(
    channels.listening,
    () => true,
    (own) => own.listening(),
  )
}

async function choose(service: StudioService, file: string): Promise<ChosenPlace> {
  const place = await service.choose(file)
  if (file.endsWith('.mend')) app.addRecentDocument(file)
  return { place, name: path.basename(file) || file }
}

/** Asks with the system's dialog. Only a Mac's shows folders and files at once: elsewhere it is asked which it shall be. */
async function askForPlace(own: StudioWindow, title: string, kind: PlaceKind): Promise<string | null> {
  const mac = process.platform === 'darwin'
  let properties: ('openDirectory' | 'openFile' | 'createDirectory')[] = ['openDirectory']
  if (kind === 'folder') properties = ['openDirectory', 'createDirectory']
  else if (kind === 'dataset' && mac) properties = ['openDirectory', 'openFile']
  else if (kind === 'dataset') {
    const { response } = await dialog.showMessageBox(own.browser, {
      type: 'question',
      message: title,
      detail: 'Is it a folder, or one file (annotations, an archive)?',
      buttons: ['A folder', 'A file', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
    })
    if (response === 2) return null
    properties = [response === 1 ? 'openFile' : 'openDirectory']
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(own.browser, { title, properties })
  return canceled ? null : (filePaths[0] ?? null)
}

function notify(own: StudioWindow, title: string, body: string, page: string): void {
  // Whoever looks at the window reads it there.
  if (own.browser.isFocused() || !Notification.isSupported()) return
  const notification = new Notification({ title, body })
  shown.add(notification)
  notification.on('close', () => shown.delete(notification))
  notification.on('click', () => {
    shown.delete(notification)
    own.show()
    own.tell({ type: 'page', page })
  })
  notification.show()
}
