import type { Command } from '../commands/command.ts'
import { fuzzyMatch } from '../commands/fuzzy.ts'

export interface PaletteEntry {
  readonly command: Command
  readonly score: number
  /** Positions of the matched letters in the title; none where another word matched. */
  readonly positions: readonly number[]
}

/** Between letters scattered over a title, 1 each, and a run of them, 6. */
const wordScore = 3

/** Whether each word of the query begins a word of the text. */
function matchesWords(query: string, text: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  const wanted = query.toLowerCase().trim().split(/\s+/)
  return wanted.every((each) => words.some((word) => word.startsWith(each)))
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
    const byWord = matchesWords(query, `${command.group} ${command.title} ${command.words ?? ''}`)
    if (title === null && !byWord) continue
    const score = Math.max(title?.score ?? -Infinity, byWord ? query.length * wordScore : -Infinity)
    entries.push({ command, score: available ? score : score - 1000, positions: title?.positions ?? [] })
  }
  return entries.sort((a, b) => b.score - a.score)
}
