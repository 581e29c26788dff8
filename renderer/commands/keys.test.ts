import { describe, expect, test } from 'vitest'
import { type KeyPress, keyName, printKey } from './keys.ts'

function press(key: string, code: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers }
}

describe('the name of a key press', () => {
  test.each([
    ['a letter is a capital', press('k', 'KeyK'), 'K'],
    ['shift belongs to a letter', press('K', 'KeyK', { shiftKey: true }), 'Shift+K'],
    ['caps lock is no shift', press('K', 'KeyK'), 'K'],
    ['Ctrl is Mod', press('k', 'KeyK', { ctrlKey: true }), 'Mod+K'],
    [
      'modifiers have one order',
      press('z', 'KeyZ', { ctrlKey: true, altKey: true, shiftKey: true }),
      'Mod+Alt+Shift+Z',
    ],
    ['shift does not belong to a sign', press('?', 'Slash', { shiftKey: true }), '?'],
    ['a sign with Ctrl', press(',', 'Comma', { ctrlKey: true }), 'Mod+,'],
    ['plus', press('+', 'Equal', { shiftKey: true }), '+'],
    ['a digit', press('1', 'Digit1'), '1'],
    ['shift on a digit is the digit with shift', press('!', 'Digit1', { shiftKey: true }), 'Shift+1'],
    ['Alt on a digit', press('¡', 'Digit1', { altKey: true }), 'Alt+1'],
    ['the blank', press(' ', 'Space'), 'Space'],
    ['an arrow with shift', press('ArrowLeft', 'ArrowLeft', { shiftKey: true }), 'Shift+ArrowLeft'],
    ['a Cyrillic layout has the Latin letters where they are', press('л', 'KeyK', { ctrlKey: true }), 'Mod+K'],
    ['a French layout has its own letters', press('a', 'KeyQ'), 'A'],
  ])('%s', (_what, event, expected) => {
    expect(keyName(event, false)).toBe(expected)
  })

  test('on a Mac ⌘ is Mod and Control is Ctrl', () => {
    expect(keyName(press('k', 'KeyK', { metaKey: true }), true)).toBe('Mod+K')
    expect(keyName(press('k', 'KeyK', { ctrlKey: true }), true)).toBe('Ctrl+K')
    expect(keyName(press('˚', 'KeyK', { altKey: true }), true)).toBe('Alt+K')
  })

  test('a modifier alone has no name', () => {
    expect(keyName(press('Shift', 'ShiftLeft', { shiftKey: true }), false)).toBeNull()
  })
})

describe('a key in print', () => {
  test.each([
    ['Mod+K', false, 'Ctrl K'],
    ['Mod+Shift+Z', false, 'Ctrl Shift Z'],
    ['Mod+Shift+Z', true, '⇧⌘Z'],
    ['Shift+ArrowLeft', false, 'Shift ←'],
    ['+', false, '+'],
    ['Mod++', false, 'Ctrl +'],
    ['Escape', false, 'Esc'],
  ])('%s (Mac: %s) is %s', (name, mac, expected) => {
    expect(printKey(name, mac)).toBe(expected)
  })
})
