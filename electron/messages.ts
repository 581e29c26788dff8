import { isRecord } from './serviceRequests.ts'

/** Names of the channels between the preload script and the main process. */
export const channels = {
  choose: 'studio:choose',
  drop: 'studio:drop',
  menu: 'studio:menu',
  command: 'studio:command',
  notify: 'studio:notify',
  theme: 'studio:theme',
  listening: 'studio:listening',
  message: 'studio:message',
} as const

/** What the window asks its menu bar to show; renderer/desktop/desktopBridge.ts has the same. */
export interface MenuCommand {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly key: string | null
  readonly enabled: boolean
}

export type PlaceKind = 'folder' | 'project' | 'dataset'

/** What the main process tells the window of its own accord. */
export type DesktopMessage =
  | { readonly type: 'open'; readonly place: string }
  | { readonly type: 'page'; readonly page: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'failed'; readonly what: string; readonly why: string }

export interface Theme {
  readonly theme: 'dark' | 'light' | 'system'
  /** Of the window before its first paint: `#rrggbb`. */
  readonly background: string
}

const mostCommands = 1000
const longestText = 300
const mostPaths = 100

/** A text of at most so many characters, or null. */
function text(value: unknown, longest = longestText): string | null {
  return typeof value === 'string' && value.length <= longest && !value.includes('\0') ? value : null
}

/** The window's commands, or null for anything else. */
export function readMenu(value: unknown): MenuCommand[] | null {
  if (!Array.isArray(value) || value.length > mostCommands) return null
  const commands: MenuCommand[] = []
  for (const each of value as unknown[]) {
    if (!isRecord(each)) return null
    const id = text(each['id'])
    const title = text(each['title'])
    const group = text(each['group'])
    const key = each['key'] === null ? null : text(each['key'], 40)
    const { enabled } = each
    if (id === null || title === null || group === null || typeof enabled !== 'boolean') return null
    if (key === null && each['key'] !== null) return null
    commands.push({ id, title, group, key, enabled })
  }
  return commands
}

/** What a dialog shall ask for, or null for anything else. */
export function readChoice(value: unknown): { readonly title: string; readonly kind: PlaceKind } | null {
  if (!isRecord(value)) return null
  const title = text(value['title'])
  const { kind } = value
  if (title === null || (kind !== 'folder' && kind !== 'project' && kind !== 'dataset')) return null
  return { title, kind }
}

/** Paths of what was dropped, or null for anything else. */
export function readPaths(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length > mostPaths) return null
  const paths = (value as unknown[]).map((each) => text(each, 4096))
  return paths.every((each) => each !== null) ? paths.filter((each) => each !== '') : null
}

/** A notification, or null for anything else; `page` is an address of the window's own. */
export function readNotice(
  value: unknown,
): { readonly title: string; readonly body: string; readonly page: string } | null {
  if (!isRecord(value)) return null
  const title = text(value['title'])
  const body = text(value['body'], 1000)
  const page = text(value['page'], 500)
  if (title === null || body === null || page === null || !/^\/(?!\/)/.test(page)) return null
  return { title, body, page }
}

/** A theme, or null for anything else. */
export function readTheme(value: unknown): Theme | null {
  if (!isRecord(value)) return null
  const { theme, background } = value
  if (theme !== 'dark' && theme !== 'light' && theme !== 'system') return null
  if (typeof background !== 'string' || !/^#[0-9a-f]{6}$/i.test(background)) return null
  return { theme, background }
}
