import { describe, expect, it } from 'vitest'
import { secondsLeft } from './timeLeft.ts'

const done = (kind: string, seconds: number | null, epochs = 10) => ({ kind, epochs, epochsDone: epochs, seconds })
const begun = (kind: string, epochsDone: number, epochs = 10) => ({ kind, epochs, epochsDone, seconds: null })

describe('the time that a set still takes', () => {
  it('is unknown before a run is done, and 0 after the last', () => {
    expect(secondsLeft([begun('a', 3), begun('b', 0)])).toBeNull()
    expect(secondsLeft([done('a', 50)])).toBe(0)
  })

  it('goes by the pace of runs of the same kind, over all of their epochs', () => {
    // a took 5 and 7 s an epoch, b 20: 4 epochs of a at 6 and 10 of b at 20.
    expect(secondsLeft([done('a', 50), done('a', 70), done('b', 200), begun('a', 6), begun('b', 0)])).toBe(224)
  })

  it('takes the mean of all for a kind of which none is done', () => {
    // (50 + 150)/20 = 10 s an epoch.
    expect(secondsLeft([done('a', 50), done('b', 150), begun('c', 5)])).toBe(50)
  })

  it('does not go by runs whose seconds are not known', () => {
    expect(secondsLeft([done('a', 50), done('a', null), begun('a', 0)])).toBe(50)
  })
})
