import { Cpu, HardDrive, Keyboard, Palette, RefreshCw, ShieldCheck } from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

export const commands: readonly Command[] = [
  {
    id: 'settings.engines',
    title: 'Settings: engines',
    group: 'Studio',
    keys: [],
    icon: Cpu,
    words: 'gpu cuda install',
  },
  { id: 'settings.keys', title: 'Settings: keys', group: 'Studio', keys: [], icon: Keyboard, words: 'shortcuts remap' },
  {
    id: 'settings.appearance',
    title: 'Settings: appearance',
    group: 'Studio',
    keys: [],
    icon: Palette,
    words: 'theme',
  },
  {
    id: 'settings.storage',
    title: 'Settings: storage',
    group: 'Studio',
    keys: [],
    icon: HardDrive,
    words: 'disk space',
  },
  {
    id: 'settings.privacy',
    title: 'Settings: privacy',
    group: 'Studio',
    keys: [],
    icon: ShieldCheck,
    words: 'version',
  },
  {
    id: 'settings.probeEngines',
    title: 'Check the engines again',
    group: 'Studio',
    keys: [],
    icon: RefreshCw,
    when: ['settings'],
  },
]
