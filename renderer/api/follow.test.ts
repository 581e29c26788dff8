import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { follow } from './follow.ts'
import { StudioError } from './studioError.ts'

/** A stream that sends the events and then ends, or breaks with the error. */
async function* stream<T>(events: readonly T[], error?: unknown): AsyncGenerator<T> {
  yield* events
  if (error !== undefined) throw error
}

/** Follows streams that are opened one after the other; tells what was seen and how long was waited. */
async function followAll(streams: readonly (() => AsyncGenerator<string> | Error)[]) {
  const seen: string[] = []
  const waited: number[] = []
  const refused: string[] = []
  let opened = 0
  const abort = new AbortController()
  await follow<string>({
    open: async () => {
      const next = streams[opened++]()
      if (next instanceof Error) throw next
      return next
    },
    onOpen: () => seen.push('opened'),
    onEvent: (event) => seen.push(event),
    isLast: (event) => event === 'end',
    onRefused: (error) => refused.push(error.code),
    onBroken: (ms) => waited.push(ms),
    signal: abort.signal,
    wait: async () => {
      if (opened === streams.length) abort.abort()
    },
  })
  return { seen, waited, refused, opened }
}

const lost = () => new TypeError('Failed to fetch')

describe('following an event stream', () => {
  test('a stream that reaches its last event is not opened again', async () => {
    const { seen, opened } = await followAll([() => stream(['state', 'end']), () => stream(['never'])])
    expect(seen).toEqual(['opened', 'state', 'end'])
    expect(opened).toBe(1)
  })

  test('a broken one is opened again and replays', async () => {
    const { seen, waited } = await followAll([
      () => stream(['state 1', 'a'], lost()),
      () => stream(['state 2', 'a', 'b', 'end']),
    ])
    expect(seen).toEqual(['opened', 'state 1', 'a', 'opened', 'state 2', 'a', 'b', 'end'])
    expect(waited).toEqual([250])
  })

  test('one that ends without its last event counts as broken: the service was stopped in good order', async () => {
    const { seen } = await followAll([() => stream(['state']), () => stream(['state', 'end'])])
    expect(seen).toEqual(['opened', 'state', 'opened', 'state', 'end'])
  })

  test('waits double up to five seconds and start over after an event', async () => {
    const { waited } = await followAll([
      lost,
      lost,
      lost,
      lost,
      lost,
      lost,
      () => stream(['state'], lost()),
      () => stream(['end']),
    ])
    expect(waited).toEqual([250, 500, 1000, 2000, 4000, 5000, 250])
  })

  test('a refusal ends it and is told', async () => {
    const unknown = new ORPCError('MEND_ERROR', {
      status: 400,
      message: 'there is no job 7',
      data: { code: 'unknown-job', hint: '' },
    })
    const { refused, opened } = await followAll([() => unknown, () => stream(['never'])])
    expect(refused).toEqual(['unknown-job'])
    expect(opened).toBe(1)
  })

  test('an expired session is a refusal, an unreachable service is not', async () => {
    const expired = new StudioError({ code: 'session-expired', message: '', hint: '' })
    expect((await followAll([() => expired])).refused).toEqual(['session-expired'])
    const gone = new StudioError({ code: 'service-unreachable', message: '', hint: '' })
    expect((await followAll([() => gone, () => stream(['end'])])).refused).toEqual([])
  })
})
