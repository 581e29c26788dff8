import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { contract } from '../../api/contract.ts'
import type { JobEvent } from '../../api/job.ts'
import { UserState } from '../userState/userState.ts'
import { serveBrowsers } from './listen.ts'
import { ServedStudio } from './servedStudio.ts'
import { SessionFile } from './sessionFile.ts'
import { Sessions } from './sessions.ts'

let studio: ServedStudio
let client: ContractRouterClient<typeof contract>

beforeEach(async () => {
  studio = await ServedStudio.start()
  const headers = { cookie: await studio.signIn(), origin: studio.origin }
  client = createORPCClient(new RPCLink({ url: `${studio.origin}/rpc`, headers }))
})
afterEach(() => studio.close())

/** A job that goes on until it is told to end. */
function endlessJob(): { job: string; tell: (done: number) => void; finish: () => void } {
  let finish: () => void = () => undefined
  let tell: (done: number) => void = () => undefined
  const job = studio.service.jobs.start({
    kind: 'export',
    project: studio.project,
    work: (context) => {
      tell = (done) => context.progress({ stage: 'wrote', done, total: 9, unit: 'images' })
      return new Promise<{ out: string }>((end) => (finish = () => end({ out: studio.project })))
    },
  })
  return { job, tell: (done) => tell(done), finish: () => finish() }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 3000) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('event streams over HTTP', () => {
  it('replay the state, follow to the end, and name projects by reference', async () => {
    const { job, tell, finish } = endlessJob()
    await new Promise(setImmediate)
    tell(3)
    const events: JobEvent[] = []
    const reading = (async () => {
      for await (const event of await client.jobs.watch({ job })) events.push(event)
    })()
    await until(() => events.length > 0)
    tell(7)
    finish()
    await reading
    const reference = (await client.places.list({ place: (await client.places.list({})).entries[0].place })).entries[0]
      .place
    expect(reference).toMatch(/^[\w-]{22}$/)
    expect(events[0]).toMatchObject({
      type: 'state',
      job: { project: reference, projectName: 'people', state: 'running', progress: { done: 3 } },
    })
    expect(events.some((event) => event.type === 'progress' && event.progress.done === 7)).toBe(true)
    expect(events.at(-1)).toEqual({ type: 'done', result: { out: reference } })
    expect((await client.jobs.list())[0]).toMatchObject({ project: reference, state: 'done' })
  })

  it('are let go of at once when the reader leaves, though nothing happens', async () => {
    const { job, finish } = endlessJob()
    let released = false
    const watch = studio.service.jobs.watch.bind(studio.service.jobs)
    studio.service.jobs.watch = async function* (id, signal) {
      try {
        yield* watch(id, signal)
      } finally {
        released = true
      }
    }
    const leave = new AbortController()
    const stream = await client.jobs.watch({ job }, { signal: leave.signal })
    expect((await stream.next()).value).toMatchObject({ type: 'state' })
    expect(released).toBe(false)
    leave.abort()
    await until(() => released)
    finish()
  })

  it('end when the service does, which waits for nobody', async () => {
    const { job, finish } = endlessJob()
    const stream = await client.jobs.watch({ job })
    await stream.next()
    const ended = stream.next().catch(() => 'cut')
    const started = performance.now()
    await studio.browsers.close()
    await ended
    expect(performance.now() - started).toBeLessThan(2000)
    finish()
  })

  it('keep sessions through a crash of the service, not through its orderly end', async () => {
    const file = new UserState(`${studio.folder}/other`).sessionsFile(7)
    const before = new Sessions()
    before.keepIn(new SessionFile(file))
    const session = before.exchange(before.issueToken()) ?? ''
    const after = new Sessions()
    const reopened = new SessionFile(file)
    after.keepIn(reopened)
    expect([after.isOpen(session), after.isOpen(`${session}x`)]).toEqual([true, false])
    expect(reopened.read(Date.now() + 11 * 60_000)).toEqual([])
    const late = new Sessions()
    late.keepIn(reopened)
    expect(late.isOpen(session)).toBe(false)
    reopened.remove()
  })
})

describe('the port', () => {
  it('is taken by one service at a time, and the other says so', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const second = serveBrowsers({ service: studio.service, log }, studio.browsers.port)
    await expect(second).rejects.toMatchObject({ code: 'port-taken', hint: 'name another one with --port' })
  })
})
