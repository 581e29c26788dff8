import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { electronProgram, hasDisplay } from './findDesktop.ts'
import { npmElectronProgram } from './npmElectron.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-find-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('finding the desktop', () => {
  it('knows where there is a display', () => {
    expect(hasDisplay('linux', {})).toBe(false)
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false)
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true)
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
    expect(hasDisplay('darwin', {})).toBe(true)
    expect(hasDisplay('win32', {})).toBe(true)
  })

  it('finds the Electron from the npm registry once it is unpacked', () => {
    expect(npmElectronProgram(folder)).toBeNull()
    const place = path.join(folder, 'electron', '33.2.1')
    mkdirSync(place, { recursive: true })
    writeFileSync(path.join(place, 'electron'), '')
    expect(npmElectronProgram(folder)).toBe(path.join(place, 'electron'))
  })

  it.skipIf(process.platform !== 'linux')(
    'takes the Electron that ELECTRON_OVERRIDE_DIST_PATH names, and no other',
    () => {
      vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder)
      expect(electronProgram()).toBeNull()
      writeFileSync(path.join(folder, 'electron'), '')
      expect(electronProgram()).toBe(path.join(folder, 'electron'))
    },
  )
})
