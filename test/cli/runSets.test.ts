import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunSetDetail } from '../../core/api/runSets.ts'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { events, mend, MendProcess } from './mend.ts'

let folder = ''
let project = ''
let file = ''
const options = { tasks: ['vector'], height: 64, width: 32, batch: 8, epochs: 8 }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-sets-'))
  project = join(folder, 'p.mend')
  file = join(folder, 'set.json')
  const noise = { share: 0.4, choices: [{ task: 'vector', kind: 'uniform' }] }
  const lines = [
    { line: 'none', options: { ...options, parameters: 'none' } },
    { line: 'instance', options: { ...options, parameters: 'instance' } },
    { line: 'instance, 40% wrong', options: { ...options, parameters: 'instance' }, noise },
  ]
  writeFileSync(file, JSON.stringify({ name: 'tiny', seeds: [1], lines }))
  await mend('synth', project, '--profile', 'full', '--people', '40', '--seed', '3', '--size', '64x32')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function members(set: string): Promise<RunSetDetail['members']> {
  const shown = await mend('sets', project, '--show', set, '--json')
  return (JSON.parse(shown.stdout) as RunSetDetail).members
}
async function metricsOf(run: number | null): Promise<unknown> {
  const runs = JSON.parse((await mend('runs', project, '--json')).stdout) as { run: number; metrics: unknown }[]
  return runs.find((each) => each.run === run)?.metrics
}

describe.skipIf(!locateTensorflow().available || process.platform === 'win32')('a set of runs', () => {
  it('that is killed in the middle is continued: what is done is kept, here and in other sets, and nothing is trained twice', async () => {
    const killed = new MendProcess('sets', project, '--file', file, '--json')
    await killed.said('"line":"instance","seed":1,"run":2,"state":"epoch","epoch":1')
    killed.child.kill('SIGKILL')
    await killed.ended
    const before = await members('tiny')
    expect(before.map(({ line, state }) => [line, state])).toEqual([
      ['none', 'done'],
      ['instance', expect.stringMatching(/running|interrupted/)],
      ['instance, 40% wrong', 'waiting'],
    ])

    const continued = await mend('sets', project, '--continue', 'tiny', '--json')
    expect(continued.status, continued.stderr).toBe(0)
    const told = events(continued)
    expect(told.at(-1)).toMatchObject({ event: 'done', runs: 3, kept: 1, failed: [] })
    expect(told.find(({ line, state }) => line === 'none' && state === 'kept')).toMatchObject({ run: 1 })
    expect((await members('tiny')).map(({ run, state }) => [run, state])).toEqual([
      [1, 'done'],
      [2, 'done'],
      [3, 'done'],
    ])

    // How often checkpoints are written does not make it another run.
    const other = join(folder, 'other.json')
    const lines = [{ line: 'again', options: { ...options, parameters: 'instance', checkpointEvery: 2 } }]
    writeFileSync(other, JSON.stringify({ name: 'other', seeds: [1], lines }))
    expect(events(await mend('sets', project, '--file', other, '--json')).at(-1)).toMatchObject({ runs: 1, kept: 1 })
    expect((await members('other')).map(({ run }) => run)).toEqual([2])
    expect(await metricsOf(3)).not.toEqual(await metricsOf(2))
  }, 240_000)

  it('refuses a file that is none, and a name that is taken', async () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, '{"lines": [{"line": "a"}]}')
    const refused = await mend('sets', project, '--file', broken)
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('set-file-invalid')
    writeFileSync(
      broken,
      JSON.stringify({
        name: 'x',
        lines: [
          { line: 'a', options },
          { line: 'a', options },
        ],
      }),
    )
    expect((await mend('sets', project, '--file', broken)).stderr).toContain('run-set-repeats')
    expect((await mend('sets', project, '--show', 'nobody')).stderr).toContain('unknown-run-set')
  })
})
