import { app, dialog, type Session, shell, type WebContents } from 'electron'
import { scheme, windowHost } from './protocol.ts'

const ownAddress = `${scheme}://${windowHost}/`
/** What pages of ours may load: ourselves, and what they made themselves. */
const allowed = [ownAddress, `blob:${scheme}://${windowHost}/`, 'data:', 'devtools:']

/** Whether the address is one of the window's own. */
function isOwnAddress(address: string): boolean {
  return address.startsWith(ownAddress)
}

/** Nothing is permitted that a page can ask for, and nothing is loaded that is not ours. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !allowed.some((start) => url.startsWith(start)) })
  })
}

/** No window goes elsewhere, opens another or embeds one; links to the web go to the system's browser after a question. */
export function lockContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { readonly url: string; preventDefault: () => void }): void => {
      if (isOwnAddress(event.url)) return
      event.preventDefault()
      void offerLink(event.url)
    }
    contents.on('will-navigate', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      void offerLink(url)
      return { action: 'deny' }
    })
  })
}

let asking = false

/** Opens an https address in the system's browser if the person says so; one question at a time, nothing else is opened. */
async function offerLink(address: string): Promise<void> {
  if (asking || !URL.canParse(address) || new URL(address).protocol !== 'https:') return
  asking = true
  try {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: 'Open this page in your browser?',
      detail: new URL(address).href.slice(0, 500),
      buttons: ['Open', 'Stay here'],
      defaultId: 1,
      cancelId: 1,
    })
    if (response === 0) await shell.openExternal(new URL(address).href)
  } finally {
    asking = false
  }
}

/** Whether a message came from the main frame of that window, showing a page of ours. */
export function isFromWindow(
  event: { readonly sender: WebContents; readonly senderFrame?: { readonly url: string } | null },
  contents: WebContents | undefined,
): boolean {
  const frame = event.senderFrame
  if (contents === undefined || event.sender !== contents || frame === null || frame === undefined) return false
  return frame === contents.mainFrame && isOwnAddress(frame.url)
}
