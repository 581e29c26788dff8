import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { mend } from './mend.ts'

const home = process.cwd()
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-examples-'))
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

const verbs = [
  ...['init', 'synth', 'detect', 'import', 'sources', 'remove-source', 'coverage', 'duplicates', 'train', 'runs'],
  ...[
    'compare',
    'sets',
    'relations',
    'evaluate',
    'suspects',
    'decide',
    'audit',
    'predict',
    'sweep',
    'export',
    'export-model',
    'engine',
  ],
]

/** Lines that several examples begin with run once, in the folder that all share. */
const ran = new Set<string>()

async function run(line: string): Promise<void> {
  if (ran.has(line)) return
  ran.add(line)
  if (!line.startsWith('mend ')) {
    execFileSync('bash', ['-c', line])
    return
  }
  const finished = await mend(...line.split(' ').slice(1))
  expect({ line, ...finished }).toMatchObject({ status: 0, stderr: '' })
}

describe.skipIf(!locateTensorflow().available || process.platform === 'win32')('mend help', () => {
  it.each(verbs)(
    '%s shows an example that runs as printed',
    async (verb) => {
      const { status, stdout } = await mend('help', verb)
      expect(status).toBe(0)
      const lines = stdout.slice(stdout.indexOf('Example:')).split('\n').slice(1)
      const example = lines.map((line) => line.trim()).filter((line) => line !== '')
      expect(example.length).toBeGreaterThan(0)
      expect(example.at(-1)).toMatch(new RegExp(`^mend ${verb} `))
      for (const line of example) await run(line)
    },
    // A model of several widths is prepared for a while.
    180_000,
  )
})
