import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runInForeground } from '../../core/cli/node24.mjs'
import { linkCommand } from './linkCommand.mjs'
import { installedFits, packageCount } from './lockFile.mjs'
import { ProgressLine } from './progressLine.mjs'

const root = path.resolve(import.meta.dirname, '..', '..')
let folder = ''

beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-setup-'))))
afterEach(() => fs.rmSync(folder, { recursive: true }))

describe('node_modules fits the lock file', () => {
  const zod = { version: '4.6.7', integrity: 'sha512-a' }
  const nodeForMac = { version: '24.0.0', integrity: 'sha512-b', optional: true }
  const wanted = {
    packages: { '': { version: '0.1.0' }, 'node_modules/zod': zod, 'node_modules/node-mac': nodeForMac },
  }

  test('when every package is there, but for optional ones of other platforms', () => {
    expect(installedFits(wanted, { packages: { 'node_modules/zod': zod } })).toBe(true)
    expect(packageCount(wanted)).toBe(1)
  })

  test('not when one is missing, of another version or of other content', () => {
    expect(installedFits(wanted, {})).toBe(false)
    expect(installedFits(wanted, { packages: { 'node_modules/zod': { ...zod, version: '4.6.6' } } })).toBe(false)
    expect(installedFits(wanted, { packages: { 'node_modules/zod': { ...zod, integrity: 'sha512-c' } } })).toBe(false)
    const oldNode = { ...nodeForMac, version: '22.0.0' }
    expect(installedFits(wanted, { packages: { 'node_modules/zod': zod, 'node_modules/node-mac': oldNode } })).toBe(
      false,
    )
  })
})

describe('the lock file', () => {
  test('holds no download addresses', () => {
    expect(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
  })

  test('agrees with package.json', () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>
    const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Record<string, unknown>>
    }
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(lock.packages[''][kind]).toEqual(manifest[kind])
    }
  })
})

test.skipIf(process.platform === 'win32')('the command mend is linked, also over a link to somewhere else', () => {
  const link = path.join(folder, 'node_modules', '.bin', 'mend')
  linkCommand(folder)
  expect(fs.readlinkSync(link)).toBe('../../core/cli/main.mjs')
  fs.rmSync(link)
  fs.symlinkSync('../elsewhere', link)
  linkCommand(folder)
  linkCommand(folder)
  expect(fs.readlinkSync(link)).toBe('../../core/cli/main.mjs')
})

test('progress is one line that is rewritten on a terminal, and rare lines elsewhere', () => {
  const written: string[] = []
  const stream = { isTTY: true, columns: 20, write: (text: string) => written.push(text) }
  const onTerminal = new ProgressLine(stream)
  onTerminal.update('a long line that does not fit')
  onTerminal.update('too soon')
  onTerminal.say('done')
  expect(written).toEqual(['\r\u001b[2Ka long line that do', '\r\u001b[2Kdone\n'])
  written.length = 0
  const onPipe = new ProgressLine({ ...stream, isTTY: false })
  onPipe.update('1 MB')
  onPipe.update('2 MB')
  onPipe.close()
  expect(written).toEqual(['1 MB\n'])
})

describe('a program in the foreground', () => {
  test("passes on its status, and a signal's as 128 and its number", async () => {
    expect(await runInForeground(process.execPath, ['-e', 'process.exit(3)'])).toBe(3)
    expect(await runInForeground(process.execPath, ['-e', "process.kill(process.pid, 'SIGTERM')"])).toBe(143)
  })
})

describe('scripts/run.mjs', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(root, 'scripts', 'run.mjs'), ...args], { encoding: 'utf8' })

  test('refuses a script that it does not know, with the ones it knows', () => {
    const { status, stderr } = run('nonsense')
    expect(status).toBe(1)
    expect(stderr).toContain('unknown-script: ')
    expect(stderr).toMatch(/hint: .*demo.*test/)
  })

  test('can be read by Node 20: the modules that run before the set-up are plain JavaScript', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = fs.readFileSync(file, 'utf8')
      for (const [, module] of text.matchAll(/^import .* from '(\.[^']+)'$/gm))
        visit(path.resolve(path.dirname(file), module))
      for (const [, module] of text.matchAll(/^import .* from '([^.][^']*)'$/gm)) expect(module).toMatch(/^node:/)
    }
    visit(path.join(root, 'scripts', 'run.mjs'))
    visit(path.join(root, 'core', 'cli', 'main.mjs'))
    expect([...seen].filter((file) => !file.endsWith('.mjs'))).toEqual([])
    expect(seen.size).toBeGreaterThan(7)
  })
})
