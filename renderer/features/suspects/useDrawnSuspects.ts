import { onScopeDispose, shallowReactive } from 'vue'
import type { DrawnSuspect } from '../../../core/api/suspectDetail.ts'
import { client } from '../../api/client.ts'

const kept = 600
const batch = 60

/** Labels and predictions for tiles, asked for many at a time as tiles come into view. */
export function useDrawnSuspects(project: string, run: () => number | null) {
  const drawn = shallowReactive(new Map<number, DrawnSuspect>())
  let wanted = new Set<number>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let asking = false

  /** The tiles in view; what is not known of them is asked for, what was wanted before is not any more. */
  function want(labels: readonly number[]): void {
    wanted = new Set(labels.filter((label) => !drawn.has(label)))
    if (wanted.size > 0 && timer === null && !asking) timer = setTimeout(() => void ask(), 20)
  }

  async function ask(): Promise<void> {
    timer = null
    const chosenRun = run()
    const labels = [...wanted].slice(0, batch)
    if (chosenRun === null || labels.length === 0) return
    asking = true
    try {
      const found = await client.suspects.drawn({ project, run: chosenRun, labels, side: 192 })
      for (const one of found) drawn.set(one.label, one)
      for (const label of labels) wanted.delete(label)
      for (const label of drawn.keys()) {
        if (drawn.size <= kept) break
        drawn.delete(label)
      }
    } catch {
      // The tiles show their pictures without labels; they are asked for again when the grid moves.
      wanted.clear()
    } finally {
      asking = false
    }
    if (wanted.size > 0 && timer === null) timer = setTimeout(() => void ask(), 0)
  }

  /** Forgets labels that changed, or all. */
  function forget(labels?: Iterable<number>): void {
    if (labels === undefined) drawn.clear()
    else for (const label of labels) drawn.delete(label)
  }

  onScopeDispose(() => {
    if (timer !== null) clearTimeout(timer)
  })
  return { drawn, want, forget }
}
