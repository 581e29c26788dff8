import type { TrainingOptions } from '../../../core/api/training.ts'
import { defaultNetwork } from '../../../core/training/networkChoices.ts'

/** What the form edits: every option has a value, and an empty list of tasks stands for all that can be learnt. */
export type RunChoices = TrainingOptions & { tasks: string[] }

export interface Preset {
  readonly id: 'quick' | 'standard' | 'thorough'
  readonly title: string
  readonly sentence: string
  readonly options: Partial<TrainingOptions>
}

const { model: _, ...shared } = defaultNetwork

/** Settings to begin with. They change what they name and leave tasks, seed and engine as they are. */
export const presets: readonly Preset[] = [
  {
    id: 'quick',
    title: 'Quick look',
    sentence: 'Small crops, six epochs: whether everything works, and the coarsest mistakes, within minutes.',
    options: { ...shared, model: 'tiny', height: 64, width: 48, epochs: 6, batch: 16, augment: 'light' },
  },
  {
    id: 'standard',
    title: 'Standard',
    sentence: 'Enough epochs for the learned parameters to come apart: the ranking to work with.',
    options: { ...shared, model: 'tiny', height: 96, width: 64, epochs: 20, batch: 16, augment: 'light' },
  },
  {
    id: 'thorough',
    title: 'Thorough',
    sentence: 'Larger crops and a network that sees detail, for finer labels. Best left running overnight.',
    options: { ...shared, model: 'tiny-unet', height: 128, width: 96, epochs: 40, batch: 16, augment: 'light' },
  },
]

/** The preset whose choices these are; null once one of them was changed. */
export function presetOf(choices: TrainingOptions): Preset['id'] | null {
  const same = (preset: Preset): boolean =>
    Object.entries(preset.options).every(([name, value]) =>
      Object.entries(choices).some(([key, own]) => key === name && own === value),
    )
  return presets.find(same)?.id ?? null
}
