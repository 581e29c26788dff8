import { MendError } from '../../dataset/mendError.ts'
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

/** How much wider than preferred decoders may be, as a share of their channels: one step. */
const mostEase = 0.25
/** Tried between: finer than preferences are ever told apart. */
const easeSteps = 50

type Preferences = Readonly<Record<string, number>>

/** Multiply–adds of an image. */
export function costOf(cost: SlimCost, { encoder, decoders }: SlimConfiguration): number {
  return Object.entries(decoders).reduce(
    (sum, [task, width]) => sum + cost.decoder(task, encoder, width),
    cost.encoder(encoder),
  )
}

/**
 * The configuration for a preference and a budget (methods.md 5): each decoder as wide as its task is preferred, the widest encoder
 * that the budget then allows, and what is left for the decoders; see `narrowed` where not even the narrowest encoder fits.
 *
 * @param preferences by task, ≥ 0, one of them above 0; only their proportions count.
 * @param budget multiply–adds of an image.
 * @throws MendError `preference-invalid`; `budget-infeasible`, which names the least that is needed
 */
export function searchWidths(preferences: Preferences, budget: number, cost: SlimCost): SearchResult {
  const tasks = Object.keys(preferences)
  const values = Object.values(preferences)
  const largest = Math.max(0, ...values)
  if (!values.every((value) => Number.isFinite(value) && value >= 0) || largest === 0) {
    const given = Object.entries(preferences).map(([task, value]) => `${task}=${value}`)
    const hint = 'give each task a number of at least 0, and one of them more'
    throw new MendError('preference-invalid', `nothing is preferred in ${given.join(', ') || 'no tasks'}`, hint)
  }
  const minimum = costOf(cost, uniformWidths(tasks, slimWidths[0]))
  if (!(budget >= minimum)) {
    throw new MendError(
      'budget-infeasible',
      `the narrowest network takes ${minimum} multiply-adds an image, the budget is ${budget}`,
      `allow at least ${minimum}`,
    )
  }
  const preferred = decodersAt(preferences, 0)
  const encoder = slimWidths.findLast((width) => costOf(cost, { encoder: width, decoders: preferred }) <= budget)
  const widths =
    encoder === undefined ? narrowed(preferences, preferred, budget, cost) : eased(preferences, encoder, budget, cost)
  return { widths, macs: costOf(cost, widths) }
}

/** Each decoder as wide as its task is preferred, and `ease` more. */
function decodersAt(preferences: Preferences, ease: number): Record<string, SlimWidth> {
  const largest = Math.max(...Object.values(preferences))
  return Object.fromEntries(
    Object.entries(preferences).map(([task, preference]) => [task, preferredWidth(preference, largest, ease)]),
  )
}

/**
 * What the encoder leaves of the budget goes to all decoders alike, up to one step of width: the most that fits. [ours: it takes the
 * control error of slim-tiny from .13 to .09 with four tasks, and raising a preference still narrows no decoder of that task.]
 */
function eased(preferences: Preferences, encoder: SlimWidth, budget: number, cost: SlimCost): SlimConfiguration {
  const eases = Array.from({ length: easeSteps + 1 }, (_, step) => (mostEase * step) / easeSteps)
  const found = eases
    .map((ease) => ({ encoder, decoders: decodersAt(preferences, ease) }))
    .findLast((widths) => costOf(cost, widths) <= budget)
  if (found === undefined) throw new Error('the preferred widths fit, but were not tried')
  return found
}

/**
 * Where not even the narrowest encoder leaves enough for what is preferred: decoders are narrowed, the least preferred first (of
 * equals the later task), and then widened again as far as there is room, the most preferred first.
 */
function narrowed(
  preferences: Preferences,
  preferred: Readonly<Record<string, SlimWidth>>,
  budget: number,
  cost: SlimCost,
): SlimConfiguration {
  const encoder = slimWidths[0]
  const order = Object.keys(preferences)
    .toReversed()
    .sort((a, b) => preferences[a] - preferences[b])
  let decoders = { ...preferred }
  const fits = (changed: Partial<Record<string, SlimWidth>>): boolean =>
    costOf(cost, { encoder, decoders: { ...decoders, ...changed } as Record<string, SlimWidth> }) <= budget
  const reached = order.findIndex((task) => {
    const widest = widthsTo(decoders[task]).findLast((width) => fits({ [task]: width }))
    decoders = { ...decoders, [task]: widest ?? slimWidths[0] }
    return widest !== undefined
  })
  for (const task of order.slice(0, reached).toReversed()) {
    const widest = widthsTo(preferred[task]).findLast((width) => fits({ [task]: width }))
    if (widest !== undefined) decoders = { ...decoders, [task]: widest }
  }
  return { encoder, decoders }
}

function widthsTo(width: SlimWidth): SlimWidth[] {
  return slimWidths.filter((each) => each <= width)
}
