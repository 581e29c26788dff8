import { describe, expect, it } from 'vitest'
import type { JobEvent } from '../api/job.ts'
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
})
