import { preferredWidth, slimWidths, uniformWidths } from './widths.ts'
import type { SlimConfiguration, SlimWidth } from './widths.ts'

/** Multiply–adds of an image in each part of a controllable network; a decoder's depend on the encoder's width too. */
export interface SlimCost {
  encoder(width: SlimWidth): number
  decoder(task: string, encoder: SlimWidth, decoder: SlimWidth): number
}

export interface SearchResult {
  readonly widths: SlimConfiguration
  /** Multiply–adds of an image; never above the budget. */
  readonly macs: number
}

type Preferences = Readonly<Record<string, number>>

/** Multiply–adds of an image. */
export function costOf(cost: SlimCost, { encoder, decoders }: SlimConfiguration): number {
  return Object.entries(decoders).reduce(
    (sum, [task, width]) => sum + cost.decoder(task, encoder, width),
    cost.encoder(encoder),
  )
}

/**
 * The configuration for a preference and a budget: of all that the budget allows, with no decoder wider than its task is preferred
 * (methods.md 5: quantise(w_min + (1 − w_min)·r / max r)), the one with the largest w_encoder · Π w_decoder^r, r of sum 1; of equally good
 * ones the cheapest.
 *
 * [ours: methods.md gives the decoders all that is preferred and the encoder the rest, so that alike preferences get the narrowest encoder
 * under the widest decoders, worth 5% less than a network of one width that costs as much; here they get that network. Raising a preference
 * has lowered encoder × decoder, what the task has, in no random case; there it does. The decoder alone may give a step to the encoder.]
 *
 * @param preferences by task, ≥ 0, one of them above 0; only their proportions count.
 * @param budget multiply–adds of an image.
 * @returns below the narrowest network what that needs
 */
export function searchWidths(
  preferences: Preferences,
  budget: number,
  cost: SlimCost,
): SearchResult | { readonly minimumMacs: number } {
  const allowed = slimWidths.flatMap((encoder) => {
    const best = bestDecoders(preferences, encoder, budget - cost.encoder(encoder), cost)
    return best === null ? [] : [{ encoder, decoders: best.decoders, worth: Math.log(encoder) + best.worth }]
  })
  if (allowed.length === 0) {
    return { minimumMacs: costOf(cost, uniformWidths(Object.keys(preferences), slimWidths[0])) }
  }
  const { encoder, decoders } = allowed.reduce((best, each) => {
    if (Math.abs(each.worth - best.worth) > alike) return each.worth > best.worth ? each : best
    return costOf(cost, each) < costOf(cost, best) ? each : best
  })
  const widths = { encoder, decoders }
  return { widths, macs: costOf(cost, widths) }
}

/** Sums of logarithms that differ by less are of the same widths, in another order. */
const alike = 1e-9

interface Decoders {
  readonly decoders: Readonly<Record<string, SlimWidth>>
  readonly macs: number
  /** Σ r · log w */
  readonly worth: number
}

/** The decoders that are worth most within what they may take; null where not even the narrowest fit. */
function bestDecoders(preferences: Preferences, encoder: SlimWidth, budget: number, cost: SlimCost): Decoders | null {
  const values = Object.values(preferences)
  const largest = Math.max(...values)
  const sum = values.reduce((total, value) => total + value / largest, 0)
  let found: Decoders[] = [{ decoders: {}, macs: 0, worth: 0 }]
  for (const [task, value] of Object.entries(preferences)) {
    const own = slimWidths.filter((width) => width <= preferredWidth(value / largest))
    const grown = found.flatMap(({ decoders, macs, worth }) =>
      own.map((width) => ({
        decoders: { ...decoders, [task]: width },
        macs: macs + cost.decoder(task, encoder, width),
        worth: worth + (value / largest / sum) * Math.log(width),
      })),
    )
    found = worthTheirCost(grown.filter(({ macs }) => macs <= budget))
  }
  return found.at(-1) ?? null
}

/** Those that nothing cheaper is as good as, by growing cost and worth. */
function worthTheirCost(decoders: readonly Decoders[]): Decoders[] {
  const kept: Decoders[] = []
  for (const each of decoders.toSorted((a, b) => a.macs - b.macs || b.worth - a.worth)) {
    if (each.worth > (kept.at(-1)?.worth ?? -Infinity) + alike) kept.push(each)
  }
  return kept
}
