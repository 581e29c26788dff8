import type { Command } from '../commands/command.ts'
import { fuzzyMatch } from '../commands/fuzzy.ts'

export interface PaletteEntry {
  readonly command: Command
  readonly score: number
  /** Positions of the matched letters in the title; none where another word matched. */
  readonly positions: readonly number[]
}

/**
 * Commands that fit the query, best first; without a query the available ones, those used last before the others.
 * What is not available stands behind what is. `recent` has ids, newest first.
 */
export function searchCommands(
  commands: readonly Command[],
  query: string,
  isAvailable: (id: string) => boolean,
  recent: readonly string[],
): PaletteEntry[] {
  const entries: PaletteEntry[] = []
  for (const command of commands) {
    // It is open already.
    if (command.id === 'studio.palette') continue
    const available = isAvailable(command.id)
    if (query.trim() === '') {
      const used = recent.indexOf(command.id)
      if (available) entries.push({ command, score: used === -1 ? 0 : recent.length - used, positions: [] })
      continue
    }
    const title = fuzzyMatch(query, command.title)
    const other = fuzzyMatch(query, `${command.group} ${command.title} ${command.words ?? ''}`)
    if (title === null && other === null) continue
    const score = Math.max(title === null ? -Infinity : title.score + 3, other === null ? -Infinity : other.score)
    entries.push({ command, score: available ? score : score - 1000, positions: title?.positions ?? [] })
  }
  return entries.sort((a, b) => b.score - a.score)
}
