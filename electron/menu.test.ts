import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { acceleratorOf, menuTemplate } from './menu.ts'
import type { MenuCommand } from './messages.ts'

const commands: readonly MenuCommand[] = [
  { id: 'go.data', title: 'Data', group: 'Go to', key: 'Alt+1', enabled: false },
  { id: 'go.import', title: 'Import & merge…', group: 'Go to', key: 'Mod+I', enabled: true },
  { id: 'edit.undo', title: 'Undo', group: 'Edit', key: 'Z', enabled: true },
  { id: 'studio.help', title: 'Keys and help', group: 'Studio', key: null, enabled: true },
]
const people = { reference: 'abc', name: 'people', folder: '/data/people.mend' }

function template(platform: NodeJS.Platform, recent = [people]) {
  const actions = { run: vi.fn(), open: vi.fn(), quit: vi.fn() }
  return { actions, bar: menuTemplate({ commands, recent }, actions, platform) }
}
function entries(bar: readonly MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions[] {
  const { submenu } = bar.find((each) => each.label === label) ?? {}
  return Array.isArray(submenu) ? submenu : []
}

describe('the menu bar', () => {
  it('has a menu for each group of commands, those that every program has first', () => {
    expect(template('linux').bar.map(({ label }) => label)).toEqual(['Studio', 'Edit', 'View', 'Go to'])
    expect(template('darwin').bar.map(({ label, role }) => label ?? role)).toEqual([
      'appMenu',
      'Studio',
      'Edit',
      'View',
      'Go to',
      'windowMenu',
    ])
  })

  it('runs the command that was chosen, and opens the recent project', () => {
    const { bar, actions } = template('linux')
    const [data, merge] = entries(bar, 'Go to')
    expect([data.enabled, merge.enabled, merge.label]).toEqual([false, true, 'Import && merge…'])
    Reflect.apply(merge.click ?? expect.fail, undefined, [])
    expect(actions.run).toHaveBeenCalledExactlyOnceWith('go.import')
    const recent = entries(bar, 'Studio').find(({ id }) => id === 'desktop.recent')?.submenu
    const [first] = Array.isArray(recent) ? recent : []
    Reflect.apply(first.click ?? expect.fail, undefined, [])
    expect(actions.open).toHaveBeenCalledExactlyOnceWith(people)
  })

  it('shows keys without taking them from whoever types', () => {
    const [undo] = entries(template('linux').bar, 'Edit')
    expect([undo.accelerator, undo.registerAccelerator]).toEqual(['Z', false])
    const mac = template('darwin').bar
    // A Mac would swallow a Z that is typed into a field.
    expect(entries(mac, 'Edit')[0].accelerator).toBeUndefined()
    expect(entries(mac, 'Go to')[1].accelerator).toBe('CmdOrCtrl+I')
  })

  it.each([
    ['Mod+Shift+Z', 'CmdOrCtrl+Shift+Z'],
    ['Alt+ArrowLeft', 'Alt+Left'],
    ['Mod++', 'CmdOrCtrl+Plus'],
    ['+', 'Plus'],
    ['?', '?'],
    ['F11', 'F11'],
    ['Mod+,', 'CmdOrCtrl+,'],
    ['Enter', 'Return'],
    ['Ä', null],
    ['Hyper+K', null],
    ['', null],
  ])('knows %s as %s', (key, accelerator) => {
    expect(acceleratorOf(key)).toBe(accelerator)
  })
})
