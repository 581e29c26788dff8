import { expect, test } from 'vitest'
import type { Command } from '../commands/command.ts'
import { searchCommands } from './paletteSearch.ts'

const commands: readonly Command[] = [
  { id: 'go.data', title: 'Data', group: 'Go to', keys: [] },
  { id: 'data.selectAll', title: 'Select all', group: 'Data', keys: [] },
  { id: 'view.theme', title: 'Switch between dark and light', group: 'View', keys: [], words: 'theme colours' },
  { id: 'data.deselect', title: 'Select none', group: 'Data', keys: [] },
]
const all = () => true
const ids = (query: string, available = all as (id: string) => boolean, recent: string[] = []) =>
  searchCommands(commands, query, available, recent).map((entry) => entry.command.id)

test('without a query, what can be done is listed, what was used last first', () => {
  expect(ids('', (id) => id !== 'go.data', ['view.theme', 'data.deselect'])).toEqual([
    'view.theme',
    'data.deselect',
    'data.selectAll',
  ])
})

test('a title that fits comes before a group that fits', () => {
  expect(ids('data')[0]).toBe('go.data')
  expect(ids('data')).toContain('data.selectAll')
})

test('a command is found by its other words', () => {
  expect(ids('colours')).toEqual(['view.theme'])
})

test('letters scattered over other words find nothing', () => {
  expect(ids('tcs')).toEqual([])
})

test('what cannot be done just now stands behind what can', () => {
  expect(ids('select', (id) => id !== 'data.selectAll').slice(0, 2)).toEqual(['data.deselect', 'data.selectAll'])
})

test('nothing fits nonsense', () => {
  expect(ids('qqq')).toEqual([])
})
