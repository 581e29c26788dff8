import { ChevronLeft, ChevronRight, Eye, EyeOff, Maximize, Square, UserRound, ZoomIn, ZoomOut } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['editor'] as const

export const commands: readonly Command[] = [
  {
    id: 'editor.previous',
    title: 'Previous in the queue',
    group: 'Editor',
    keys: ['D'],
    icon: ChevronLeft,
    when,
    repeats: true,
  },
  {
    id: 'editor.next',
    title: 'Next in the queue',
    group: 'Editor',
    keys: ['F'],
    icon: ChevronRight,
    when,
    repeats: true,
  },
  { id: 'editor.nextPerson', title: 'Next person of the image', group: 'Editor', keys: ['Tab'], icon: UserRound, when },
  { id: 'editor.fit', title: 'Fit the image', group: 'View', keys: ['Mod+0'], icon: Maximize, when },
  { id: 'editor.fitPerson', title: 'Fit the person', group: 'View', keys: ['Mod+9'], icon: Square, when },
  { id: 'editor.actualSize', title: 'Actual size', group: 'View', keys: ['Mod+1'], when, words: '100% pixels' },
  { id: 'editor.zoomIn', title: 'Zoom in', group: 'View', keys: ['+', '='], icon: ZoomIn, when, repeats: true },
  { id: 'editor.zoomOut', title: 'Zoom out', group: 'View', keys: ['-'], icon: ZoomOut, when, repeats: true },
  { id: 'editor.hideLabels', title: 'Show or hide labels', group: 'View', keys: ['H'], icon: EyeOff, when },
  {
    id: 'editor.othersLabels',
    title: 'Show or hide other people’s labels',
    group: 'View',
    keys: ['O'],
    icon: Eye,
    when,
  },
]
