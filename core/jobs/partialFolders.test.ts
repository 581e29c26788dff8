import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removePartialFolders } from './partialFolders.ts'

it('removes what killed processes left, and nothing of those at work or of other names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mend-partial-'))
  const names = [`a.partial-${2 ** 22 + 1}`, `a.partial-${process.pid}`, 'a.partial-x', `b.partial-${2 ** 22 + 1}`, 'a']
  for (const name of names) mkdirSync(join(folder, name))
  await removePartialFolders(join(folder, 'a'))
  expect(readdirSync(folder).sort()).toEqual(names.slice(1).sort())
  rmSync(folder, { recursive: true })
  await expect(removePartialFolders(join(folder, 'a'))).resolves.toBeUndefined()
})
