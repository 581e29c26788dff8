import { describe, expect, it } from 'vitest'
import { shellCommands } from '../app/commands.ts'
import { commands as editorCommands } from '../features/editor/commands.ts'
import { keyPresets, presetInForce } from './keyPresets.ts'
import { commandsForKey, keyConflicts, type KeyOverrides } from './matching.ts'

const commands = [...shellCommands, ...editorCommands]
const preset = (name: string): KeyOverrides => keyPresets.find((one) => one.name === name)?.keys ?? {}

/** What a key does in the editor, by the command's id. */
function does(name: string, key: string): string | undefined {
  return commandsForKey(commands, preset(name), key, 'editor').at(0)?.id
}

describe('the keys of other tools', () => {
  it.each(keyPresets.map(({ name }) => name))('name commands that there are and clash nowhere: %s', (name) => {
    const ids = new Set(commands.map(({ id }) => id))
    expect(Object.keys(preset(name)).filter((id) => !ids.has(id))).toEqual([])
    expect(keyConflicts(commands, preset(name)).map(({ key }) => key)).toEqual([])
  })

  it('of CVAT: F and D through frames, Q and / occluded, N draws, Shift+1 … 4 mask tools, Ctrl+B propagates', () => {
    expect(['F', 'D', 'Q', '/', 'N', 'Shift+N'].map((key) => does('cvat', key))).toEqual([
      'editor.next',
      'editor.previous',
      'editor.visibility',
      'editor.visibility',
      'editor.addPerson',
      'editor.tool.box',
    ])
    expect(['Shift+1', 'Shift+2', 'Shift+3', 'Shift+4', 'Mod+B', 'Tab'].map((key) => does('cvat', key))).toEqual([
      'editor.tool.brush',
      'editor.tool.eraser',
      'editor.tool.polygon',
      'editor.tool.polygonCut',
      'editor.propagate',
      'editor.nextPerson',
    ])
    expect(['Mod+C', 'Mod+V', 'Mod+S', 'Mod+Shift+Z', 'H'].map((key) => does('cvat', key))).toEqual([
      'editor.copy',
      'editor.paste',
      'editor.verify',
      'editor.redo',
      'editor.hideLabels',
    ])
  })

  it('of Label Studio: Ctrl+Enter submits, Ctrl+arrows through tasks, V R K B E P W tools, [ and ] sizes', () => {
    const tools = ['V', 'R', 'K', 'B', 'E', 'P', 'W'].map((key) => does('label-studio', key))
    expect(tools).toEqual(
      ['select', 'box', 'keypoints', 'brush', 'eraser', 'polygon', 'edgeBrush'].map((tool) => `editor.tool.${tool}`),
    )
    expect(
      ['Mod+Enter', 'Mod+ArrowRight', 'Mod+ArrowLeft', 'Mod+Space', '[', ']', 'U', 'Mod+D', 'Backspace'].map((key) =>
        does('label-studio', key),
      ),
    ).toEqual([
      'editor.verify',
      'editor.next',
      'editor.previous',
      'editor.next',
      'editor.smaller',
      'editor.larger',
      'editor.cancel',
      'editor.duplicatePerson',
      'editor.removeLast',
    ])
    expect(['Shift+1', 'Shift+2', 'Mod+H', 'Alt+.'].map((key) => does('label-studio', key))).toEqual([
      'editor.fit',
      'editor.actualSize',
      'editor.hideLabels',
      'editor.nextPerson',
    ])
  })

  it('of labelme: D and A through files, Ctrl+N polygon, Ctrl+R rectangle, Ctrl+J edit, Delete and Backspace', () => {
    expect(['D', 'A', 'Mod+Shift+D', 'Mod+Shift+A'].map((key) => does('labelme', key))).toEqual([
      'editor.next',
      'editor.previous',
      'editor.next',
      'editor.previous',
    ])
    expect(
      ['Mod+N', 'Mod+R', 'Mod+J', 'Mod+E', 'Mod+D', 'Delete', 'Backspace', 'Mod+F', 'Mod+0', 'Mod+P'].map((key) =>
        does('labelme', key),
      ),
    ).toEqual([
      'editor.tool.polygon',
      'editor.tool.box',
      'editor.tool.select',
      'editor.identity',
      'editor.duplicatePerson',
      'editor.deletePerson',
      'editor.removeLast',
      'editor.fit',
      'editor.actualSize',
      'editor.propagate',
    ])
  })

  it('are told apart from keys that somebody chose one by one', () => {
    expect(presetInForce({})).toBe('mend')
    expect(presetInForce(preset('cvat'))).toBe('cvat')
    expect(presetInForce({ ...preset('cvat'), 'editor.next': ['X'] })).toBeNull()
  })
})
