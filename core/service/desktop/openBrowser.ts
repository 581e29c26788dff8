import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserState } from '../userState/userState.ts'
import { hasDisplay } from './findDesktop.ts'

const programs: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['xdg-open'],
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}
const pageLifeMs = 30_000

/**
 * Opens the address in the user's browser, where there is a display. By way of a page that only the user can read: the
 * arguments of a program, and so the token in them, can be read by everybody on the machine.
 * @returns false where there is no browser to open
 */
export function openBrowser(address: string): boolean {
  const command = programs[process.platform]
  if (command === undefined || !hasDisplay()) return false
  const folder = path.join(new UserState().folder, 'studio')
  const page = path.join(folder, `open-${process.pid}.html`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0; url=${address}">\n`, { mode: 0o600 })
  const remove = (): void => rmSync(page, { force: true })
  setTimeout(remove, pageLifeMs).unref()
  process.once('exit', remove)
  const [program, ...args] = command
  const child = spawn(program, [...args, pathToFileURL(page).href], { stdio: 'ignore', detached: true })
  // Without such a program the address on the terminal has to do.
  child.once('error', () => undefined)
  child.unref()
  return true
}
