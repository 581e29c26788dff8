import { Check, CheckCheck, CornerDownRight, FolderOpen, Pencil, Play, RotateCw, Trash2, X } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['import'] as const

export const commands: readonly Command[] = [
  {
    id: 'import.choose',
    title: 'Choose a dataset…',
    group: 'Import',
    keys: ['O'],
    icon: FolderOpen,
    when,
    words: 'add folder file open source coco',
  },
  { id: 'import.nextDoubt', title: 'Next name to confirm', group: 'Import', keys: ['N'], icon: CornerDownRight, when },
  {
    id: 'import.down',
    title: 'Next line of the mapping',
    group: 'Import',
    keys: ['ArrowDown', 'J'],
    when,
    repeats: true,
  },
  {
    id: 'import.up',
    title: 'Previous line of the mapping',
    group: 'Import',
    keys: ['ArrowUp', 'K'],
    when,
    repeats: true,
  },
  { id: 'import.confirm', title: 'Confirm the line', group: 'Import', keys: ['C'], icon: Check, when },
  {
    id: 'import.confirmAll',
    title: 'Confirm all proposals',
    group: 'Import',
    keys: ['Shift+C'],
    icon: CheckCheck,
    when,
  },
  { id: 'import.edit', title: 'Map the line to…', group: 'Import', keys: ['E', 'Enter'], icon: Pencil, when },
  { id: 'import.ignore', title: 'Do not import the line', group: 'Import', keys: ['X'], icon: X, when },
  { id: 'import.apply', title: 'Import as planned', group: 'Import', keys: ['Mod+Enter'], icon: Play, when },
  { id: 'import.replan', title: 'Plan again', group: 'Import', keys: ['R'], icon: RotateCw, when },
  { id: 'import.cancel', title: 'Cancel what is under way', group: 'Import', keys: ['Mod+.'], icon: X, when },
  { id: 'import.leave', title: 'Put this import aside', group: 'Import', keys: ['Mod+Backspace'], icon: Trash2, when },
]
