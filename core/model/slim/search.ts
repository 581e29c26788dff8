import { MendError } from '../../dataset/mendError.ts'
import { narrower, preferredWidth, slimWidths, uniformWidths } from './widths.ts'
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

/** Multiply–adds of an image. */
export function costOf(cost: SlimCost, { encoder, decoders }: SlimConfiguration): number {
  return Object.entries(decoders).reduce(
    (sum, [task, width]) => sum + cost.decoder(task, encoder, width),
    cost.encoder(encoder),
  )
}

/**
 * The configuration for a preference and a budget (methods.md 5): each decoder as wide as its task is preferred, and the widest
 * encoder that the budget then allows; where not even the narrowest fits, decoders are narrowed, the least preferred first (of
 * equals the later task).
 *
 * @param preferences by task, ≥ 0, one of them above 0; only their proportions count.
 * @param budget multiply–adds of an image.
 * @throws MendError `preference-invalid`; `budget-infeasible`, which names the least that is needed
 */
export function searchWidths(
  preferences: Readonly<Record<string, number>>,
  budget: number,
  cost: SlimCost,
): SearchResult {
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
  let decoders = Object.fromEntries(tasks.map((task) => [task, preferredWidth(preferences[task], largest)]))
  const fitting = (): SearchResult | null => {
    for (const encoder of slimWidths.toReversed()) {
      const widths = { encoder, decoders }
      const macs = costOf(cost, widths)
      if (macs <= budget) return { widths, macs }
    }
    return null
  }
  const order = tasks.toReversed().sort((a, b) => preferences[a] - preferences[b])
  for (const task of order) {
    for (let width: SlimWidth | null = decoders[task]; width !== null; width = narrower(width)) {
      decoders = { ...decoders, [task]: width }
      const found = fitting()
      if (found !== null) return found
    }
  }
  throw new Error('the narrowest configuration fits, but was not tried')
}
