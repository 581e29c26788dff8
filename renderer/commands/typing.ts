const textInputs = new Set([
  'text',
  'search',
  'email',
  'url',
  'tel',
  'password',
  'number',
  'date',
  'time',
  'datetime-local',
  'month',
  'week',
])

/** What of an element decides whether a key is meant for it. */
export interface KeyTarget {
  readonly tagName: string
  readonly type?: string
  readonly isContentEditable: boolean
  readonly role: string | null
  /** A list that is what the screen is about (`data-command-keys`): it searches by no letters, commands have its keys. */
  readonly forCommands?: boolean
}

/** Reads it off an event's target. */
export function keyTargetOf(target: EventTarget | null): KeyTarget | null {
  if (!(target instanceof HTMLElement)) return null
  return {
    tagName: target.tagName,
    ...(target instanceof HTMLInputElement ? { type: target.type } : {}),
    isContentEditable: target.isContentEditable,
    role: target.getAttribute('role'),
    forCommands: target.dataset['commandKeys'] !== undefined,
  }
}

/** Whether the element takes text: no command's key may fire in it. */
export function takesText(target: KeyTarget | null): boolean {
  if (target === null) return false
  if (target.isContentEditable || target.tagName === 'TEXTAREA') return true
  if (target.role === 'textbox' || target.role === 'searchbox') return true
  return target.tagName === 'INPUT' && textInputs.has(target.type ?? 'text')
}

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']
const choosing = new Set(['menu', 'menuitem', 'listbox', 'option', 'combobox', 'tree', 'treeitem', 'menuitemradio'])

/** Whether a focused element uses this key itself: Space presses a button, arrows move a slider, letters search a menu. */
export function usesKey(target: KeyTarget | null, key: string): boolean {
  if (target === null || target.forCommands === true) return false
  if (target.tagName === 'SELECT' || (target.role !== null && choosing.has(target.role))) return !key.includes('Mod+')
  if (target.role === 'slider' || target.role === 'tab' || target.role === 'radio' || target.role === 'separator') {
    if (arrows.includes(key.replace('Shift+', ''))) return true
  }
  if (target.tagName === 'INPUT' && (target.type === 'range' || target.type === 'radio')) return arrows.includes(key)
  const pressed = target.tagName === 'BUTTON' || target.tagName === 'A' || target.tagName === 'SUMMARY'
  if (pressed || target.role === 'button' || target.role === 'checkbox' || target.role === 'switch') {
    return key === 'Space' || key === 'Enter'
  }
  return target.tagName === 'INPUT' && key === 'Space'
}
