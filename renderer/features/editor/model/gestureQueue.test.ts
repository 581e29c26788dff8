import { describe, expect, test } from 'vitest'
import type { GestureResult } from '../../../../core/api/editing.ts'
import { GestureQueue, type QueuedGesture } from './gestureQueue.ts'

const history = { undo: null, redo: null, undoable: 0, redoable: 0 }
const storedAs = (gesture: string): GestureResult => ({
  outcome: 'stored',
  gesture,
  title: gesture,
  labels: [],
  people: [],
  history,
})
const conflict: GestureResult = { outcome: 'label-changed', conflicts: [{ kind: 'box', person: 1, box: null }] }

/** A queue whose gestures answer what the script says, one entry an attempt; what happened is written down. */
function scripted(script: Record<string, (GestureResult | Error)[]>) {
  const log: string[] = []
  const queue = new GestureQueue({
    stored: ({ key }) => log.push(`stored ${key}`),
    blocked: ({ key }) => log.push(`blocked ${key}`),
    changed: () => undefined,
  })
  const gesture = (key: string, travels = false): QueuedGesture => ({
    key,
    title: key,
    travels,
    send: () => {
      log.push(`sent ${key}`)
      const answer = script[key]?.shift() ?? storedAs(key)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  })
  return { queue, log, gesture }
}

describe('gestures on their way to the service', () => {
  test('are stored one after another, as they were made', async () => {
    const { queue, log, gesture } = scripted({})
    for (const key of ['a', 'b', 'c']) queue.push(gesture(key))
    expect(queue.state).toEqual({ type: 'saving', waiting: 1 })
    await queue.settled()
    expect(log).toEqual(['sent a', 'stored a', 'sent b', 'stored b', 'sent c', 'stored c'])
    expect(queue.state).toEqual({ type: 'saved' })
  })

  test('one that fails stops those behind it, until it is tried again', async () => {
    const { queue, log, gesture } = scripted({ a: [new Error('the disk is full')] })
    queue.push(gesture('a'))
    queue.push(gesture('b'))
    await queue.settled()
    expect(queue.state).toMatchObject({ type: 'failed', title: 'a', waiting: 2 })
    queue.push(gesture('c'))
    expect(queue.state).toMatchObject({ type: 'failed', waiting: 3 })
    expect(log).toEqual(['sent a'])
    queue.retry()
    await queue.settled()
    expect(log.slice(1)).toEqual(['sent a', 'stored a', 'sent b', 'stored b', 'sent c', 'stored c'])
  })

  test('a conflict waits for a choice; giving the gesture up lets the others go on', async () => {
    const { queue, log, gesture } = scripted({ a: [conflict] })
    queue.push(gesture('a'))
    queue.push(gesture('b'))
    await queue.settled()
    expect(queue.state).toMatchObject({ type: 'conflict', title: 'a', conflicts: [{ person: 1 }] })
    queue.dropWhere(({ key }) => key === 'a')
    await queue.settled()
    expect(log).toEqual(['sent a', 'sent b', 'stored b'])
  })

  test('an undo that meets somebody else’s change is over, and the next gesture is sent', async () => {
    const { queue, log, gesture } = scripted({ undo: [conflict] })
    queue.push(gesture('undo', true))
    queue.push(gesture('b'))
    await queue.settled()
    expect(log).toEqual(['sent undo', 'blocked undo', 'sent b', 'stored b'])
    expect(queue.state).toEqual({ type: 'saved' })
  })

  test('dropping everything leaves nothing to send', async () => {
    const { queue, log, gesture } = scripted({ a: [new Error('no')] })
    queue.push(gesture('a'))
    await queue.settled()
    queue.drop()
    queue.retry()
    await queue.settled()
    expect(log).toEqual(['sent a'])
    expect(queue.waiting).toEqual([])
  })
})
