import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSettings, type DemoSettings } from '../../scripts/demo/settings.ts'
import { finishWorkspace, openWorkspace } from '../../scripts/demo/workspace.ts'

const settings: DemoSettings = { version: 1, data: null, people: 100, epochs: 2, seed: 1 }
let folder = ''

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'mend-demo-')), 'demo')
})
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }))

const leave = (name: string): void => mkdirSync(path.join(folder, name))
const has = (name: string): boolean => existsSync(path.join(folder, name))

describe('the folder of the demo', () => {
  it('keeps what an interrupted demo of the same settings left', async () => {
    expect(await openWorkspace(folder, settings)).toMatchObject({ continued: false })
    leave('clothes')
    expect(await openWorkspace(folder, settings)).toMatchObject({ continued: true })
    expect(has('clothes')).toBe(true)
  })

  it('is emptied of a finished demo, or one of other settings, and of nothing else', async () => {
    await finishWorkspace(await openWorkspace(folder, settings), {})
    for (const name of ['clothes', 'people.mend', '.cleaned.partial-x1', 'notes']) leave(name)
    expect(await openWorkspace(folder, settings)).toMatchObject({ continued: false })
    expect(['clothes', 'people.mend', '.cleaned.partial-x1', 'finished.json', 'notes'].map(has)).toEqual([
      ...[false, false, false, false],
      true,
    ])
    leave('poses')
    expect(await openWorkspace(folder, { ...settings, seed: 2 })).toMatchObject({ continued: false })
    expect(has('poses')).toBe(false)
  })

  it('is left alone when it is somebody else’s', async () => {
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'thesis.tex'), '')
    await expect(openWorkspace(folder, settings)).rejects.toMatchObject({ code: 'demo-folder-foreign' })
    expect(has('thesis.tex')).toBe(true)
  })

  it('starts afresh when its settings were cut short by a crash', async () => {
    await openWorkspace(folder, settings)
    writeFileSync(path.join(folder, 'settings.json'), '{"version":1,')
    leave('clothes')
    expect(await openWorkspace(folder, settings)).toMatchObject({ continued: false })
    expect(has('clothes')).toBe(false)
  })
})

describe('the options of the demo', () => {
  it('have defaults, are checked, and take a folder of data', () => {
    expect(parseSettings([])).toMatchObject({ data: null, seed: 1 })
    expect(parseSettings(['--data', 'x'])).toMatchObject({ data: path.resolve('x') })
    expect(parseSettings(['--help'])).toBeNull()
    expect(() => parseSettings(['--people', 'many'])).toThrow('--people')
    expect(() => parseSettings(['--quick'])).toThrow('--quick')
  })
})
