/** One picture of somebody. */
export interface RetrievalItem {
  /** −1: a detection of nobody, which is found by mistake. */
  readonly identity: number
  /** −1: unknown. */
  readonly camera: number
  /** Of length 1. */
  readonly embedding: Float32Array
}

export interface RetrievalResult {
  /** Mean over queries of the average precision, 0 … 1. */
  readonly meanAveragePrecision: number
  /** Share of the queries whose first find is right. */
  readonly rank1: number
  /** Queries that count: those whom another camera has seen. */
  readonly queries: number
}

/**
 * Everybody is looked for among all others by cosine, as in Market-1501 (Zheng et al., ICCV 2015): pictures of the same person
 * by the same camera are left out of a query's list, those of nobody stay in it as wrong finds and are never looked for, and
 * queries without a right answer are skipped. Where a camera is unknown, nothing but the query itself is left out. Average
 * precision is the mean, over the right answers, of the precision at each; equal similarities count as found in the order given.
 *
 * @param mostQueries at most this many are looked for, evenly chosen from those that can be found: O(queries × items × D)
 */
export function retrieval(items: readonly RetrievalItem[], mostQueries = Infinity): RetrievalResult {
  const findable = findableItems(items)
  const every = Math.max(1, Math.ceil(findable.length / mostQueries))
  let [precision, first, queries] = [0, 0, 0]
  for (let at = 0; at < findable.length; at += every) {
    const found = ranksOfMatches(items, findable[at])
    found.forEach((rank, index) => (precision += (index + 1) / rank / found.length))
    if (found[0] === 1) first += 1
    queries += 1
  }
  const share = (sum: number): number => (queries === 0 ? NaN : sum / queries)
  return { meanAveragePrecision: share(precision), rank1: share(first), queries }
}

/** Whether the two show one person and a right answer would say nothing, since one camera took both. */
function tooEasy(a: RetrievalItem, b: RetrievalItem): boolean {
  return a.identity === b.identity && a.camera >= 0 && a.camera === b.camera
}

/** Items with a right answer among the others. */
function findableItems(items: readonly RetrievalItem[]): number[] {
  const byIdentity = new Map<number, RetrievalItem[]>()
  for (const item of items) {
    if (item.identity < 0) continue
    const same = byIdentity.get(item.identity)
    if (same) same.push(item)
    else byIdentity.set(item.identity, [item])
  }
  return [...items.keys()].filter((at) => {
    const item = items[at]
    return (byIdentity.get(item.identity) ?? []).some((other) => other !== item && !tooEasy(item, other))
  })
}

/** 1-based ranks of the right answers in a query's list, ascending. */
function ranksOfMatches(items: readonly RetrievalItem[], query: number): number[] {
  const asked = items[query]
  const others = [...items.keys()].filter((at) => at !== query && !(asked.identity >= 0 && tooEasy(asked, items[at])))
  const similarity = others.map((at) => cosine(asked.embedding, items[at].embedding))
  const order = [...others.keys()].sort((a, b) => similarity[b] - similarity[a] || a - b)
  return order.flatMap((position, rank) => (items[others[position]].identity === asked.identity ? [rank + 1] : []))
}

/** Product of two vectors: the cosine of the angle between them where both have length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at]
  return sum
}
