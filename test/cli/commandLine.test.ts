import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coverage } from '../../core/api/project.ts'
import { events, mend } from './mend.ts'

const home = process.cwd()
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-cli-'))
  process.chdir(folder)
  await mend('synth', 'people.mend', '--profile', 'full', '--people', '30', '--seed', '1', '--size', '64x32')
})
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

describe('usage', () => {
  it.each([
    [['nonsense'], "usage: unknown command 'nonsense'"],
    [['init'], "usage: missing required argument 'project'"],
    [['train', 'people.mend', '--epochs', 'many'], 'a whole number is needed'],
    [['train', 'people.mend', '--epochs', '0'], 'usage: epochs: Too small'],
    [['train', 'people.mend', '--size', '64'], 'HEIGHTxWIDTH is needed'],
    [['train', 'people.mend', '--model', 'huge'], 'Allowed choices are tiny, tiny-unet, unet32, r18'],
    [['train', 'people.mend', '--resume', '1', '--epochs', '3'], 'usage: a resumed run keeps its own options'],
    [['audit', 'people.mend', '--kind', 'derange'], 'usage: --kind derange does not say which task'],
    [['synth', 'x.mend', '--people', '3'], "required option '--profile <name>' not specified"],
  ])('%j is wrong usage: status 2, nothing on standard output', async (args, message) => {
    const finished = await mend(...args)
    expect(finished.stderr).toContain(message)
    expect(finished.stderr).toMatch(/\nhint: .+\n$/)
    expect({ status: finished.status, stdout: finished.stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('shows every verb without arguments, and the version', async () => {
    const { status, stdout } = await mend()
    const verbs =
      'init synth detect import sources remove-source coverage duplicates train runs compare suspects decide'
    for (const verb of [...verbs.split(' '), 'audit', 'predict', 'export', 'engine'])
      expect(stdout).toContain(`  ${verb} `)
    expect(status).toBe(0)
    expect(await mend('--version')).toMatchObject({ status: 0, stdout: '0.0.0\n' })
  })
})

describe('failures', () => {
  it.each([
    [['coverage', 'nothing.mend'], 'project-not-found: '],
    [['init', 'people.mend'], 'project-exists: '],
    [['train', 'people.mend', '--tasks', 'parts,faces'], 'unknown-task: people has no task faces'],
    [['train', 'people.mend', '--resume', '77'], 'unknown-run: '],
    [['suspects', 'people.mend'], 'no-run: '],
    [['compare', 'people.mend', '1', '2'], 'unknown-run: '],
    [['decide', 'people.mend', '--file', 'nothing.csv'], 'file-unreadable: '],
    [['audit', 'people.mend', '--tasks', 'parts', '--kind', 'joint'], 'noise-kind-unknown: '],
    [['audit', 'people.mend', '--tasks', 'parts', '--kind', 'depth=uniform'], 'unknown-task: '],
    [['engine', 'install', 'abacus'], 'unknown-engine: '],
    [['engine', 'probe', 'abacus'], 'unknown-engine: '],
    [['import', 'people.mend', 'nowhere'], 'source-missing: '],
    [['export', 'people.mend', 'out', '--format', 'vhs'], 'format-unknown: '],
  ])('%j says code, what happened and what to do: status 1', async (args, message) => {
    const finished = await mend(...args)
    expect(finished.stderr).toContain(message)
    expect(finished.stderr).toMatch(/\nhint: .+\n$/)
    expect({ status: finished.status, stdout: finished.stdout }).toEqual({ status: 1, stdout: '' })
  })

  it('leaves no folder of a synthetic project that could not be made', async () => {
    expect((await mend('synth', 'people.mend', '--profile', 'full', '--people', '5')).stderr).toContain(
      'project-exists',
    )
    expect((await mend('coverage', 'people.mend')).status).toBe(0)
  })
})

describe('JSON', () => {
  it('coverage has the fields that others rely on, and its numbers add up', async () => {
    const found = coverage.parse(JSON.parse((await mend('coverage', 'people.mend', '--json')).stdout))
    expect(found).toMatchObject({ images: 30, people: 30, labels: 180 })
    expect(found.sources[0].tasks['parts']).toEqual({ labelled: 30, unlabelled: 0, verified: 0, rejected: 0 })
  })

  it('import ends with the report, after a lossless export; removing the source undoes it', async () => {
    const exported = events(await mend('export', 'people.mend', 'bundle', '--format', 'mend-bundle', '--json'))
    expect(exported.at(-1)).toMatchObject({ event: 'done', format: 'mend-bundle', images: 30, people: 30, lost: [] })
    expect(JSON.parse((await mend('detect', 'bundle', '--json')).stdout)).toMatchObject([{ format: 'mend-bundle' }])
    await mend('init', 'copy.mend')
    const planned = events(await mend('import', 'copy.mend', 'bundle', '--dry-run', '--json'))
    expect(planned.at(-1)).toMatchObject({ event: 'plan', images: 30, people: 30, doubtful: [] })
    expect(JSON.parse((await mend('coverage', 'copy.mend', '--json')).stdout)).toMatchObject({ images: 0, people: 0 })
    const imported = events(await mend('import', 'copy.mend', 'bundle', '--json')).at(-1)
    expect(imported).toMatchObject({
      event: 'done',
      source: 1,
      images: 30,
      people: 30,
      labels: { parts: 30, keypoints: 30, attributes: 30, depth: 30, vector: 30, identity: 30 },
      merged: { images: 0, people: 0 },
      skipped: [],
    })
    expect(imported).toHaveProperty('seconds')
    expect(imported).toHaveProperty('peakRssMb')
    const again = events(await mend('import', 'copy.mend', 'bundle', '--json')).at(-1)
    expect(again).toMatchObject({ source: 2, merged: { images: 30, people: 30 } })
    const removed = JSON.parse((await mend('remove-source', 'copy.mend', '1', '--json')).stdout) as object
    expect(removed).toMatchObject({ source: 1, promoted: 180, images: 0, people: 0 })
    expect(JSON.parse((await mend('sources', 'copy.mend', '--json')).stdout)).toMatchObject([{ id: 2, people: 30 }])
  })

  it('duplicates tells the pictures that two sources share', async () => {
    await mend('init', 'twice.mend')
    await mend('export', 'people.mend', 'first', '--format', 'mend-bundle')
    await mend('import', 'twice.mend', 'first')
    await mend('import', 'twice.mend', 'bundle')
    const found = JSON.parse((await mend('duplicates', 'twice.mend', '--json')).stdout) as { exact: unknown[] }
    expect(found.exact).toHaveLength(30)
  })

  it('engine list names every engine with a reason', async () => {
    const engines = JSON.parse((await mend('engine', 'list', '--json')).stdout) as { id: string; reason: string }[]
    expect(engines.map((engine) => engine.id)).toEqual(['tensorflow-cuda', 'webgpu', 'tensorflow-cpu', 'wasm'])
    expect(engines.every((engine) => engine.reason !== '')).toBe(true)
    expect(Object.keys(engines[0]).sort()).toEqual([
      'automatic',
      'available',
      'device',
      'gpu',
      'id',
      'reason',
      'selected',
      'version',
    ])
  })
})

describe('a mapping in doubt', () => {
  it('is written to a file to edit, and the import stops; with the file it goes on', async () => {
    await mend('export', 'people.mend', 'doubtful', '--format', 'mend-bundle')
    const head = join('doubtful', 'bundle.json')
    writeFileSync(head, readFileSync(head, 'utf8').replaceAll('"torso"', '"torsoo"'))
    await mend('export', 'people.mend', 'plain', '--format', 'mend-bundle')
    await mend('init', 'target.mend')
    await mend('import', 'target.mend', 'plain')
    const stopped = await mend('import', 'target.mend', 'doubtful')
    expect(stopped).toMatchObject({ status: 1, stdout: '' })
    expect(stopped.stderr).toContain('mapping-doubtful: ')
    expect(existsSync('doubtful.mapping.json')).toBe(true)
    expect(await mend('import', 'target.mend', 'doubtful', '--map', 'doubtful.mapping.json')).toMatchObject({
      status: 0,
    })
  })
})
