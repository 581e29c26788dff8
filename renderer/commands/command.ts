import type { Component } from 'vue'

/** Screens, by the last part of their address; `home` and `settings` have no project. */
export const screenNames = ['home', 'data', 'import', 'editor', 'training', 'suspects', 'export', 'settings'] as const
export type ScreenName = (typeof screenNames)[number]

/** Headings under which commands stand in menus, the palette, the help sheet and the key settings, in their order. */
export const commandGroups = [
  'Go to',
  'Edit',
  'View',
  'Data',
  'Import',
  'Editor',
  'Training',
  'Suspects',
  'Export',
  'Studio',
] as const
export type CommandGroup = (typeof commandGroups)[number]

/**
 * One thing a person can do. A feature exports its commands from `renderer/features/NAME/commands.ts` as
 * `export const commands: readonly Command[]`; the screen that can do it binds a handler (`useCommandHandlers`), and while
 * none is bound the command is greyed out everywhere.
 */
export interface Command {
  /** `FEATURE.what`, stable: remapped keys are stored under it. */
  readonly id: string
  /** As a menu says it: "Set split…". */
  readonly title: string
  readonly group: CommandGroup
  /** Default keys, see keys.ts: 'Mod+K' (Ctrl, ⌘ on a Mac), 'Shift+X', 'Space', 'ArrowLeft', '?'. Any of them works. */
  readonly keys: readonly string[]
  readonly icon?: Component
  /** Screens on which its keys count; everywhere when absent. Two commands may share a key if no screen has both. */
  readonly when?: readonly ScreenName[]
  /** Other words somebody may search for. */
  readonly words?: string
  /** Whether holding the key down repeats it (next, previous, zoom). */
  readonly repeats?: boolean
  /** Whether its keys work while typing in a field: for few, with Mod or a function key. */
  readonly whileTyping?: boolean
}

/** What carries a command out, from the screen that can. */
export interface CommandHandler {
  readonly run: () => void | Promise<void>
  /** Whether it can be done just now; always, when absent. */
  readonly enabled?: () => boolean
}
