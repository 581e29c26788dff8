import { describe, expect, it } from 'vitest'
import type { JobEvent, JobSummary } from '../api/job.ts'
import { MendError } from '../dataset/mendError.ts'
import { JobCancelled, JobRunner } from './jobRunner.ts'

async function all(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const found: JobEvent[] = []
  for await (const event of events) found.push(event)
  return found
}

const warning = (message: string) => ({ event: 'warning', code: 'test', message }) as const

describe('JobRunner', () => {
  it('replays the state and every notice to a reader who comes after the end', async () => {
    const runner = new JobRunner()
    const work = async (context: Parameters<Parameters<JobRunner['start']>[0]['work']>[0]): Promise<number> => {
      context.notice(warning('first'))
      context.progress({ stage: 'count', done: 1, total: 2, unit: 'images' })
      context.notice(warning('second'))
      return Promise.resolve(42)
    }
    const id = runner.start({ kind: 'export', project: 'a.mend', work })
    const live = await all(runner.watch(id))
    const late = await all(runner.watch(id))
    expect(live.map((event) => event.type)).toEqual(['state', 'notice', 'progress', 'notice', 'done'])
    expect(late.map((event) => event.type)).toEqual(['state', 'notice', 'notice', 'done'])
    expect(late[0]).toMatchObject({ job: { state: 'done', progress: { done: 1, total: 2 } } })
    expect(late.at(-1)).toEqual({ type: 'done', result: 42 })
  })

  it('tells who comes late the newest of many epochs, and everything else', async () => {
    const runner = new JobRunner()
    const figures = { losses: {}, metrics: {}, imagesPerSecond: 1, rssMb: 1, tensors: 1 }
    const id = runner.start({
      kind: 'train',
      project: 'a.mend',
      work: async (context) => {
        context.notice(warning('first'))
        for (let epoch = 1; epoch <= 203; epoch++) context.notice({ event: 'epoch', epoch, epochs: 203, ...figures })
        return Promise.resolve(0)
      },
    })
    await all(runner.watch(id))
    const late = (await all(runner.watch(id))).flatMap((event) => (event.type === 'notice' ? [event.notice] : []))
    expect(late[0]).toEqual(warning('first'))
    expect(late.slice(1).map((notice) => notice.event === 'epoch' && notice.epoch)).toEqual(
      Array.from({ length: 200 }, (_, at) => 4 + at),
    )
  })

  it('reports a failure with code and hint, and a defect as such', async () => {
    const runner = new JobRunner()
    const failing = (error: Error) => runner.start({ kind: 'export', project: null, work: () => Promise.reject(error) })
    const known = await all(runner.watch(failing(new MendError('disk-full', 'no space in /x', 'free some'))))
    expect(known.at(-1)).toEqual({
      type: 'failed',
      error: { code: 'disk-full', message: 'no space in /x', hint: 'free some' },
    })
    const defect = await all(runner.watch(failing(new TypeError('x is undefined'))))
    expect(defect.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'internal-error', message: 'x is undefined' },
    })
  })

  it('cancels: the work sees the signal and its hint reaches the watcher', async () => {
    const runner = new JobRunner()
    const id = runner.start({
      kind: 'train',
      project: null,
      work: (context) =>
        new Promise((_, reject) => {
          context.signal.addEventListener('abort', () => reject(new JobCancelled('mend train --resume 3')))
        }),
    })
    const events = all(runner.watch(id))
    await Promise.resolve()
    runner.cancel(id)
    expect((await events).at(-1)).toEqual({ type: 'cancelled', hint: 'mend train --resume 3' })
    expect(runner.list()[0].state).toBe('cancelled')
  })

  it('does not flood a reader who is slower than the work', async () => {
    const runner = new JobRunner()
    const id = runner.start({
      kind: 'export',
      project: null,
      work: (context) => {
        for (let done = 1; done <= 1000; done++) context.progress({ stage: 's', done, total: 1000, unit: 'images' })
        return Promise.resolve(null)
      },
    })
    const progress = (await all(runner.watch(id))).filter((event) => event.type === 'progress')
    expect(progress.map((event) => event.progress.done)).toEqual([1000])
  })

  it('refuses to pause what cannot be paused and what does not exist', async () => {
    const runner = new JobRunner()
    const id = runner.start({ kind: 'export', project: null, work: () => Promise.resolve(1) })
    await all(runner.watch(id))
    expect(() => runner.pause(id)).toThrow(/is done/)
    expect(() => runner.cancel('nothing')).toThrow(/no job nothing/)
  })

  it('lets jobs of one lane wait for one another, in an order that can be changed', async () => {
    const runner = new JobRunner()
    const order: string[] = []
    const gates = new Map<string, () => void>()
    const start = (name: string, lane: string | undefined): string =>
      runner.start({
        kind: 'train',
        project: `/data/${name}.mend`,
        lane,
        work: async () => {
          order.push(name)
          await new Promise<void>((open) => gates.set(name, open))
          return name
        },
      })
    const first = start('first', 'training')
    const [second, third, other] = [start('second', 'training'), start('third', 'training'), start('other', undefined)]
    await new Promise(setImmediate)
    expect(order).toEqual(['first', 'other'])
    const seen = (): unknown[] =>
      runner.list().map(({ projectName, state, position }) => [projectName, state, position])
    expect(seen()).toEqual([
      ['first', 'running', null],
      ['second', 'queued', 1],
      ['third', 'queued', 2],
      ['other', 'running', null],
    ])
    expect(runner.reorder(third, 1)).toMatchObject({ state: 'queued', position: 1 })
    expect(() => runner.reorder(other, 1)).toThrow(/is running/)
    gates.get('first')?.()
    await all(runner.watch(first))
    await new Promise(setImmediate)
    expect(order).toEqual(['first', 'other', 'third'])
    expect(runner.list().find((job) => job.id === second)).toMatchObject({ state: 'queued', position: 1 })
    gates.get('third')?.()
    await all(runner.watch(third))
    await new Promise(setImmediate)
    gates.get('second')?.()
    expect((await all(runner.watch(second))).at(-1)).toEqual({ type: 'done', result: 'second' })
    gates.get('other')?.()
  })

  it('cancels a job that waits without ever doing its work, and the next one moves up', async () => {
    const runner = new JobRunner()
    const done: string[] = []
    let finish: () => void = () => undefined
    const journal: string[] = []
    const noted = (name: string) => ({
      started: (job: JobSummary) => journal.push(`${name} ${job.state}`),
      running: () => journal.push(`${name} has its turn`),
      ended: (job: JobSummary) => journal.push(`${name} ${job.state}`),
    })
    const start = (name: string, work: () => Promise<void>): string =>
      runner.start({
        kind: 'train',
        project: null,
        lane: 'training',
        journal: noted(name),
        work: async () => {
          await work()
          done.push(name)
        },
      })
    const first = start('a', () => new Promise((resolve) => (finish = resolve)))
    const waiting = start('b', () => Promise.resolve())
    const last = start('c', () => Promise.resolve())
    const events = all(runner.watch(waiting))
    runner.cancel(waiting)
    expect((await events).at(-1)).toMatchObject({ type: 'cancelled' })
    expect(runner.list().find((job) => job.id === last)).toMatchObject({ position: 1 })
    finish()
    await Promise.all([all(runner.watch(first)), all(runner.watch(last))])
    expect(done).toEqual(['a', 'c'])
    expect(journal).toEqual(['a running', 'b queued', 'c queued', 'b cancelled', 'a done', 'c has its turn', 'c done'])
  })

  it('stops following at once when the reader has gone, though nothing happens', async () => {
    const runner = new JobRunner()
    let finish: () => void = () => undefined
    const id = runner.start({ kind: 'export', project: null, work: () => new Promise<void>((end) => (finish = end)) })
    const leave = new AbortController()
    const events = runner.watch(id, leave.signal)
    expect((await events.next()).value).toMatchObject({ type: 'state' })
    const waiting = events.next()
    leave.abort()
    expect(await waiting).toEqual({ value: undefined, done: true })
    finish()
  })

  it('tells a follower of every job: as they are, then each that starts and ends', async () => {
    const runner = new JobRunner()
    await all(runner.watch(runner.start({ kind: 'export', project: null, work: () => Promise.resolve(1) })))
    const leave = new AbortController()
    const seen: string[] = []
    const following = (async () => {
      for await (const event of runner.follow(leave.signal)) {
        seen.push(event.type === 'jobs' ? event.jobs.map((job) => job.state).join() : event.job.state)
      }
    })()
    await new Promise(setImmediate)
    await all(runner.watch(runner.start({ kind: 'train', project: null, work: () => Promise.resolve(2) })))
    await new Promise(setImmediate)
    leave.abort()
    await following
    expect(seen[0]).toBe('done')
    expect(seen.at(-1)).toBe('done')
    expect(seen.length).toBeGreaterThan(1)
  })
})
