import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWindowState, type WindowState, writeWindowState } from './windowState.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-window-'))
  file = path.join(folder, 'deeper', 'window.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const left: WindowState = {
  bounds: { x: 1700, y: 1000, width: 1000, height: 700 },
  maximised: true,
  theme: { theme: 'light', background: '#eef0f3' },
}
const nothing: WindowState = {
  bounds: null,
  maximised: false,
  theme: { theme: 'system', background: '#0d0f13' },
}

describe('how the window was left', () => {
  it('is found again', () => {
    writeWindowState(file, left)
    expect(readWindowState(file, [screen])).toEqual(left)
  })

  it('is the system’s choice at first, and where the file is damaged', () => {
    expect(readWindowState(file, [screen])).toEqual(nothing)
    writeWindowState(file, left)
    writeFileSync(file, '{"bounds":')
    expect(readWindowState(file, [screen])).toEqual(nothing)
  })

  it.each([
    ['a screen that is gone', { x: 2000, y: 10, width: 1000, height: 700 }],
    ['199 points of it on the screen', { x: 1721, y: 10, width: 1000, height: 700 }],
    ['a title bar below the screen', { x: 0, y: 1021, width: 1000, height: 700 }],
    ['a title bar above the screen', { x: 0, y: -50, width: 1000, height: 700 }],
    ['a window too small to use', { x: 0, y: 0, width: 300, height: 200 }],
    ['no numbers', { x: 'a', y: 0, width: 1000, height: 700 } as unknown as WindowState['bounds']],
  ])('keeps its colours but not its place with %s', (_what, bounds) => {
    writeWindowState(file, { ...left, bounds })
    expect(readWindowState(file, [screen])).toEqual({ ...left, bounds: null })
  })
})
