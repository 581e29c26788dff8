import type { ChartTable } from './chartTable.ts'

/** Bin edges, ascending, one more than counts. */
export interface HistogramBins {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

export interface PlotSpan {
  /** CSS pixels. */
  readonly left: number
  readonly width: number
}

/** Where a value stands, in CSS pixels; values beyond the edges stand at the edge. */
export function positionOf(value: number, edges: readonly number[], { left, width }: PlotSpan): number {
  const [low, high] = [edges[0], edges[edges.length - 1]]
  const share = high > low ? (value - low) / (high - low) : 0
  return left + Math.min(1, Math.max(0, share)) * width
}

/** The inverse of `positionOf`. */
export function valueAt(position: number, edges: readonly number[], { left, width }: PlotSpan): number {
  const [low, high] = [edges[0], edges[edges.length - 1]]
  const share = width > 0 ? Math.min(1, Math.max(0, (position - left) / width)) : 0
  return low + share * (high - low)
}

export function describeBins({ edges, counts }: HistogramBins, format: (value: number) => string): string {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return 'No value yet.'
  const tallest = counts.indexOf(Math.max(...counts))
  return (
    `${total.toLocaleString()} values between ${format(edges[0])} and ${format(edges[edges.length - 1])}, most of them ` +
    `(${counts[tallest].toLocaleString()}) between ${format(edges[tallest])} and ${format(edges[tallest + 1])}.`
  )
}

/** The bins as a table: their edges and how many values lie in each. */
export function binsTable({ edges, counts }: HistogramBins): ChartTable {
  return { columns: ['from', 'to', 'count'], rows: counts.map((count, at) => [edges[at], edges[at + 1], count]) }
}
