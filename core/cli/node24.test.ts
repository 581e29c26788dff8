import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const checkout = path.resolve(import.meta.dirname, '..', '..')
/** A checkout whose command says what it was given. */
let root: string
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-launcher-'))
  const folder = path.join(root, 'core', 'cli')
  mkdirSync(folder, { recursive: true })
  for (const name of ['main.mjs', 'node24.mjs'])
    cpSync(path.join(checkout, 'core', 'cli', name), path.join(folder, name))
  writeFileSync(
    path.join(folder, 'main.ts'),
    `const given: string[] = process.argv.slice(2)
process.stdout.write(JSON.stringify({ node: process.versions.node.split('.')[0], given }))
process.exitCode = 3`,
  )
  mkdirSync(path.join(root, 'node_modules'))
  for (const name of readdirSync(path.join(checkout, 'node_modules')).filter((each) => /^node-.+-.+/.test(each))) {
    symlinkSync(path.join(checkout, 'node_modules', name), path.join(root, 'node_modules', name))
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs the command as somebody's shell does, in which nothing is set. */
async function launch(environment: NodeJS.ProcessEnv = {}): Promise<{ stdout: string; code: number }> {
  const { NODE_COMPILE_CACHE: _, ...others } = process.env
  const launched = promisify(execFile)(process.execPath, [path.join(root, 'core', 'cli', 'main.mjs'), 'a', '--b'], {
    env: { ...others, ...environment },
  })
  return launched.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
  )
}

/** Files below a folder; none where it does not exist. */
function filesIn(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
  } catch {
    return 0
  }
}

test('the command gets its arguments, and its status is that of the program', async () => {
  const { stdout, code } = await launch()
  expect(JSON.parse(stdout)).toEqual({ node: '24', given: ['a', '--b'] })
  expect(code).toBe(3)
})

test('what was compiled is kept with the packages, or where somebody says', async () => {
  const kept = path.join(root, 'node_modules', '.cache', 'compiled')
  rmSync(kept, { recursive: true, force: true })
  const elsewhere = path.join(root, 'elsewhere')
  await launch({ NODE_COMPILE_CACHE: elsewhere })
  expect([filesIn(kept), filesIn(elsewhere) > 0]).toEqual([0, true])
  await launch()
  expect(filesIn(kept)).toBeGreaterThan(0)
})
