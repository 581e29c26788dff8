import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveInside } from './sourcePaths.ts'

describe('resolveInside', () => {
  let folder = ''
  let source = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mend-paths-'))
    source = path.join(folder, 'source')
    await mkdir(path.join(source, 'images'), { recursive: true })
    await mkdir(path.join(folder, 'source-secret'))
    await writeFile(path.join(folder, 'outside.txt'), 'secret')
    await writeFile(path.join(source, 'images', 'a.jpg'), 'a')
    await symlink(path.join(folder, 'outside.txt'), path.join(source, 'leak.txt'))
    await symlink(path.join(folder, 'source-secret'), path.join(source, 'sibling'))
    await symlink(path.join(source, 'images'), path.join(source, 'pictures'))
    await symlink('loop', path.join(source, 'loop'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('joins names inside, whatever the separator, and follows links that stay inside', async () => {
    const expected = path.join(source, 'images', 'a.jpg')
    expect(await resolveInside(source, 'images/a.jpg')).toBe(expected)
    expect(await resolveInside(source, './images\\a.jpg')).toBe(expected)
    expect(await resolveInside(source, 'pictures/a.jpg')).toBe(path.join(source, 'pictures', 'a.jpg'))
  })

  it('answers for a file that does not exist, so that the caller can call it missing', async () => {
    expect(await resolveInside(source, 'no/such/file.jpg')).toBe(path.join(source, 'no', 'such', 'file.jpg'))
  })

  it('says that the source itself is missing', async () => {
    await expect(resolveInside(path.join(folder, 'none'), 'a.jpg')).rejects.toMatchObject({ code: 'source-missing' })
  })

  it.each([
    '../outside.txt',
    'images/../../outside.txt',
    'images\\..\\..\\outside.txt',
    '/etc/passwd',
    'C:\\Windows\\win.ini',
    '\\\\host\\share',
    'a\0b',
    'leak.txt',
    'sibling/new.txt',
    'loop',
  ])('refuses %j', async (relative) => {
    await expect(resolveInside(source, relative)).rejects.toMatchObject({
      name: 'MendError',
      code: 'path-outside-source',
    })
  })
})
