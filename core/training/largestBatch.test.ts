import { describe, expect, it } from 'vitest'
import { largestBatch } from './largestBatch.ts'

/** A process that takes 500 bytes and 10 a person. */
const line = (batch: number): number => 500 + 10 * batch

function search(budgetBytes: number, people = 1000, bytesOf: (batch: number) => number | null = line) {
  const tried: [batch: number, number: number][] = []
  const found = largestBatch({
    people,
    budgetBytes,
    measure: (batch) => Promise.resolve(bytesOf(batch)),
    onTrial: (...trial) => tried.push(trial),
  })
  return { found, tried }
}

describe('the largest batch that fits', () => {
  it('is the largest there is where memory abounds, after three trials', async () => {
    const { found, tried } = search(1e6)
    expect(await found).toMatchObject({ batch: 64, bytes: 1140 })
    expect(tried).toEqual([
      [2, 1],
      [8, 2],
      [64, 3],
    ])
  })

  it('is found by the memory of two small ones, and tried', async () => {
    // 32 take 820, 48 take 980.
    const { found } = search(979)
    expect((await found).batch).toBe(32)
    expect((await found).trials.map(({ batch }) => batch)).toEqual([2, 8, 32])
    expect((await search(980).found).batch).toBe(48)
  })

  it('is no larger than the people there are, nor than the cap', async () => {
    expect((await search(1e6, 10).found).batch).toBe(8)
    expect((await search(1e6, 5).found).batch).toBe(4)
    expect((await search(1e6, 1).found).batch).toBe(1)
    const capped = await largestBatch({ people: 1000, cap: 256, budgetBytes: 1e6, measure: async (b) => line(b) })
    expect(capped.batch).toBe(256)
  })

  it('goes down where a batch takes more than its line says, or fails', async () => {
    // Above 20 everything fails, as on a GPU whose memory does not show in the process.
    const { found, tried } = search(1e6, 1000, (batch) => (batch > 20 ? null : 600))
    expect((await found).batch).toBe(16)
    expect(tried.length).toBeLessThanOrEqual(6)
    // 2 fit, 8 do not.
    expect((await search(545).found).batch).toBe(4)
  })

  it('is one, where two do not fit, and an error with a hint where one does not', async () => {
    expect((await search(510).found).batch).toBe(1)
    await expect(search(400).found).rejects.toMatchObject({ code: 'out-of-memory' })
  })
})
