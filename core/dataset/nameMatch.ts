/** resources/synonyms.json: groups of names that mean the same; `sided` words also with left and right before them. */
export interface SynonymTable {
  readonly sided: readonly (readonly string[])[]
  readonly names: readonly (readonly string[])[]
}

/** How a name was matched; everything but the first three needs a person's confirmation. */
export type MatchReason = 'exact' | 'synonym' | 'new' | 'edit-distance' | 'doubtful'

export interface NameMatch {
  /** Index of the name; null: nothing like it. */
  readonly to: number | null
  /** 0 … 1 */
  readonly confidence: number
  readonly reason: MatchReason
}

/** Lower case, words apart: `rightAnkle`, `right_ankle` and `Right-Ankle` are the same; `r` is `right`, `l` is `left`. */
export function foldName(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (word === 'l' ? 'left' : word === 'r' ? 'right' : word))
    .join(' ')
}

/** Folded name → the number of its group. */
export function synonymGroups(table: SynonymTable): ReadonlyMap<string, number> {
  const groups = new Map<string, number>()
  const sides = ['', 'left ', 'right ']
  let next = 0
  for (const words of table.sided) {
    for (const side of sides) {
      for (const word of words) groups.set(foldName(side + word), next)
      next++
    }
  }
  for (const words of table.names) {
    const known = words.map((word) => groups.get(foldName(word))).find((group) => group !== undefined)
    const group = known ?? next++
    for (const word of words) groups.set(foldName(word), group)
  }
  return groups
}

/**
 * Proposes for every name of `from` one of `to`: the same name, then a synonym, then (doubtful) one within a small edit
 * distance of it, else `new`. A name of `to` is proposed once, to the best claim.
 */
export function matchNames(
  from: readonly string[],
  to: readonly string[],
  groups: ReadonlyMap<string, number>,
): NameMatch[] {
  const matches: (NameMatch | null)[] = from.map(() => null)
  const taken = new Set<number>()
  const claim = (accept: (a: string, b: string) => number, reason: MatchReason): void => {
    for (const [index, name] of from.entries()) {
      if (matches[index] !== null) continue
      const scored = to
        .map((candidate, position) => ({ position, score: taken.has(position) ? 0 : accept(name, candidate) }))
        .filter((entry) => entry.score > 0)
        .sort((a, b) => b.score - a.score || a.position - b.position)
      if (scored.length === 0) continue
      const ambiguous = scored.length > 1 && scored[0].score === scored[1].score
      matches[index] = { to: scored[0].position, confidence: scored[0].score, reason: ambiguous ? 'doubtful' : reason }
      taken.add(scored[0].position)
    }
  }
  claim((a, b) => (a === b ? 1 : 0), 'exact')
  claim((a, b) => (foldName(a) === foldName(b) && foldName(a) !== '' ? 0.98 : 0), 'exact')
  claim((a, b) => {
    const group = groups.get(foldName(a))
    return group !== undefined && group === groups.get(foldName(b)) ? 0.9 : 0
  }, 'synonym')
  claim((a, b) => closeness(foldName(a), foldName(b)), 'edit-distance')
  return matches.map((match) => match ?? { to: null, confidence: 1, reason: 'new' })
}

/** 1 − distance/length when at most one letter in five differs and the sides agree, else 0. */
function closeness(a: string, b: string): number {
  const length = Math.max(a.length, b.length)
  const allowed = Math.floor(length / 5)
  if (allowed === 0 || Math.abs(a.length - b.length) > allowed || sideOf(a) !== sideOf(b)) return 0
  const distance = editDistance(a, b)
  return distance <= allowed ? 1 - distance / length : 0
}

function sideOf(name: string): string {
  return /\b(left|right)\b/.exec(name)?.[1] ?? ''
}

/** Damerau–Levenshtein, restricted: insertions, deletions, substitutions and exchanges of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = last[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1)
      let best = Math.min(last[column] + 1, line[column - 1] + 1, substitution)
      const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (exchanged) best = Math.min(best, beforeLast[column - 2] + 1)
      line.push(best)
    }
    beforeLast = last
    last = line
  }
  return last[b.length]
}
