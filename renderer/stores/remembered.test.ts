import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { readRemembered, rememberedKey, useRemembered } from './remembered.ts'

class MemoryStorage {
  readonly items = new Map<string, string>()
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value)
  }
}

let storage: MemoryStorage
beforeEach(() => {
  storage = new MemoryStorage()
  vi.stubGlobal('localStorage', storage)
})
afterEach(() => vi.unstubAllGlobals())

test('each project has its own values, and the program its own', () => {
  expect(rememberedKey('data.sort', 'p1')).toBe('mend/p1/data.sort')
  expect(rememberedKey('keys', null)).toBe('mend/keys')
})

describe('what was stored', () => {
  test.each([
    ['nothing', null, 5],
    ['a number', '7', 7],
    ['another type', '"seven"', 5],
    ['null', 'null', 5],
    ['no JSON', '{', 5],
  ])('%s', (_what, text, expected) => {
    expect(readRemembered({ getItem: () => text }, 'key', 5)).toBe(expected)
  })

  test('a list is no object', () => {
    expect(readRemembered({ getItem: () => '[1]' }, 'key', { a: 1 })).toEqual({ a: 1 })
  })

  test('a guard decides where one is given', () => {
    const isTheme = (value: unknown): value is 'dark' | 'light' => value === 'dark' || value === 'light'
    expect(readRemembered({ getItem: () => '"light"' }, 'key', 'dark', isTheme)).toBe('light')
    expect(readRemembered({ getItem: () => '"pink"' }, 'key', 'dark', isTheme)).toBe('dark')
  })

  test('a storage that throws is none', () => {
    const broken = {
      getItem: () => {
        throw new Error('denied')
      },
    }
    expect(readRemembered(broken, 'key', 5)).toBe(5)
  })
})

describe('a remembered ref', () => {
  test('has what a value of an earlier version lacks filled in', () => {
    storage.setItem('mend/p1/form', '{"epochs":7}')
    effectScope().run(() => {
      const initial = { epochs: 20, width: 1 }
      const complete = (value: typeof initial): typeof initial => ({ ...initial, ...value })
      const found = useRemembered('form', () => initial, { project: 'p1', complete })
      expect(found.value).toEqual({ epochs: 7, width: 1 })
    })
  })

  test('is written at once, whether replaced or changed in place', () => {
    effectScope().run(() => {
      const filters = useRemembered<{ split: string[] }>('data.filters', () => ({ split: [] }), { project: 'p1' })
      filters.value = { split: ['train'] }
      expect(storage.getItem('mend/p1/data.filters')).toBe('{"split":["train"]}')
      filters.value.split.push('test')
      expect(storage.getItem('mend/p1/data.filters')).toBe('{"split":["train","test"]}')
    })
  })

  test('follows the project: the other one’s value comes, the first one’s stays', async () => {
    storage.setItem('mend/p2/data.size', '240')
    const project = ref('p1')
    const size = effectScope().run(() => useRemembered('data.size', () => 120, { project }))
    if (size === undefined) throw new Error('no scope')
    size.value = 160
    project.value = 'p2'
    expect(size.value).toBe(240)
    await nextTick()
    expect(storage.getItem('mend/p1/data.size')).toBe('160')
    expect(storage.getItem('mend/p2/data.size')).toBe('240')
  })

  test('what is only looked at is not written', () => {
    effectScope().run(() => useRemembered('data.size', () => 120, { project: 'p1' }))
    expect(storage.items.size).toBe(0)
  })
})
