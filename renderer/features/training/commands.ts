import { ChartNoAxesCombined, ListPlus, Pause, Play, RotateCcw, Square, TriangleAlert } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['training'] as const

export const commands: readonly Command[] = [
  {
    id: 'training.new',
    title: 'New run',
    group: 'Training',
    keys: ['N'],
    icon: ListPlus,
    when,
    words: 'train configure start',
  },
  {
    id: 'training.start',
    title: 'Start the run',
    group: 'Training',
    keys: ['Mod+Enter'],
    icon: Play,
    when,
    words: 'train begin queue',
    whileTyping: true,
  },
  {
    id: 'training.pause',
    title: 'Pause or resume the run',
    group: 'Training',
    keys: ['P'],
    icon: Pause,
    when,
  },
  {
    id: 'training.stop',
    title: 'Stop the run',
    group: 'Training',
    keys: ['Mod+.'],
    icon: Square,
    when,
    words: 'cancel end checkpoint queue',
  },
  {
    id: 'training.continue',
    title: 'Continue the run from its checkpoint',
    group: 'Training',
    keys: ['C'],
    icon: RotateCcw,
    when,
    words: 'resume restart',
  },
  {
    id: 'training.compare',
    title: 'Compare the marked runs',
    group: 'Training',
    keys: ['M'],
    icon: ChartNoAxesCombined,
    when,
    words: 'difference side by side curves',
  },
  {
    id: 'training.mark',
    title: 'Mark the run for comparison',
    group: 'Training',
    keys: ['Space'],
    when,
    words: 'select',
  },
  { id: 'training.next', title: 'Next run', group: 'Training', keys: ['J', 'ArrowDown'], when, repeats: true },
  { id: 'training.previous', title: 'Previous run', group: 'Training', keys: ['K', 'ArrowUp'], when, repeats: true },
  {
    id: 'training.suspects',
    title: 'Look at the suspects of the run',
    group: 'Training',
    keys: ['Enter'],
    icon: TriangleAlert,
    when,
  },
]
