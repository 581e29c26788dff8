import { MendError } from '../dataset/mendError.ts'
import { averageRanks, presentOrder } from './order.ts'

/** How well a score (larger is more suspect) finds labels that are known to be wrong. Scores of NaN rank last. */
export interface Detection {
  /** Labels planted wrong, and labels in all. */
  readonly planted: number
  readonly labels: number
  /** Share of the planted among the `planted` highest scores, 0 … 1: the paper's detection accuracy. Ties count in part. */
  readonly accuracy: number
  /** Probability that a planted label scores above another one, ties half; NaN without both. */
  readonly auroc: number
  /** Mean over the planted labels of the precision at their rank, ties as one step; NaN without planted ones. */
  readonly averagePrecision: number
}

/** Throws `detection-shape` when the arrays differ in length. */
export function detection(scores: Float64Array, planted: readonly boolean[]): Detection {
  if (scores.length !== planted.length) {
    throw new MendError(
      'detection-shape',
      `${scores.length} scores for ${planted.length} labels`,
      'Give one score and one planted flag for each label.',
    )
  }
  const known = scores.map((score) => (score === score ? score : -Infinity))
  const count = planted.filter(Boolean).length
  return {
    planted: count,
    labels: scores.length,
    accuracy: topShare(known, planted, count),
    auroc: auroc(known, planted, count),
    averagePrecision: averagePrecision(known, planted, count),
  }
}

function auroc(scores: Float64Array, planted: readonly boolean[], count: number): number {
  const others = scores.length - count
  const ranks = averageRanks(scores)
  let sum = 0
  for (let i = 0; i < ranks.length; i++) if (planted[i]) sum += ranks[i]
  return (sum - (count * (count + 1)) / 2) / (count * others)
}

/** Groups of equal scores from the highest down: how many labels, how many of them planted. */
function steps(scores: Float64Array, planted: readonly boolean[]): { labels: number; hits: number }[] {
  const order = presentOrder(scores).reverse()
  const groups: { labels: number; hits: number }[] = []
  for (let i = 0; i < order.length; i++) {
    if (i === 0 || scores[order[i]] !== scores[order[i - 1]]) groups.push({ labels: 0, hits: 0 })
    const group = groups[groups.length - 1]
    group.labels++
    if (planted[order[i]]) group.hits++
  }
  return groups
}

function topShare(scores: Float64Array, planted: readonly boolean[], count: number): number {
  let found = 0
  let left = count
  for (const group of steps(scores, planted)) {
    if (left <= 0) break
    found += group.hits * Math.min(1, left / group.labels)
    left -= group.labels
  }
  return found / count
}

function averagePrecision(scores: Float64Array, planted: readonly boolean[], count: number): number {
  let found = 0
  let seen = 0
  let sum = 0
  for (const group of steps(scores, planted)) {
    found += group.hits
    seen += group.labels
    sum += (group.hits * found) / seen
  }
  return sum / count
}
