import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useAppearance } from './appearance.ts'

const stored = new Map<string, string>()
beforeEach(() => {
  stored.clear()
  setActivePinia(createPinia())
  vi.stubGlobal('document', { documentElement: { dataset: {} } })
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored.get(key) ?? null, setItem: () => undefined })
})
afterEach(() => vi.unstubAllGlobals())

test('who chose no colours gets the dark ones, whatever the system has', () => {
  expect(useAppearance().theme).toBe('dark')
  expect(document.documentElement.dataset['theme']).toBe('dark')
})

test('chosen colours are in force at once', () => {
  stored.set('mend/appearance/theme', '"light"')
  expect(useAppearance().resolved).toBe('light')
  expect(document.documentElement.dataset['theme']).toBe('light')
})
