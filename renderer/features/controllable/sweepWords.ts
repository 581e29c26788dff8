import type { SweepReport } from '../../../core/api/controllable.ts'
import { formatCount, formatPercent, formatValue } from '../../ui/numbers.ts'

/** A quality of a controllable network: its name in the field, its figure, and what that means. */
export interface SweepQuality {
  readonly name: string
  readonly figure: string
  readonly meaning: string
  readonly tone: 'good' | 'warn' | 'plain'
}

/** From this mean rank correlation on, more preference is reliably more quality. */
const obedient = 0.6
/** A mean distance below budgets that is as small as one may expect of a few widths. */
const close = 0.1

/** How well a network does what preferences and budgets ask of it. */
export function sweepQualities(sweep: SweepReport): SweepQuality[] {
  const { hypervolume, controlError, overshoot, spearman } = sweep
  const tasks = Object.entries(spearman.tasks)
    .map(([task, value]) => `${task} ${value === null ? 'does not vary' : formatValue(value, 2)}`)
    .join(', ')
  return [
    {
      name: 'Reach (hypervolume)',
      figure: formatPercent(hypervolume),
      meaning: 'of everything between nothing and a perfect network can be had by some preference and budget.',
      tone: 'plain',
    },
    {
      name: 'Control error',
      figure: formatPercent(controlError),
      meaning: 'of a budget is left unused in the mean, where the full network would not fit.',
      tone: controlError <= close ? 'good' : 'plain',
    },
    {
      name: 'Overshoot',
      figure: overshoot > 0 ? formatPercent(overshoot) : 'none',
      meaning:
        overshoot > 0 ? 'above the budget at worst: do not rely on budgets of this run.' : 'No budget was exceeded.',
      tone: overshoot > 0 ? 'warn' : 'good',
    },
    {
      name: 'Obedience (Spearman’s ρ)',
      figure: spearman.mean === null ? '–' : formatValue(spearman.mean, 2),
      meaning:
        spearman.mean === null
          ? 'Nothing varied with the preferences: measure at more of them, or train for longer.'
          : `${obedienceWords(spearman.mean)} By task: ${tasks}.`,
      tone: spearman.mean === null ? 'plain' : spearman.mean >= obedient ? 'good' : 'warn',
    },
  ]
}

function obedienceWords(mean: number): string {
  if (mean >= 0.9) return 'A task that is preferred more gets better nearly every time.'
  if (mean >= obedient) return 'A task that is preferred more gets better as a rule.'
  if (mean > 0.2) return 'Preferring a task helps it only sometimes.'
  return 'Preferring a task does not make it better: train for longer.'
}

/** What was measured, where and how. */
export function sweepWords({ points, configurations, people, engine, batch }: SweepReport): string {
  const images = batch === 1 ? 'one image at a time' : `${formatCount(batch)} images at a time`
  return `${formatCount(points.length)} preferences and budgets, ${formatCount(configurations)} different networks, on ${formatCount(people)} people who validate; ${engine}, ${images}`
}
