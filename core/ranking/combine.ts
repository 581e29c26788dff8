import { familyEvidence, type FamilyEvidence, type FamilyName } from './families.ts'
import { averageRanks } from './order.ts'
import { signalNames } from './signalFields.ts'
import type { TaskSignals } from './signals.ts'
import { explain } from './why.ts'

/** The ranking of one task's labels, in the order of its history. */
export interface Ranking {
  /**
   * [n] log odds of being wrong, larger is more suspect; for ordering within this task and run, calibrated only as far as a
   * group of labels stands apart. −Infinity for labels that training never saw.
   */
  readonly score: Float64Array
  /** [n] 1 is the most suspect; a permutation. */
  readonly rank: Uint32Array
  /** [n] the family whose evidence weighs most; null where there is none. */
  readonly spoke: readonly (FamilyName | null)[]
  /** [n] the component to look at first; −1 none. */
  readonly worstComponent: Int32Array
  /** One sentence on label i. Made when asked for: a page shows few of many. */
  why(i: number): string
}

/**
 * Noisy-or over families of signals: a label is wrong when it is wrong as a whole, or one component is, or its pixels are,
 * or its sides are exchanged, so the odds of the kinds add up. Within a family deviations are averaged. A family in which a
 * group of labels stands apart (`findGroups`) gives its mixture's odds; the others give the odds of an assumed shift, and
 * where any family is clear they mostly order what it leaves open.
 *
 * Why not the mean rank of all signals: averaged with the many that are blind to a kind of mistake, the one that sees it
 * drowns. LSP-extended with one joint moved in 10%: AUROC .611 by mean rank, .668 so; docs/methods-notes.md has the table.
 */
export function combine(signals: TaskSignals): Ranking {
  const evidence = familyEvidence(signals)
  const n = signals.history.labels.length
  const score = new Float64Array(n)
  const spoke: (FamilyName | null)[] = []
  for (let i = 0; i < n; i++) {
    const loudest = strongest(evidence, i)
    score[i] = loudest === null ? -Infinity : logSum(evidence, i, loudest.logOdds[i])
    spoke.push(loudest?.family ?? null)
  }
  return {
    score,
    rank: ranksFromHighest(score, signals.values.meanLoss),
    spoke,
    worstComponent: signals.worstComponent,
    why: (i) => explain(signals, evidence, spoke[i], i),
  }
}

/** Mean over all signals of the rank among the labels as a share, 0 … 1, larger is more suspect; ties averaged, s by log loss. */
export function meanRank({ values }: TaskSignals): Float64Array {
  const sum = new Float64Array(values.s.length)
  const count = new Uint32Array(values.s.length)
  for (const name of signalNames) {
    const ranks = averageRanks(values[name], name === 's' ? values.meanLoss : undefined)
    const present = ranks.reduce((total, rank) => total + (rank === rank ? 1 : 0), 0)
    for (let i = 0; i < ranks.length; i++) {
      if (ranks[i] !== ranks[i]) continue
      sum[i] += (ranks[i] - 0.5) / present
      count[i]++
    }
  }
  return sum.map((total, i) => (count[i] === 0 ? NaN : total / count[i]))
}

function strongest(evidence: readonly FamilyEvidence[], i: number): FamilyEvidence | null {
  let best: FamilyEvidence | null = null
  for (const family of evidence) {
    if (family.logOdds[i] > (best === null ? -Infinity : best.logOdds[i])) best = family
  }
  return best
}

function logSum(evidence: readonly FamilyEvidence[], i: number, largest: number): number {
  let sum = 0
  for (const { logOdds } of evidence) sum += Math.exp(logOdds[i] - largest)
  return largest + Math.log(sum)
}

/** Ranks from the highest score down; equal scores by mean loss, then by order. */
function ranksFromHighest(score: Float64Array, meanLoss: Float64Array): Uint32Array {
  const tie = meanLoss.map((loss) => (loss === loss ? loss : -Infinity))
  const order = Uint32Array.from(score.keys()).sort(
    (a, b) => compareDown(score[a], score[b]) || compareDown(tie[a], tie[b]) || a - b,
  )
  const rank = new Uint32Array(score.length)
  order.forEach((label, place) => (rank[label] = place + 1))
  return rank
}

function compareDown(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1
}
