import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from './messages.ts'
import type { RecentProject } from './serviceRequests.ts'

/** Groups of commands that stand first; the others follow in the window's own order. */
const firstGroups = ['Studio', 'Edit', 'View']

export interface MenuActions {
  readonly run: (id: string) => void
  readonly open: (project: RecentProject) => void
  readonly quit: () => void
}

export interface MenuContents {
  readonly commands: readonly MenuCommand[]
  readonly recent: readonly RecentProject[]
}

/** The menu bar for the window's commands: one menu a group, and what every program of the system has. */
export function menuTemplate(
  { commands, recent }: MenuContents,
  actions: MenuActions,
  platform: NodeJS.Platform = process.platform,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const named = [...new Set(commands.map(({ group }) => group))]
  const groups = [...new Set([...firstGroups, ...named])]
  const bar = groups.map((group): MenuItemConstructorOptions => {
    const own = commands
      .filter((command) => command.group === group)
      .map((command): MenuItemConstructorOptions => ({
        id: command.id,
        label: escapeLabel(command.title),
        enabled: command.enabled,
        ...shownKey(command.key, mac),
        click: () => actions.run(command.id),
      }))
    return {
      label: escapeLabel(group),
      submenu: [...own, ...systemEntries(group, recent, actions, mac, own.length > 0)],
    }
  })
  return mac ? [{ role: 'appMenu' }, ...bar, { role: 'windowMenu' }] : bar
}

function systemEntries(
  group: string,
  recent: readonly RecentProject[],
  actions: MenuActions,
  mac: boolean,
  separated: boolean,
): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions[] = separated ? [{ type: 'separator' }] : []
  if (group === 'Studio') {
    const projects = recent.map((project): MenuItemConstructorOptions => ({
      label: escapeLabel(project.name),
      toolTip: project.folder,
      click: () => actions.open(project),
    }))
    const none: MenuItemConstructorOptions = { label: 'No project was opened yet', enabled: false }
    const opened: MenuItemConstructorOptions = {
      id: 'desktop.recent',
      label: 'Open recent',
      submenu: projects.length > 0 ? projects : [none],
    }
    const quit: MenuItemConstructorOptions[] = mac
      ? []
      : [{ type: 'separator' }, { id: 'desktop.quit', label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: actions.quit }]
    return [...line, opened, ...quit]
  }
  // Fields of text get these from the menu on a Mac, and from Chromium elsewhere.
  if (group === 'Edit') return [...line, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }]
  if (group === 'View') return [...line, { role: 'togglefullscreen' }]
  return []
}

/**
 * A command's key as the menu shows it. It is not registered with the system: the window has the key itself and knows
 * whether somebody is typing. A Mac registers whatever is shown, so there only keys with ⌘ are.
 */
function shownKey(
  key: string | null,
  mac: boolean,
): Pick<MenuItemConstructorOptions, 'accelerator' | 'registerAccelerator'> {
  const accelerator = key === null ? null : acceleratorOf(key)
  if (accelerator === null || (mac && !accelerator.includes('CmdOrCtrl'))) return {}
  return mac ? { accelerator } : { accelerator, registerAccelerator: false }
}

const namedKeys: Readonly<Record<string, string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Enter: 'Return',
  '+': 'Plus',
}
const modifiers: Readonly<Record<string, string>> = { Mod: 'CmdOrCtrl', Ctrl: 'Ctrl', Alt: 'Alt', Shift: 'Shift' }
const knownKey =
  /^(?:[A-Z0-9]|F\d{1,2}|[!-/:-@[-`{-~]|Plus|Space|Tab|Return|Escape|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Left|Right|Up|Down)$/

/** Electron's name of one of the window's keys (`Mod+Shift+Z`), or null where it has none. */
export function acceleratorOf(key: string): string | null {
  const parts = key === '+' ? ['+'] : key.endsWith('++') ? [...key.slice(0, -2).split('+'), '+'] : key.split('+')
  const base = parts.at(-1) ?? ''
  const named = namedKeys[base] ?? base
  const held = parts.slice(0, -1).map((part) => modifiers[part])
  if (!knownKey.test(named) || held.some((part) => part === undefined)) return null
  return [...held, named].join('+')
}

/** A single & would underline the next letter. */
function escapeLabel(label: string): string {
  return label.replaceAll('&', '&&')
}
