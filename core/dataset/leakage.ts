import type { Split } from './label.ts'

export interface Leak {
  readonly kind: 'identity' | 'near-duplicate'
  /** The identity, or the two pictures. */
  readonly what: string
  readonly splits: readonly Split[]
}

/**
 * Identities and near-duplicates on both sides of a split: validation is then not honest. Pictures without a split do
 * not leak.
 */
export function findLeakage(
  identities: Iterable<{ readonly identity: string; readonly split: Split | null }>,
  nearPairs: Iterable<{
    readonly a: { readonly path: string; readonly split: Split | null }
    readonly b: { readonly path: string; readonly split: Split | null }
  }>,
): Leak[] {
  const splitsOf = new Map<string, Set<Split>>()
  for (const { identity, split } of identities) {
    if (split === null) continue
    const splits = splitsOf.get(identity) ?? new Set()
    splits.add(split)
    splitsOf.set(identity, splits)
  }
  const leaks: Leak[] = []
  for (const [identity, splits] of splitsOf) {
    if (splits.size > 1) leaks.push({ kind: 'identity', what: identity, splits: [...splits].sort() })
  }
  for (const { a, b } of nearPairs) {
    if (a.split === null || b.split === null || a.split === b.split) continue
    leaks.push({ kind: 'near-duplicate', what: `${a.path} ~ ${b.path}`, splits: [a.split, b.split].sort() })
  }
  return leaks
}
