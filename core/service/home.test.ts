import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRouterClient, type RouterClient } from '@orpc/server'
import { isDefinedError, safe } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleResult } from '../api/home.ts'
import { router } from './router.ts'
import { ServiceContext } from './serviceContext.ts'
import { UserState } from './userState/userState.ts'

let folder = ''
let service: ServiceContext
let client: RouterClient<typeof router>

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mend-home-')))
  service = new ServiceContext({ userState: new UserState(path.join(folder, 'user')) })
  service.places.restrict()
  service.places.addRoot(folder)
  client = createRouterClient(router, { context: { service } })
})
afterEach(async () => {
  await service.close()
  rmSync(folder, { recursive: true, force: true })
})

async function sample(): Promise<ReturnType<typeof sampleResult.parse>> {
  const { job } = await client.projects.sample({ people: 40, noise: 0.3, seed: 3 })
  for await (const event of await client.jobs.watch({ job })) {
    if (event.type === 'done') return sampleResult.parse(event.result)
    if (event.type === 'failed') throw new Error(event.error.message)
  }
  throw new Error('no result')
}

describe('recent projects', () => {
  it('has those that were made and opened, the newest first, also for the next service, until they are forgotten', async () => {
    const a = await client.projects.create({ place: folder, name: 'a' })
    const b = await client.projects.create({ place: folder, name: 'b.mend' })
    expect([a.name, b.project]).toEqual(['a', path.join(folder, 'b.mend')])
    await client.projects.open({ place: a.project })
    const next = createRouterClient(router, {
      context: { service: new ServiceContext({ userState: new UserState(path.join(folder, 'user')) }) },
    })
    expect((await next.projects.recent()).map(({ name, present }) => [name, present])).toEqual([
      ['a', true],
      ['b', true],
    ])
    rmSync(path.join(folder, 'b.mend'), { recursive: true })
    expect((await client.projects.recent()).map((project) => project.present)).toEqual([true, false])
    expect(await client.projects.forget({ project: b.project })).toEqual({ forgotten: true })
    expect((await client.projects.recent()).map((project) => project.name)).toEqual(['a'])
  })

  it('makes no project over another, outside the roots, or where none is to be opened', async () => {
    await client.projects.create({ place: folder, name: 'a' })
    const attempts = [
      client.projects.create({ place: folder, name: 'a' }),
      client.projects.create({ place: tmpdir(), name: 'b' }),
      client.projects.open({ place: path.join(folder, 'none.mend') }),
      client.projects.open({ place: tmpdir() }),
    ]
    const codes: unknown[] = []
    for (const attempt of attempts) {
      const { error } = await safe(attempt)
      codes.push(isDefinedError(error) ? error.data.code : error)
    }
    expect(codes).toEqual(['project-exists', 'place-not-allowed', 'project-not-found', 'place-not-allowed'])
  })
})

describe('places', () => {
  it('lists the roots, then folders before files, tells projects, and leaves hidden ones out', async () => {
    mkdirSync(path.join(folder, 'photos 10'))
    mkdirSync(path.join(folder, 'photos 9'))
    mkdirSync(path.join(folder, '.hidden'))
    writeFileSync(path.join(folder, 'a.json'), '12345')
    await client.projects.create({ place: folder, name: 'z' })
    const roots = await client.places.list({})
    expect([roots.current, roots.entries.map((entry) => entry.place)]).toEqual([null, [folder]])
    const listed = await client.places.list({ place: folder })
    expect(
      listed.entries.filter((entry) => entry.name !== 'user').map(({ name, kind, size }) => [name, kind, size]),
    ).toEqual([
      ['photos 9', 'folder', null],
      ['photos 10', 'folder', null],
      ['z.mend', 'project', null],
      ['a.json', 'file', 5],
    ])
    const inner = await client.places.list({ place: path.join(folder, 'photos 9') })
    expect(inner.trail.map((step) => step.name)).toEqual([path.basename(folder), 'photos 9'])
  })

  it('names a place to write to and says whether it is taken; makes a folder once', async () => {
    const child = await client.places.child({ place: folder, name: 'out' })
    expect(child).toMatchObject({ place: path.join(folder, 'out'), exists: false })
    expect(await client.places.makeFolder({ place: folder, name: 'out' })).toMatchObject({ exists: true })
    expect(await client.places.child({ place: folder, name: 'out' })).toMatchObject({ exists: true })
    const { error } = await safe(client.places.makeFolder({ place: folder, name: 'out' }))
    expect(error).toMatchObject({ data: { code: 'place-exists' } })
  })
})

describe('the sample', () => {
  it('has planted errors that the project remembers, and counts those that are fixed or kept', async () => {
    const made = await sample()
    expect(made.name).toBe('Sample')
    const { project } = made
    const planted = await client.projects.planted({ project })
    expect(Object.fromEntries(planted.map((row) => [row.task, row.planted]))).toEqual(made.planted)
    expect(planted.map((row) => [row.flagged, row.fixed, row.kept])).toEqual(planted.map(() => [null, 0, 0]))
    // 34 of 40 people are trained on, 30% of their labels are to be wrong: 10.2 expected, within four deviations.
    for (const row of planted) expect(Math.abs(row.planted - 10.2)).toBeLessThan(11)
    const opened = service.projects.get(project)
    const wrong = opened.connection.all<{ label: number }>(
      "SELECT label_id AS label FROM planted_error WHERE task = 'keypoints' ORDER BY label_id",
    )
    const [rejected, verified, changed] = wrong.map((row) => row.label)
    opened.transaction((writer) => {
      const by = { by: 'test', why: 'test' }
      const mark = (state: 'rejected' | 'verified') => ({ state, origin: 'human' }) as const
      writer.labels.apply(rejected, { type: 'set-state', mark: mark('rejected') }, by)
      writer.labels.apply(verified, { type: 'set-state', mark: mark('verified') }, by)
      const joint = { x: 1, y: 1, v: 2 } as const
      writer.labels.apply(changed, { type: 'set-joint', index: 0, joint, mark: mark('verified') }, by)
    })
    const after = (await client.projects.planted({ project })).find((row) => row.task === 'keypoints')
    expect(after).toMatchObject({ kind: 'derange', planted: wrong.length, fixed: 2, kept: 1 })
  })

  it('is summarised as a sample, with people to show and nothing trained yet', async () => {
    const { project } = await sample()
    const summary = await client.projects.summary({ project })
    expect(summary).toMatchObject({
      images: 40,
      people: 40,
      labels: 240,
      tasks: 6,
      unlabelled: 0,
      suspects: null,
      sample: true,
    })
    expect(summary.strip).toHaveLength(12)
    expect(new Set(summary.strip.map((each) => each.person)).size).toBe(12)
    expect((await client.projects.recent())[0]).toMatchObject({ project, present: true })
    const again = await sample()
    expect(again.name).toBe('Sample 2')
  })
})

describe('settings', () => {
  it('keeps what is set for the next service, and null takes it away', async () => {
    await client.settings.change({ changes: { theme: 'light', keys: { save: 'Ctrl+S' } } })
    expect(await client.settings.change({ changes: { theme: null } })).toEqual({ keys: { save: 'Ctrl+S' } })
    expect(new UserState(path.join(folder, 'user')).settings()).toEqual({ keys: { save: 'Ctrl+S' } })
    writeFileSync(path.join(folder, 'user', 'studio', 'settings.json'), '{"broken')
    expect(await client.settings.get()).toEqual({})
  })
})
