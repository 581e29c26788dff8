import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tallyLine, tallyStatus } from './tally.ts'

/** Runs the tests of a folder as `npm test` does. */
function runIn(folder: string): { readonly stdout: string; readonly status: number | null } {
  const main = path.resolve(import.meta.dirname, 'main.ts')
  fs.symlinkSync(path.resolve(import.meta.dirname, '..', '..', 'node_modules'), path.join(folder, 'node_modules'))
  return spawnSync(process.execPath, [main], { cwd: folder, encoding: 'utf8' })
}

test('the line names what was skipped only when something was', () => {
  expect(tallyLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
  expect(tallyLine({ passed: 12, failed: 3, skipped: 1 })).toBe('12 passed, 3 failed, 1 skipped')
})

test('a failure fails the run, and so does a run without any test', () => {
  expect(tallyStatus({ passed: 5, failed: 0, skipped: 2 })).toBe(0)
  expect(tallyStatus({ passed: 5, failed: 1, skipped: 0 })).toBe(1)
  expect(tallyStatus({ passed: 0, failed: 0, skipped: 4 })).toBe(1)
})

test('tests whose process V8 ended are run once more, and count as what they are then', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-tally-'))
  try {
    const file = (name: string, text: string) => fs.writeFileSync(path.join(folder, `${name}.test.ts`), text)
    const head = "import fs from 'node:fs'\nimport { test, expect } from 'vitest'\n"
    const once = `if (!fs.existsSync('ran')) { fs.writeFileSync('ran', ''); process.kill(process.pid, 'SIGTRAP') }`
    file('once', `${head}test('a', () => {})\ntest('b', async () => { ${once} })\ntest('c', () => expect(1).toBe(2))\n`)
    file('always', `${head}test('d', () => process.kill(process.pid, 'SIGTRAP'))\n`)
    file('well', `${head}test('e', () => fs.appendFileSync('well', 'e'))\n`)
    const { stdout, status } = runIn(folder)
    // Failed: c, and d together with the end of its process.
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('3 passed, 3 failed')
    expect(status).toBe(1)
    expect(fs.readFileSync(path.join(folder, 'well'), 'utf8')).toBe('e')
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}, 60_000)

test('tests that pass, fail, are skipped, cannot be loaded or lose their process are all counted', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-tally-'))
  try {
    const file = (name: string, text: string) => fs.writeFileSync(path.join(folder, `${name}.test.ts`), text)
    const head = "import { test, expect } from 'vitest'\n"
    file('mixed', `${head}test('a', () => {})\ntest('b', () => expect(1).toBe(2))\ntest.skip('c', () => {})\n`)
    file('unloadable', "import './missing.ts'\n")
    file(
      'loose',
      `${head}test('d', () => { setTimeout(() => { throw new Error('late') }, 0) })\ntest('e', async () => { await new Promise((go) => setTimeout(go, 50)) })\n`,
    )
    file('dies', `${head}test('f', () => process.kill(process.pid, 'SIGKILL'))\n`)
    const { stdout, status } = runIn(folder)
    // Failed: b, the file that does not load, the error outside any test; f, and that its process died.
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('3 passed, 5 failed, 1 skipped')
    expect(status).toBe(1)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}, 30_000)
