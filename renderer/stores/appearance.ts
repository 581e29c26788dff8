import { useMediaQuery } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, watchEffect } from 'vue'
import { useRemembered } from './remembered.ts'

export const themes = ['dark', 'light', 'system'] as const
export type Theme = (typeof themes)[number]
export const densities = ['compact', 'comfortable'] as const
export type Density = (typeof densities)[number]

const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value)
const isDensity = (value: unknown): value is Density => densities.some((density) => density === value)

/** Colours and density of the windows: written to the root element's data-theme and data-density, where tokens.css reads them. */
export const useAppearance = defineStore('appearance', () => {
  const theme = useRemembered<Theme>('appearance/theme', () => 'dark', { project: null, accepts: isTheme })
  const density = useRemembered<Density>('appearance/density', () => 'compact', { project: null, accepts: isDensity })
  const systemIsLight = useMediaQuery('(prefers-color-scheme: light)')
  /** The theme in force, for drawings that are not made of CSS: watch it and read the tokens again. */
  const resolved = computed<'dark' | 'light'>(() =>
    theme.value === 'system' ? (systemIsLight.value ? 'light' : 'dark') : theme.value,
  )
  watchEffect(
    () => {
      document.documentElement.dataset['theme'] = resolved.value
      document.documentElement.dataset['density'] = density.value
    },
    { flush: 'sync' },
  )
  return { theme, density, resolved }
})

/** The value of a design token as it stands, e.g. `tokenColour('--given')`, for canvases and charts. */
export function tokenColour(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
