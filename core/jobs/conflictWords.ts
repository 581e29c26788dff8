import type { LabelValue } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'

const longest = 6

/** What two labels say differently, in words where a drawing would not show it; empty where it does. */
export function conflictWords(
  schema: TaskSchema,
  known: LabelValue | null,
  incoming: LabelValue | null,
): { known: string; incoming: string } {
  if (known?.kind === 'identity' && incoming?.kind === 'identity') {
    return { known: known.identity ?? 'nobody', incoming: incoming.identity ?? 'nobody' }
  }
  if (schema.kind === 'attributes' && known?.kind === 'attributes' && incoming?.kind === 'attributes') {
    const differing = schema.attributes.flatMap((name, index) => {
      const [a, b] = [known.values[index] ?? null, incoming.values[index] ?? null]
      return a === b ? [] : [{ name, a, b }]
    })
    const list = (pick: (entry: { a: boolean | null; b: boolean | null }) => boolean | null): string => {
      const shown = differing.slice(0, longest).map((entry) => `${entry.name}: ${answer(pick(entry))}`)
      const more = differing.length - shown.length
      return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
    }
    return { known: list(({ a }) => a), incoming: list(({ b }) => b) }
  }
  if (schema.kind === 'vector' && known?.kind === 'vector' && incoming?.kind === 'vector') {
    const largest = known.values.reduce(
      (max, value, index) => Math.max(max, Math.abs(value - incoming.values[index]) || 0),
      0,
    )
    const words = `largest difference ${largest.toPrecision(3)}`
    return { known: words, incoming: words }
  }
  return { known: '', incoming: '' }
}

function answer(value: boolean | null): string {
  if (value === null) return 'not annotated'
  return value ? 'yes' : 'no'
}
