import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProject, openProject } from '../store/project.ts'
import { standing, writeCoco } from './importFixtures.ts'
import { applyImport } from './applyImport.ts'
import { planImport } from './importSource.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-crash-'))
})
afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

/** Imports in a process that kills itself, as `kill -9` does, at the given stage; the signal that it died of. */
async function importAndDie(project: string, source: string, stage: string): Promise<string | null> {
  const modules = ['../store/project.ts', './importSource.ts', './applyImport.ts'].map(
    (name) => new URL(name, import.meta.url).href,
  )
  const script = path.join(root, 'die.mjs')
  await writeFile(
    script,
    `import { openProject } from ${JSON.stringify(modules[0])}
     import { planImport } from ${JSON.stringify(modules[1])}
     import { applyImport } from ${JSON.stringify(modules[2])}
     const onProgress = ({ stage }) => { if (stage === ${JSON.stringify(stage)}) process.kill(process.pid, 'SIGKILL') }
     const project = openProject(${JSON.stringify(project)})
     await applyImport(await planImport(project, ${JSON.stringify(source)}, { onProgress, copy: true }), { onProgress })`,
  )
  const child = spawn(process.execPath, [script], { stdio: 'inherit' })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal
}

describe('a process killed during an import', () => {
  test.each(['reading', 'writing'])(
    'while %s leaves the project as it was, and the next one imports it all',
    async (stage) => {
      const folder = path.join(root, 'p.mend')
      createProject(folder).close()
      const people = [{ joints: standing(12, 12) }]
      const source = await writeCoco(path.join(root, 's'), [
        { seed: 1, people },
        { seed: 2, people },
      ])
      expect(await importAndDie(folder, source, stage)).toBe('SIGKILL')
      expect(await readdir(path.join(folder, 'staging'))).not.toEqual([])
      const pictures = async (): Promise<number> => {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true })
        return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.png')).length
      }
      expect(await pictures()).toBe(stage === 'writing' ? 2 : 0)
      using project = openProject(folder)
      expect(await pictures()).toBe(0)
      expect(await readdir(path.join(folder, 'staging'))).toEqual([])
      expect(project.coverage()).toEqual({ images: 0, people: 0, labels: 0, sources: [] })
      expect(project.connection.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      const report = await applyImport(await planImport(project, source, { copy: true }))
      expect(report).toMatchObject({ images: 2, people: 2, labels: { keypoints: 2 } })
    },
  )
})
