import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepProbe, readCachedProbe } from './probeCache.ts'

let home = ''
let library = ''
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-probes-'))
  library = path.join(home, 'library.node')
  fs.writeFileSync(library, 'one build')
})
afterEach(() => fs.rmSync(home, { recursive: true }))

const works = { works: true, reason: 'it does', device: 'it', version: '1', gpu: false }
const fails = { ...works, works: false, reason: 'no GPU was found' }
const crashed = { ...fails, reason: 'the probe crashed (SIGABRT)', transient: true }
const [minute, day] = [60_000, 24 * 3_600_000]

test('what works is believed until its library changes', () => {
  keepProbe('wasm', library, works, home, 0)
  expect(readCachedProbe('wasm', library, home, 400 * day)).toEqual(works)
  expect(readCachedProbe('webgpu', library, home, 0)).toBeNull()
  fs.writeFileSync(library, 'another build')
  expect(readCachedProbe('wasm', library, home, 0)).toBeNull()
})

test('a failure is believed for a day, a crash for ten minutes', () => {
  keepProbe('wasm', library, fails, home, 0)
  expect(readCachedProbe('wasm', library, home, 23 * 60 * minute)).toEqual(fails)
  expect(readCachedProbe('wasm', library, home, day + minute)).toBeNull()
  keepProbe('wasm', library, crashed, home, 0)
  expect(readCachedProbe('wasm', library, home, 9 * minute)).toEqual(crashed)
  expect(readCachedProbe('wasm', library, home, 11 * minute)).toBeNull()
})

test('of a GPU it is void when the driver is another, of the processor it is not', () => {
  const before = process.env['VK_DRIVER_FILES']
  keepProbe('webgpu', library, fails, home, 0)
  keepProbe('wasm', library, works, home, 0)
  process.env['VK_DRIVER_FILES'] = path.join(home, 'driver.json')
  try {
    expect(readCachedProbe('webgpu', library, home, 0)).toBeNull()
    expect(readCachedProbe('wasm', library, home, 0)).toEqual(works)
  } finally {
    if (before === undefined) delete process.env['VK_DRIVER_FILES']
    else process.env['VK_DRIVER_FILES'] = before
  }
})

test('half a file, or one of an older version, is as none', () => {
  keepProbe('wasm', library, works, home, 0)
  const file = path.join(home, 'probes', 'wasm.json')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').slice(0, 40))
  expect(readCachedProbe('wasm', library, home, 0)).toBeNull()
  fs.writeFileSync(file, JSON.stringify({ key: 'old', answer: works }))
  expect(readCachedProbe('wasm', library, home, 0)).toBeNull()
})
