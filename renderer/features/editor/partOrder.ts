import { runEnds } from '../../../core/dataset/rasterRuns.ts'
import { formatPercent } from '../../ui/numbers.ts'

/** A part as the list shows it. */
export interface PartCommand {
  readonly part: number
  readonly name: string
  /** Pixels that the person has of it. */
  readonly pixels: number
  /** Their share of all that is not background, in words. */
  readonly share: string
  /** The key that chooses it; null: none. */
  readonly digit: number | null
}

/** Pixels of each part number in a mask. */
export function countParts(cells: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256)
  const endOf = runEnds(cells)
  for (let start = 0; start < cells.length;) {
    const end = endOf(start)
    counts[cells[start]] += end - start
    start = end
  }
  return counts
}

/**
 * Part numbers in the order of the list: those that the person has, then the others; background is left out. A list of up to
 * nine keeps its order, so that each part has its key for good.
 */
export function partOrder(names: readonly string[], counts: Uint32Array | null): number[] {
  const all = names.map((_, part) => part).slice(1)
  if (all.length <= 9 || counts === null) return all
  return [...all.filter((part) => counts[part] > 0), ...all.filter((part) => counts[part] === 0)]
}

/** The list in that order, with what the person has of each part now; the first nine have the digits as keys. */
export function listedParts(
  names: readonly string[],
  order: readonly number[],
  counts: Uint32Array | null,
): PartCommand[] {
  const total = order.reduce((sum, part) => sum + (counts?.[part] ?? 0), 0)
  return order.map((part, at) => {
    const pixels = counts?.[part] ?? 0
    const share = pixels === 0 ? '' : formatPercent(pixels / total)
    return { part, name: names[part] ?? `part ${part}`, pixels, share, digit: at < 9 ? at + 1 : null }
  })
}
