import type { TrainingOptions } from '../../../core/api/training.ts'

type Balancing = TrainingOptions['balancing']

/** A number that a method can be told, as a field of the form. */
export interface BalancingField {
  readonly name: Exclude<keyof Balancing, 'potentials' | 'negativeRelations'>
  readonly label: string
  readonly min: number
  readonly max: number
  readonly step?: number
  readonly unit?: string
  readonly format?: Intl.NumberFormatOptions
}

const fine: Intl.NumberFormatOptions = { maximumSignificantDigits: 4, useGrouping: false }
export const percentFormat: Intl.NumberFormatOptions = { style: 'percent', maximumFractionDigits: 1 }

/** What each weighting can be told; the others nothing. */
export const weightingFields: Readonly<Partial<Record<TrainingOptions['weighting'], readonly BalancingField[]>>> = {
  dwa: [{ name: 'dwaTemperature', label: 'Temperature', min: 0.1, max: 100, step: 0.5, format: fine }],
  dtp: [{ name: 'dtpGamma', label: 'Focus γ', min: 0, max: 10, step: 0.5, format: fine }],
  gradnorm: [{ name: 'gradnormAlpha', label: 'Asymmetry α', min: 0, max: 10, step: 0.5, format: fine }],
  achievement: [
    { name: 'achievementGamma', label: 'Focus γ', min: 0.1, max: 10, step: 0.5, format: fine },
    { name: 'achievementMargin', label: 'Margin', min: 0, max: 1, step: 0.05, format: percentFormat },
  ],
}

/** What each gradient method can be told; the others nothing. */
export const gradientFields: Readonly<Partial<Record<TrainingOptions['gradient'], readonly BalancingField[]>>> = {
  cagrad: [{ name: 'cagradC', label: 'Reach c', min: 0, max: 1, step: 0.1, format: fine }],
  gradsplit: [{ name: 'splitStages', label: 'Split stages', min: 1, max: 16, unit: 'from the last' }],
}
