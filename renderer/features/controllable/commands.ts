import { Gauge, SlidersHorizontal, Upload } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['training'] as const
const group = 'Training'

export const commands: readonly Command[] = [
  {
    id: 'controllable.show',
    title: 'Show curves, or budget and preference',
    group,
    keys: ['B'],
    icon: SlidersHorizontal,
    when,
    words: 'slim width tree controllable panel',
  },
  {
    id: 'controllable.measure',
    title: 'Measure budgets and preferences',
    group,
    keys: ['Shift+M'],
    icon: Gauge,
    when,
    words: 'sweep pareto hypervolume milliseconds',
  },
  { id: 'controllable.stop', title: 'Stop measuring', group, keys: ['Shift+S'], when, words: 'cancel sweep' },
  { id: 'controllable.even', title: 'All tasks matter the same', group, keys: ['='], when, words: 'reset shares' },
  {
    id: 'controllable.largest',
    title: 'Budget for the full network',
    group,
    keys: ['Shift+F'],
    when,
    words: 'maximum',
  },
  {
    id: 'controllable.least',
    title: 'The least budget that can be had',
    group,
    keys: ['Shift+L'],
    when,
    words: 'minimum',
  },
  { id: 'controllable.next', title: 'Next measured point', group, keys: [']'], when, repeats: true },
  { id: 'controllable.previous', title: 'Previous measured point', group, keys: ['['], when, repeats: true },
  {
    id: 'controllable.destination',
    title: 'Choose where to export the model to…',
    group,
    keys: ['O'],
    when,
    words: 'folder safetensors tensorflow',
  },
  {
    id: 'controllable.export',
    title: 'Export this model',
    group,
    keys: ['Shift+E'],
    icon: Upload,
    when,
    words: 'save safetensors tensorflow savedmodel deploy',
  },
]
