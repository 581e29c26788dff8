import { describe, expect, test } from 'vitest'
import type { Command } from './command.ts'
import { commandsForKey, duplicateIds, keyConflicts } from './matching.ts'

function command(id: string, keys: string[], when?: Command['when']): Command {
  return { id, title: id, group: 'Data', keys, ...(when && { when }) }
}

const undo = command('edit.undo', ['Z', 'Mod+Z'])
const suspectUndo = command('suspects.undo', ['Z'], ['suspects'])
const keep = command('suspects.keep', ['K'], ['suspects'])
const clash = command('suspects.clash', ['K'], ['suspects', 'data'])
const elsewhere = command('data.keep', ['K'], ['data'])

describe('the command of a key', () => {
  test('a screen’s own command comes before that of everywhere', () => {
    expect(commandsForKey([undo, suspectUndo], {}, 'Z', 'suspects')).toEqual([suspectUndo, undo])
    expect(commandsForKey([undo, suspectUndo], {}, 'Z', 'data')).toEqual([undo])
  })

  test('on no screen only commands of everywhere have keys', () => {
    expect(commandsForKey([undo, keep], {}, 'K', null)).toEqual([])
    expect(commandsForKey([undo, keep], {}, 'Mod+Z', null)).toEqual([undo])
  })

  test('a chosen key replaces the default ones, and none takes them away', () => {
    const chosen = { 'suspects.keep': ['Enter'], 'edit.undo': [] }
    expect(commandsForKey([undo, keep], chosen, 'K', 'suspects')).toEqual([])
    expect(commandsForKey([undo, keep], chosen, 'Enter', 'suspects')).toEqual([keep])
    expect(commandsForKey([undo, keep], chosen, 'Z', 'suspects')).toEqual([])
  })
})

describe('conflicts of keys', () => {
  test('a key that two commands have on one screen is one', () => {
    expect(keyConflicts([keep, clash], {})).toEqual([{ key: 'K', commands: [keep, clash] }])
  })

  test('different screens may use the same key', () => {
    expect(keyConflicts([keep, elsewhere], {})).toEqual([])
  })

  test('a screen may take over a key of everywhere, but two commands of everywhere may not share one', () => {
    expect(keyConflicts([undo, suspectUndo], {})).toEqual([])
    const other = command('view.zoom', ['Z'])
    expect(keyConflicts([undo, other], {})).toEqual([{ key: 'Z', commands: [undo, other] }])
  })

  test('a chosen key can make one and settle one', () => {
    expect(keyConflicts([keep, elsewhere], { 'data.keep': ['K'] })).toEqual([])
    expect(keyConflicts([keep, clash], { 'suspects.clash': ['L'] })).toEqual([])
    expect(keyConflicts([keep, suspectUndo], { 'suspects.keep': ['Z'] })).toHaveLength(1)
  })
})

test('an id that is used twice is found', () => {
  expect(duplicateIds([keep, undo, command('suspects.keep', [])])).toEqual(['suspects.keep'])
})
