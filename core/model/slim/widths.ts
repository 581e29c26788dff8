import { slimWidths } from '../../training/networkChoices.ts'

/**
 * Widths of a controllable network (ECMT, Aich et al., ICCV 2023; methods.md 5): the share of their channels that the encoder and
 * each task's decoder use. A narrow layer is the first channels of the wide one, of the same variables.
 */
export { slimWidths }
export type SlimWidth = (typeof slimWidths)[number]

/** One way to run a controllable network. */
export interface SlimConfiguration {
  readonly encoder: SlimWidth
  /** By task. */
  readonly decoders: Readonly<Record<string, SlimWidth>>
}

const narrowest = slimWidths[0]

/** Channels of a layer at a width; a whole number, since layers have multiples of four. */
export function channelsAt(channels: number, width: SlimWidth): number {
  return channels * width
}

/** The same width throughout. */
export function uniformWidths(tasks: readonly string[], width: SlimWidth): SlimConfiguration {
  return { encoder: width, decoders: Object.fromEntries(tasks.map((task) => [task, width])) }
}

/** The width that is nearest; of two, the wider. */
export function quantisedWidth(share: number): SlimWidth {
  return slimWidths.reduce((best, width) => (Math.abs(width - share) <= Math.abs(best - share) ? width : best))
}

/** Width of a task's decoder for a preference: quantise(w_min + (1 − w_min)·ρ). @param ratio ρ, the preference to the largest, 0 … 1 */
export function preferredWidth(ratio: number): SlimWidth {
  return quantisedWidth(narrowest + (1 - narrowest) * ratio)
}
