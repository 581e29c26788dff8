import { FolderOpen, FolderPlus, Sparkles } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

export const commands: readonly Command[] = [
  { id: 'projects.new', title: 'New project…', group: 'Studio', keys: ['N'], icon: FolderPlus, when: ['home'] },
  {
    id: 'projects.open',
    title: 'Open a project…',
    group: 'Studio',
    keys: ['O', 'Mod+O'],
    icon: FolderOpen,
    when: ['home'],
  },
  {
    id: 'projects.sample',
    title: 'Try the sample',
    group: 'Studio',
    keys: ['T'],
    icon: Sparkles,
    when: ['home'],
    words: 'demo example synthetic people start',
  },
]
