import { CheckCheck, FolderOpen, Upload, X } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['export'] as const

export const commands: readonly Command[] = [
  {
    id: 'export.destination',
    title: 'Choose where to export to…',
    group: 'Export',
    keys: ['O'],
    icon: FolderOpen,
    when,
  },
  {
    id: 'export.verifiedOnly',
    title: 'Export verified labels only',
    group: 'Export',
    keys: ['V'],
    icon: CheckCheck,
    when,
  },
  { id: 'export.start', title: 'Export', group: 'Export', keys: ['Mod+Enter'], icon: Upload, when },
  { id: 'export.cancel', title: 'Cancel the export', group: 'Export', keys: ['Mod+.'], icon: X, when },
]
