import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { flushRemembered, keepAtService, restoreRemembered } from './rememberedAtService.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A service that keeps settings and can be down. */
function service(kept: Record<string, unknown>) {
  const saved: Record<string, unknown>[] = []
  const state = { down: false }
  return {
    saved,
    state,
    load: async () => {
      if (state.down) throw new TypeError('Failed to fetch')
      return kept
    },
    save: async (changes: Readonly<Record<string, unknown>>) => {
      if (state.down) throw new TypeError('Failed to fetch')
      saved.push({ ...changes })
    },
  }
}

describe('what the service remembers', () => {
  test('comes into the storage of a window on another port; other settings do not', async () => {
    const items = new Map<string, string>()
    const keeper = service({ 'mend/keys': { 'edit.undo': ['U'] }, 'engine.choice': 'cpu' })
    await restoreRemembered(keeper, { setItem: (key, text) => items.set(key, text) })
    expect([...items]).toEqual([['mend/keys', '{"edit.undo":["U"]}']])
  })

  test('changes go there together, the last value of each', async () => {
    const keeper = service({})
    await restoreRemembered(keeper, null)
    keepAtService('mend/a', 1)
    keepAtService('mend/b', [1])
    keepAtService('mend/a', 2)
    expect(keeper.saved).toEqual([])
    await vi.advanceTimersByTimeAsync(400)
    expect(keeper.saved).toEqual([{ 'mend/a': 2, 'mend/b': [1] }])
  })

  test('what it could not take goes with the next change, unless it changed again', async () => {
    const keeper = service({})
    await restoreRemembered(keeper, null)
    keeper.state.down = true
    keepAtService('mend/a', 1)
    keepAtService('mend/b', 1)
    await flushRemembered()
    keeper.state.down = false
    keepAtService('mend/b', 2)
    await flushRemembered()
    expect(keeper.saved).toEqual([{ 'mend/a': 1, 'mend/b': 2 }])
  })

  test('a service that does not answer keeps no window from opening', async () => {
    const opened = restoreRemembered({ load: () => new Promise(() => undefined), save: async () => undefined }, null)
    await vi.advanceTimersByTimeAsync(1500)
    await expect(opened).resolves.toBeUndefined()
  })
})
