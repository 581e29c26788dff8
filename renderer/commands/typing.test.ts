import { describe, expect, test } from 'vitest'
import { type KeyTarget, takesText, usesKey } from './typing.ts'

function element(tagName: string, more: Partial<KeyTarget> = {}): KeyTarget {
  return { tagName, isContentEditable: false, role: null, ...more }
}

describe('keys are left to fields', () => {
  test.each([
    ['a line of text', element('INPUT', { type: 'text' }), true],
    ['an input without a type', element('INPUT'), true],
    ['a number', element('INPUT', { type: 'number' }), true],
    ['a text area', element('TEXTAREA'), true],
    ['an editable element', element('DIV', { isContentEditable: true }), true],
    ['a text box by its role', element('DIV', { role: 'textbox' }), true],
    ['a check box', element('INPUT', { type: 'checkbox' }), false],
    ['a slider', element('INPUT', { type: 'range' }), false],
    ['a button', element('BUTTON'), false],
    ['nothing', null, false],
  ])('%s takes text: %s', (_what, target, expected) => {
    expect(takesText(target)).toBe(expected)
  })

  test.each([
    ['a blank presses a button', element('BUTTON'), 'Space', true],
    ['a letter does not', element('BUTTON'), 'K', false],
    ['an arrow moves a slider', element('SPAN', { role: 'slider' }), 'ArrowLeft', true],
    ['so does one with shift', element('SPAN', { role: 'slider' }), 'Shift+ArrowLeft', true],
    ['a letter does not move it', element('SPAN', { role: 'slider' }), 'F', false],
    ['letters search a menu', element('DIV', { role: 'menuitem' }), 'K', true],
    ['Ctrl+K does not', element('DIV', { role: 'menuitem' }), 'Mod+K', false],
    ['letters search a list', element('DIV', { role: 'listbox' }), 'K', true],
    ['but not the list that a screen is about', element('DIV', { role: 'listbox', forCommands: true }), 'K', false],
    ['a blank ticks a box', element('INPUT', { type: 'checkbox' }), 'Space', true],
  ])('%s', (_what, target, key, expected) => {
    expect(usesKey(target, key)).toBe(expected)
  })
})
