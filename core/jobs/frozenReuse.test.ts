import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProject, type Project } from '../store/project.ts'
import { defaultConfiguration } from '../training/configuration.ts'
import { frozenSet } from './frozenReuse.ts'
import type { JobContext } from './jobRunner.ts'
import { freezeRun } from './runPreparation.ts'
import { synthesizeProject } from './synthesizeProject.ts'

const unwatched: JobContext = {
  signal: new AbortController().signal,
  progress: () => undefined,
  notice: () => undefined,
  setControls: () => undefined,
}
const configuration = { ...defaultConfiguration, tasks: ['parts', 'vector'], height: 32, width: 16 }
const choices = { validationShare: 0.2, margin: 0.15 }

let root: string
let project: Project

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-frozen-'))
  const place = path.join(root, 'p.mend')
  await synthesizeProject({ project: place, profile: 'full', people: 8, seed: 1, height: 64, width: 32 }, unwatched)
  project = openProject(place)
})
afterAll(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const shard = (run: number): string => path.join(project.runFolder(run), 'frozen', 'manifest.json')
const sameFiles = (a: number, b: number): boolean => statSync(shard(a)).ino === statSync(shard(b)).ino
const freeze = (run: number, changes: Partial<typeof configuration> = {}): ReturnType<typeof frozenSet> => {
  mkdirSync(project.runFolder(run), { recursive: true })
  return frozenSet(project, run, { ...configuration, ...changes }, choices, unwatched)
}

test('a second run on the same labels takes over the files of the first, and no other does', async () => {
  const first = await freeze(1)
  expect((await freeze(2)).id).toBe(first.id)
  expect(sameFiles(1, 2)).toBe(true)

  await freeze(3, { width: 32 })
  expect(sameFiles(1, 3)).toBe(false)
  await freeze(4, { seed: 2 })
  expect(sameFiles(1, 4)).toBe(false)
  await freeze(5, { tasks: ['parts'] })
  expect(sameFiles(1, 5)).toBe(false)
})

test('a deleted run leaves the others their training set', async () => {
  rmSync(project.runFolder(1), { recursive: true })
  await freeze(6)
  expect(sameFiles(2, 6)).toBe(true)
})

test('a label, a picture or an audit’s planted errors make a new set', async () => {
  const [{ id, file }] = project.images.list({ after: 0, limit: 1 }).items
  const [{ id: person }] = project.people.ofImage(id)
  const [label] = project.labels.currentOf(person, ['vector'])
  project.transaction((writer) =>
    writer.labels.apply(
      label.id,
      { type: 'set-state', mark: { state: 'rejected', origin: 'human' } },
      { by: 'me', why: '' },
    ),
  )
  await freeze(7)
  expect(sameFiles(2, 7)).toBe(false)

  utimesSync(file, new Date(0), new Date(0))
  await freeze(8)
  expect(sameFiles(7, 8)).toBe(false)

  mkdirSync(project.runFolder(9), { recursive: true })
  await freezeRun(project, 9, configuration, choices, unwatched)
  expect(existsSync(path.join(project.runFolder(9), 'frozen.key'))).toBe(false)
  await freeze(10)
  expect(sameFiles(8, 10)).toBe(true)
})

test('a set that was damaged is not taken over', async () => {
  for (const run of [2, 3, 4, 5, 6, 7, 8, 10]) rmSync(shard(run), { force: true })
  const { people } = await freeze(11)
  expect(people).toBe(8)
})
