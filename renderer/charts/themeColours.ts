import { onScopeDispose, ref, type Ref } from 'vue'

/** The value of a design token as it is now, for canvases, which know no CSS variables. */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** How many series have a colour of their own; later ones begin again. */
export const seriesColours = 8

/** The CSS variable of the n-th series (0-based), the same in every chart: a task keeps its colour. */
export function seriesToken(index: number): string {
  return `--series-${(index % seriesColours) + 1}`
}

/** Counts the changes of the theme: a chart that reads it in its drawing is drawn anew. */
export function useThemeVersion(): Readonly<Ref<number>> {
  const version = ref(0)
  const changed = (): void => void version.value++
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  const system = matchMedia('(prefers-color-scheme: light)')
  system.addEventListener('change', changed)
  onScopeDispose(() => {
    observer.disconnect()
    system.removeEventListener('change', changed)
  })
  return version
}
