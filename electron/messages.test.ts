import { describe, expect, it } from 'vitest'
import { readChoice, readMenu, readNotice, readPaths, readTheme } from './messages.ts'

describe('what a window sends', () => {
  it('is taken where it has the right form, without what it has besides', () => {
    const command = { id: 'go.data', title: 'Data', group: 'Go to', key: null, enabled: true }
    expect(readMenu([{ ...command, click: 'x' }])).toEqual([command])
    expect(readChoice({ title: 'Open', kind: 'project' })).toEqual({ title: 'Open', kind: 'project' })
    expect(readPaths(['/a', '', '/b'])).toEqual(['/a', '/b'])
    expect(readNotice({ title: 't', body: 'b', page: '/p/x/training?run=3' })?.page).toBe('/p/x/training?run=3')
    expect(readTheme({ theme: 'dark', background: '#0d0f13' })).toEqual({ theme: 'dark', background: '#0d0f13' })
  })

  it.each([
    ['a menu that is none', readMenu('menu')],
    ['a command without a name', readMenu([{ title: 'x', group: 'y', key: null, enabled: true }])],
    ['a key that is no text', readMenu([{ id: 'a', title: 'x', group: 'y', key: 7, enabled: true }])],
    ['more commands than there are', readMenu(Array.from({ length: 1001 }, () => ({})))],
    ['another kind of place', readChoice({ title: 'x', kind: 'anything' })],
    ['a title without end', readChoice({ title: 'x'.repeat(301), kind: 'folder' })],
    ['a path with a zero byte', readPaths(['/a\0b'])],
    ['a path that is no text', readPaths([7])],
    ['a page elsewhere', readNotice({ title: 't', body: 'b', page: 'https://evil.example/' })],
    ['a page of another host', readNotice({ title: 't', body: 'b', page: '//evil.example/' })],
    ['a colour that is none', readTheme({ theme: 'dark', background: 'url(x)' })],
    ['another theme', readTheme({ theme: 'pink', background: '#000000' })],
  ])('is refused: %s', (_what, read) => {
    expect(read).toBeNull()
  })
})
