/** What a keyboard event must have for its key's name. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const modifierKeys = new Set([
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
])
const namedKeys: Readonly<Record<string, string>> = { ' ': 'Space', Esc: 'Escape', Del: 'Delete' }

export const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '')

/**
 * The name under which commands know a key press: modifiers in the order Mod, Ctrl (a Mac's Control), Alt, Shift, then the
 * key; letters in capitals. Shift is part of the name of letters and named keys (`Shift+K`, `Shift+ArrowLeft`), not of
 * signs, which it produces (`?`). Null for a modifier alone.
 */
export function keyName(press: KeyPress, mac = isMac): string | null {
  if (modifierKeys.has(press.key)) return null
  const base = baseKey(press)
  const mod = mac ? press.metaKey : press.ctrlKey
  const control = mac ? press.ctrlKey : press.metaKey
  const isSign = base.length === 1 && !/[A-Z0-9]/.test(base)
  const parts = [
    mod ? 'Mod' : '',
    control ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && !isSign ? 'Shift' : '',
  ]
  return [...parts.filter((part) => part !== ''), base].join('+')
}

function baseKey(press: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1]
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1]
  // Alt makes other signs of letters on a Mac, Shift of digits everywhere; other scripts have no Latin letters at all.
  if (letter !== undefined && (press.altKey || press.key.charCodeAt(0) > 127)) return letter
  if (digit !== undefined && (press.altKey || press.ctrlKey || press.metaKey || press.shiftKey)) return digit
  return namedKeys[press.key] ?? (press.key.length === 1 ? press.key.toUpperCase() : press.key)
}

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Enter: '↵',
  Backspace: '⌫',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}

/** A key as it is printed on buttons: `Mod+Shift+Z` as "Ctrl Shift Z", on a Mac "⇧⌘Z". */
export function printKey(name: string, mac = isMac): string {
  const parts = name.endsWith('++') ? [...name.slice(0, -2).split('+'), '+'] : name === '+' ? ['+'] : name.split('+')
  const base = parts.at(-1) ?? ''
  const modifiers = parts.slice(0, -1)
  const printed = signs[base] ?? base
  if (mac) {
    const order = ['Ctrl', 'Alt', 'Shift', 'Mod']
    return (
      order
        .filter((each) => modifiers.includes(each))
        .map((each) => macSigns[each])
        .join('') + printed
    )
  }
  return [...modifiers.map((each) => (each === 'Mod' ? 'Ctrl' : each === 'Ctrl' ? 'Meta' : each)), printed].join(' ')
}
