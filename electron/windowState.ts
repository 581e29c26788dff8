import fs from 'node:fs'
import path from 'node:path'
import { isRecord } from './serviceRequests.ts'
import { readTheme, type Theme } from './messages.ts'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How the window was left. */
export interface WindowState {
  /** Where it is when it is not maximised; null: wherever the system puts it. */
  readonly bounds: Rectangle | null
  readonly maximised: boolean
  readonly theme: Theme
}

export const smallestWindow = { width: 900, height: 600 }
export const firstWindow = { width: 1440, height: 900 }
/** So much of a window must be on some screen for it to be found again, in points. */
const visible = { width: 200, height: 60 }
const firstState: WindowState = {
  bounds: null,
  maximised: false,
  theme: { theme: 'system', background: '#0d0f13' },
}

/** The state that was kept; what is missing, damaged, or off every screen is left to the system. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowState {
  try {
    const kept: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
    if (!isRecord(kept)) return firstState
    const bounds = readBounds(kept['bounds'])
    return {
      bounds: bounds !== null && screens.some((screen) => shows(screen, bounds)) ? bounds : null,
      maximised: kept['maximised'] === true,
      theme: readTheme(kept['theme']) ?? firstState.theme,
    }
  } catch {
    return firstState
  }
}

/** Keeps the state; a crash leaves the old one or the new one. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    fs.writeFileSync(`${file}.partial`, `${JSON.stringify(state)}\n`, { mode: 0o600 })
    fs.renameSync(`${file}.partial`, file)
  } catch {
    // Where a window stood is not worth an error.
  }
}

function readBounds(value: unknown): Rectangle | null {
  if (!isRecord(value)) return null
  const { x, y, width, height } = value
  const numbers = [x, y, width, height]
  if (!numbers.every((each) => typeof each === 'number' && Number.isInteger(each) && Math.abs(each) < 100_000)) {
    return null
  }
  const bounds = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) }
  return bounds.width >= smallestWindow.width && bounds.height >= smallestWindow.height ? bounds : null
}

/** Whether enough of the window's top edge is on a screen to take hold of it. */
function shows(screen: Rectangle, bounds: Rectangle): boolean {
  const width = Math.min(screen.x + screen.width, bounds.x + bounds.width) - Math.max(screen.x, bounds.x)
  const below = screen.y + screen.height - bounds.y
  return width >= visible.width && bounds.y >= screen.y - 1 && below >= visible.height
}
