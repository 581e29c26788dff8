import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDefinedError, safe } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { synthesizeResult } from '../api/dataset.ts'
import type { JobEvent } from '../api/job.ts'
import { openInProcessClient, type InProcessClient } from './inProcessClient.ts'

let folder = ''
let opened: InProcessClient

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-service-'))
  opened = openInProcessClient()
})
afterEach(async () => {
  await opened.close()
  rmSync(folder, { recursive: true, force: true })
})

async function watch(job: string): Promise<JobEvent[]> {
  const found: JobEvent[] = []
  for await (const event of await opened.client.jobs.watch({ job })) found.push(event)
  return found
}

const small = { profile: 'partial', people: 12, seed: 1, width: 32, height: 64 } as const

describe('the API in process', () => {
  it('starts long work, replays it to who comes late, and lists it', async () => {
    const { client } = opened
    const { job } = await client.projects.synthesize({ project: join(folder, 'a.mend'), ...small })
    const live = await watch(job)
    const late = await watch(job)
    expect(live.at(-1)?.type).toBe('done')
    expect(late.at(-1)).toEqual(live.at(-1))
    expect(late[0]).toMatchObject({ type: 'state', job: { id: job, state: 'done', kind: 'synthesize' } })
    const last = live.at(-1)
    const result = synthesizeResult.parse(last?.type === 'done' ? last.result : null)
    expect(result).toMatchObject({ people: 12, labels: { attributes: 4, identity: 4, keypoints: 4 } })
    expect((await client.jobs.list()).map((one) => one.id)).toEqual([job])
    const covered = await client.projects.coverage({ project: join(folder, 'a.mend') })
    expect(covered.sources.map((source) => [source.name, source.people])).toEqual([
      ['attributes', 4],
      ['identity', 4],
      ['keypoints', 4],
    ])
  })

  it('cancels: the half-made project is gone', async () => {
    const project = join(folder, 'b.mend')
    const { job } = await opened.client.projects.synthesize({ project, ...small, people: 5000 })
    const events = watch(job)
    await opened.client.jobs.cancel({ job })
    expect((await events).at(-1)?.type).toBe('cancelled')
    const { error } = await safe(opened.client.projects.coverage({ project }))
    expect(error).toMatchObject({ code: 'MEND_ERROR', data: { code: 'project-not-found' } })
  })

  it('answers errors with code, message and hint, and refuses input outside the contract', async () => {
    const missing = await safe(opened.client.projects.coverage({ project: join(folder, 'none.mend') }))
    expect(isDefinedError(missing.error)).toBe(true)
    const wrong = await safe(opened.client.projects.duplicates({ project: 'x', distance: 99 }))
    expect(wrong.error).toMatchObject({ code: 'BAD_REQUEST' })
    const job = await safe(opened.client.jobs.cancel({ job: 'none' }))
    expect(job.error).toMatchObject({ data: { code: 'unknown-job' } })
    const stream = await safe(opened.client.jobs.watch({ job: 'none' }))
    expect(stream.error).toMatchObject({ code: 'MEND_ERROR', data: { code: 'unknown-job' } })
    const plan = await safe(opened.client.datasets.applyImport({ plan: 'none' }))
    expect(plan.error).toMatchObject({ data: { code: 'plan-unknown' } })
  })

  it('names every format with what it can do', async () => {
    const formats = await opened.client.datasets.formats()
    expect(formats.find((format) => format.name === 'mend-bundle')).toMatchObject({ read: true, write: true })
    expect(formats.find((format) => format.name === 'leeds-sports-pose')).toMatchObject({ read: true, write: false })
  })
})
