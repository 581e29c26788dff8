import fs from 'node:fs'
import path from 'node:path'
import { app, protocol, session } from 'electron'
import { Desktop } from './desktop.ts'
import { scheme } from './protocol.ts'
import { lockContents } from './security.ts'

/**
 * The desktop application's main process: thin, without native modules, and runs on Electron 33 and later. Everything that
 * is known about people and runs is known to the service, which is a process of its own.
 */
interface Runtime {
  /** The program Node 24, and the service's script; relative to the application's folder. */
  readonly node: string
  readonly service: string
}

const folder = __dirname
const home = process.env['MEND_HOME']
if (home !== undefined && home !== '') app.setPath('userData', path.resolve(home, 'desktop'))

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
])

if (app.requestSingleInstanceLock()) start()
else app.quit()

function start(): void {
  const runtime = JSON.parse(fs.readFileSync(path.join(folder, 'runtime.json'), 'utf8')) as Runtime
  const desktop = new Desktop({
    node: path.resolve(folder, runtime.node),
    script: path.resolve(folder, runtime.service),
    userData: app.getPath('userData'),
    icon: path.join(folder, 'icon.png'),
  })
  lockContents()
  desktop.startService()
  desktop.openNamed(process.argv, process.cwd())
  app.on('second-instance', (_event, args, workingFolder) => {
    desktop.show()
    desktop.openNamed(args, workingFolder)
  })
  app.on('open-file', (event, file) => {
    event.preventDefault()
    desktop.show()
    desktop.openNamed([file], '/')
  })
  app.on('activate', () => desktop.show())
  app.on('before-quit', (event) => desktop.beforeQuit(event))
  app.on('window-all-closed', () => desktop.quit())
  void app.whenReady().then(() => {
    // Chromium has set its own handlers by now, which end the program at the second signal, in the middle of its clean end.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => desktop.quit())
    desktop.openWindow(session.defaultSession)
  })
}
