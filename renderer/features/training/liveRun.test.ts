import { expect, test } from 'vitest'
import type { EpochEvent } from '../../../core/api/job.ts'
import { emptyDetail } from './runFixture.ts'
import { withEpoch } from './liveRun.ts'

function epochEvent(epoch: number, loss: number): EpochEvent {
  return {
    event: 'epoch',
    epoch,
    epochs: 3,
    losses: { parts: loss },
    metrics: { parts: { meanIou: loss / 10 } },
    imagesPerSecond: 100 + epoch,
    rssMb: 500,
    tensors: 3,
    distributions: { parts: { s: null, loss: [1, 2, 3, 4, 5, 6, epoch] } },
  }
}

test('epochs arrive in order and the newest metrics stand for the run', () => {
  const detail = [epochEvent(1, 4), epochEvent(2, 3)].reduce(withEpoch, emptyDetail(['parts']))
  expect(detail.epochs).toEqual([1, 2])
  expect(detail.tasks[0]).toEqual({
    task: 'parts',
    loss: [4, 3],
    metrics: { meanIou: [0.4, 0.3] },
    parameters: [null, null],
    losses: [
      [1, 2, 3, 4, 5, 6, 1],
      [1, 2, 3, 4, 5, 6, 2],
    ],
  })
  expect(detail.imagesPerSecond).toEqual([101, 102])
  expect(detail.summary).toMatchObject({ epoch: 2, metrics: { parts: { meanIou: 0.3 } } })
})

test('a replayed stream changes nothing', () => {
  const events = [epochEvent(1, 4), epochEvent(2, 3), epochEvent(3, 2)]
  const once = events.reduce(withEpoch, emptyDetail(['parts']))
  expect(events.reduce(withEpoch, once)).toBe(once)
})

test('an epoch that is trained anew replaces what was known of it', () => {
  const known = [epochEvent(1, 4), epochEvent(2, 3)].reduce(withEpoch, emptyDetail(['parts']))
  const again = withEpoch(known, epochEvent(2, 5))
  expect(again.epochs).toEqual([1, 2])
  expect(again.tasks[0].loss).toEqual([4, 5])
  expect(again.summary.metrics).toEqual({ parts: { meanIou: 0.5 } })
})

test('an epoch that was missed is put in its place, and old metrics do not come back', () => {
  const detail = [epochEvent(1, 4), epochEvent(3, 2), epochEvent(2, 3)].reduce(withEpoch, emptyDetail(['parts']))
  expect(detail.epochs).toEqual([1, 2, 3])
  expect(detail.tasks[0].loss).toEqual([4, 3, 2])
  expect(detail.summary).toMatchObject({ epoch: 3, metrics: { parts: { meanIou: 0.2 } } })
})
