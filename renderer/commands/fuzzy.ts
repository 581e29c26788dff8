export interface FuzzyMatch {
  /** Higher is better; compare within one query only. */
  readonly score: number
  /** Positions of the matched letters in the text. */
  readonly positions: readonly number[]
}

const wordStartBonus = 8
const consecutiveBonus = 5
const skippedPenalty = 0.2

/**
 * Whether the query's letters occur in the text in their order, and how well: letters at the beginnings of words and runs
 * of letters count more, skipped ones less. Case and accents do not matter; spaces in the query are passed over. The best
 * alignment is found by dynamic programming over (letter, position), O(query × text²) on short texts.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | null {
  const letters = plain(query).replaceAll(' ', '')
  const source = plain(text)
  if (letters === '') return { score: 0, positions: [] }
  let best = new Map<number, { score: number; positions: number[] }>()
  for (let i = 0; i < letters.length; i++) {
    const next = new Map<number, { score: number; positions: number[] }>()
    for (let at = i; at < source.length; at++) {
      if (source[at] !== letters[i]) continue
      const own = isWordStart(source, at) ? wordStartBonus : 1
      if (i === 0) {
        next.set(at, { score: own - at * skippedPenalty, positions: [at] })
        continue
      }
      let chosen: { score: number; positions: number[] } | null = null
      for (const [before, path] of best) {
        if (before >= at) continue
        const gap = at - before - 1
        const score = path.score + own + (gap === 0 ? consecutiveBonus : -gap * skippedPenalty)
        if (chosen === null || score > chosen.score) chosen = { score, positions: [...path.positions, at] }
      }
      if (chosen !== null) next.set(at, chosen)
    }
    if (next.size === 0) return null
    best = next
  }
  let winner: FuzzyMatch | null = null
  for (const path of best.values()) if (winner === null || path.score > winner.score) winner = path
  return winner
}

/** Lower case without accents, letter by letter, so that positions stay those of the text. */
function plain(text: string): string {
  return [...text].map((letter) => letter.normalize('NFD')[0].toLowerCase()[0]).join('')
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1])
}
