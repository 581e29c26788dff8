import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { flushRemembered, keepAtService, restoreRemembered, wasRestored } from './rememberedAtService.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A service that keeps settings and can be down. */
function service(kept: Record<string, unknown>) {
  const saved: Record<string, unknown>[] = []
  const state = { down: false, outlives: false }
  return {
    saved,
    state,
    load: async () => {
      if (state.down) throw new TypeError('Failed to fetch')
      return kept
    },
    save: async (changes: Readonly<Record<string, unknown>>, leaving: boolean) => {
      if (state.down) throw new TypeError('Failed to fetch')
      saved.push({ ...changes })
      state.outlives = leaving
    },
  }
}

/** What lies in localStorage; given to several windows, it is that of one address. */
function storageOf(items: Record<string, string> = {}) {
  const all = new Map(Object.entries(items))
  return {
    all,
    getItem: (key: string) => all.get(key) ?? null,
    setItem: (key: string, text: string) => void all.set(key, text),
  }
}

describe('what the service remembers', () => {
  test('comes into the storage of a window on another port; other settings do not', async () => {
    const storage = storageOf()
    const keeper = service({ 'mend/keys': { 'edit.undo': ['U'] }, 'engine.choice': 'cpu' })
    await restoreRemembered(keeper, storage)
    storage.all.delete('mend-restored')
    expect([...storage.all]).toEqual([['mend/keys', '{"edit.undo":["U"]}']])
  })

  test('a window that is loaded again need not wait for it, unless its storage was emptied or the service was away', async () => {
    const storage = storageOf({ 'mend/theme': '"light"' })
    const keeper = service({})
    keeper.state.down = true
    await restoreRemembered(keeper, storage)
    expect(wasRestored(storage)).toBe(false)
    keeper.state.down = false
    await restoreRemembered(keeper, storage)
    expect(wasRestored(storage)).toBe(true)
    storage.all.clear()
    expect(wasRestored(storage)).toBe(false)
  })

  test('does not overwrite what a window changed while it was on its way', async () => {
    const storage = storageOf()
    const restored = restoreRemembered(service({ 'mend/a': 'kept' }), storage)
    storage.setItem('mend/a', '"chosen"')
    keepAtService('mend/a', 'chosen')
    await restored
    expect(storage.getItem('mend/a')).toBe('"chosen"')
    await vi.advanceTimersByTimeAsync(400)
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

  test('a window that went before the service heard of a change does not go back to the older value', async () => {
    const storage = storageOf({ 'mend/place': '1', 'mend/size': '5' })
    await restoreRemembered(service({ 'mend/place': 1 }), storage)
    storage.setItem('mend/place', '2')
    keepAtService('mend/place', 2)

    const next = service({ 'mend/place': 1, 'mend/size': 6 })
    await restoreRemembered(next, storage)
    expect(storage.getItem('mend/place')).toBe('2')
    expect(storage.getItem('mend/size')).toBe('6')
    await vi.advanceTimersByTimeAsync(400)
    expect(next.saved).toEqual([{ 'mend/place': 2 }])

    // Now the service has it, and what another address changes later counts.
    await restoreRemembered(service({ 'mend/place': 3 }), storage)
    expect(storage.getItem('mend/place')).toBe('3')
  })

  test('a change made while an older one is on its way is not taken for kept', async () => {
    const storage = storageOf()
    const arrived: (() => void)[] = []
    const slow = { load: async () => ({}), save: () => new Promise<void>((resolve) => arrived.push(resolve)) }
    await restoreRemembered(slow, storage)
    storage.setItem('mend/place', '1')
    keepAtService('mend/place', 1)
    const sent = flushRemembered()
    storage.setItem('mend/place', '2')
    keepAtService('mend/place', 2)
    arrived[0]()
    await sent
    await restoreRemembered(service({ 'mend/place': 1 }), storage)
    expect(storage.getItem('mend/place')).toBe('2')
  })

  test('a window that goes sends what may outlive it, and leaves the rest to the next one', async () => {
    const storage = storageOf()
    const keeper = service({})
    await restoreRemembered(keeper, storage)
    const long = 'x'.repeat(40_000)
    storage.setItem('mend/long', JSON.stringify(long))
    keepAtService('mend/long', long)
    keepAtService('mend/place', 2)
    await flushRemembered(true)
    expect(keeper.saved).toEqual([{ 'mend/place': 2 }])
    expect(keeper.state.outlives).toBe(true)
    const next = service({})
    await restoreRemembered(next, storage)
    await vi.advanceTimersByTimeAsync(400)
    expect(next.saved).toEqual([{ 'mend/long': long }])
  })
})
