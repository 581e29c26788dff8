import { describe, expect, test } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { retrieval, type RetrievalItem } from './retrieval.ts'

/** A direction in the plane, degrees: the nearer two angles, the more alike. */
function seen(identity: number, camera: number, degrees: number): RetrievalItem {
  const angle = (degrees / 180) * Math.PI
  return { identity, camera, embedding: Float32Array.of(Math.cos(angle), Math.sin(angle)) }
}

describe('retrieval', () => {
  test('average precision is the mean precision at each right answer', () => {
    // Looked for from 0°: another at 10°, right at 20°, another at 30°, right at 40°: precisions 1/2 and 2/4.
    const items = [seen(1, 1, 0), seen(2, -1, 10), seen(1, 2, 20), seen(3, -1, 30), seen(1, 3, 40)]
    // From 20°: 10° and 30° are other people, then 0° and 40°, right: precisions 1/3, 2/4. From 40°: other at 30°, right
    // at 20°, other at 10°, right at 0°: 1/2, 2/4.
    const { meanAveragePrecision, rank1, queries } = retrieval(items)
    expect(queries).toBe(3)
    expect(meanAveragePrecision).toBeCloseTo((1 / 2 + (1 / 3 + 1 / 2) / 2 + 1 / 2) / 3, 12)
    expect(rank1).toBe(0)
  })

  test('pictures of the same person by the same camera are neither right nor wrong', () => {
    // The nearest is the same person by the same camera; left out, the first find is right.
    const items = [seen(1, 1, 0), seen(1, 1, 1), seen(1, 2, 5), seen(2, 1, 19)]
    expect(retrieval(items)).toEqual({ meanAveragePrecision: 1, rank1: 1, queries: 3 })
  })

  test('who was seen by one camera only is not looked for, but found by mistake', () => {
    const items = [seen(1, 1, 0), seen(1, 1, 90), seen(2, 1, 2), seen(2, 2, 50)]
    // Person 1 is never looked for. From 2°: 0° is wrong, 50° right. From 50°: 90° is 40° away, wrong; 2° is 48° away, right.
    expect(retrieval(items)).toEqual({ meanAveragePrecision: 0.5, rank1: 0, queries: 2 })
  })

  test('detections of nobody are wrong finds and are never looked for', () => {
    const items = [seen(1, 1, 0), seen(-1, 1, 3), seen(-1, 2, 4), seen(1, 2, 10)]
    expect(retrieval(items)).toEqual({ meanAveragePrecision: 1 / 3, rank1: 0, queries: 2 })
  })

  test('without cameras only the query itself is left out', () => {
    expect(retrieval([seen(1, -1, 0), seen(1, -1, 3), seen(2, -1, 9)])).toMatchObject({ rank1: 1, queries: 2 })
  })

  test('nobody to be found gives no figure', () => {
    expect(retrieval([seen(1, 1, 0), seen(2, 1, 3)])).toEqual({ meanAveragePrecision: NaN, rank1: NaN, queries: 0 })
    expect(retrieval([])).toMatchObject({ queries: 0 })
  })

  test('equals counting by hand, pair by pair, on random sets', () => {
    for (let round = 0; round < 20; round++) {
      const random = new Random(round, 'retrieval')
      const items = Array.from({ length: 40 }, () =>
        seen(random.integer(8) - 1, random.integer(4) - 1, 360 * random.uniform()),
      )
      const { meanAveragePrecision, rank1, queries } = retrieval(items)
      const slow = countedByHand(items)
      expect(queries).toBe(slow.length)
      expect(meanAveragePrecision).toBeCloseTo(mean(slow.map(({ precision }) => precision)), 10)
      expect(rank1).toBeCloseTo(mean(slow.map(({ first }) => Number(first))), 10)
    }
  })

  test('asks an even choice of those that can be found, where there are many', () => {
    const items = Array.from({ length: 100 }, (_, at) => seen(at >> 1, at & 1, at >> 1))
    expect(retrieval(items, 10)).toMatchObject({ queries: 10 })
  })
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Each query's average precision from how many lie nearer than each right answer: no sorting, no lists. */
function countedByHand(items: readonly RetrievalItem[]): { precision: number; first: boolean }[] {
  return items.flatMap((query, q) => {
    if (query.identity < 0) return []
    const junk = (other: RetrievalItem): boolean =>
      other.identity === query.identity && query.camera >= 0 && other.camera === query.camera
    const closeness = (other: RetrievalItem): number =>
      query.embedding[0] * other.embedding[0] + query.embedding[1] * other.embedding[1]
    const gallery = items.filter((other, at) => at !== q && !junk(other))
    const right = gallery.filter((other) => other.identity === query.identity)
    if (right.length === 0) return []
    const notFarther = (of: readonly RetrievalItem[], than: RetrievalItem): number =>
      of.filter((other) => closeness(other) >= closeness(than)).length
    const precisions = right.map((answer) => notFarther(right, answer) / notFarther(gallery, answer))
    const first = right.some((answer) => notFarther(gallery, answer) === 1)
    return [{ precision: mean(precisions), first }]
  })
}
