import { visibility } from '../../dataset/label.ts'

/**
 * COCO's object keypoint similarity, 0 … 1: mean over placed joints of exp(−d² / (2·area·(2σ)²)). The area is 0.53 × the
 * extent of the placed joints (0.53: the usual stand-in for a segment's share of its box), whose shorter side counts as at
 * least a quarter of the longer so that an upright or lying person keeps an area. Null without two distinct placed joints.
 * Rows: Float32 [J, 3]; `sigma` [J].
 */
export function objectKeypointSimilarity(
  given: Float32Array,
  predicted: Float32Array,
  sigma: readonly number[],
): number | null {
  const area = jointArea(given)
  if (area === 0) return null
  let sum = 0
  let placed = 0
  for (let j = 0; j < sigma.length; j++) {
    if (given[3 * j + 2] !== visibility.hidden && given[3 * j + 2] !== visibility.visible) continue
    const squared = (given[3 * j] - predicted[3 * j]) ** 2 + (given[3 * j + 1] - predicted[3 * j + 1]) ** 2
    sum += Math.exp(-squared / (2 * area * (2 * sigma[j]) ** 2))
    placed++
  }
  return sum / placed
}

function jointArea(given: Float32Array): number {
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  for (let at = 0; at < given.length; at += 3) {
    if (given[at + 2] !== visibility.hidden && given[at + 2] !== visibility.visible) continue
    left = Math.min(left, given[at])
    right = Math.max(right, given[at])
    top = Math.min(top, given[at + 1])
    bottom = Math.max(bottom, given[at + 1])
  }
  const longer = Math.max(right - left, bottom - top)
  if (!(longer > 0)) return 0
  return 0.53 * Math.max(right - left, longer / 4) * Math.max(bottom - top, longer / 4)
}

/**
 * COCO's AP, the mean over thresholds 0.50, 0.55 … 0.95 of the 101-point interpolated precision, for one detection a
 * person: [n] similarities and scores. Equal scores keep their order, as in COCO's own evaluation.
 */
export function averageOksPrecision(similarities: readonly number[], scores: readonly number[]): number {
  const order = similarities.map((_, i) => i).sort((a, b) => scores[b] - scores[a])
  let sum = 0
  for (let step = 0; step < 10; step++) {
    const threshold = (50 + 5 * step) / 100
    sum += interpolatedPrecision(order.map((i) => similarities[i] >= threshold))
  }
  return sum / 10
}

function interpolatedPrecision(hits: readonly boolean[]): number {
  const precision = new Float64Array(hits.length)
  const found = new Int32Array(hits.length)
  let count = 0
  for (let i = 0; i < hits.length; i++) {
    if (hits[i]) count++
    found[i] = count
    precision[i] = count / (i + 1)
  }
  for (let i = hits.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i], precision[i + 1])
  let sum = 0
  let i = 0
  for (let point = 0; point <= 100; point++) {
    while (i < hits.length && found[i] * 100 < point * hits.length) i++
    if (i < hits.length) sum += precision[i]
  }
  return sum / 101
}
