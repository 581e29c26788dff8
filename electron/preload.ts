import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { channels, type DesktopMessage } from './messages.ts'

/** Runs sandboxed before the page does: the only functions that the page gets, as renderer/desktop/desktopBridge.ts has them. */
contextBridge.exposeInMainWorld('desktop', {
  choosePlace: (options: unknown): Promise<unknown> => ipcRenderer.invoke(channels.choose, options),
  // Only the browser makes files that have a path: a page cannot name one.
  placesOfDrop: (files: readonly File[]): Promise<unknown> =>
    ipcRenderer.invoke(
      channels.drop,
      [...files].map((file) => webUtils.getPathForFile(file)),
    ),
  setMenuBar: (commands: unknown): void => ipcRenderer.send(channels.menu, commands),
  onCommand: (listener: (id: string) => void): (() => void) => follow(channels.command, listener),
  notify: (notice: unknown): void => ipcRenderer.send(channels.notify, notice),
  setTheme: (theme: unknown): void => ipcRenderer.send(channels.theme, theme),
  onMessage: (listener: (message: DesktopMessage) => void): (() => void) => {
    const stop = follow(channels.message, listener)
    ipcRenderer.send(channels.listening)
    return stop
  },
})

function follow<T>(channel: string, listener: (value: T) => void): () => void {
  const heard = (_event: unknown, value: T): void => listener(value)
  ipcRenderer.on(channel, heard)
  return () => void ipcRenderer.off(channel, heard)
}
