import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { PicturePool } from '../media/pool.ts'
import { createProject, type Project } from '../store/project.ts'
import { findDuplicates } from './duplicates.ts'
import { writeCoco, writeIndexed, writePicture } from './importFixtures.ts'
import { applyImport } from './applyImport.ts'
import { planImport } from './importSource.ts'

let root: string
let project: Project
const pool = new PicturePool(1)
afterAll(() => pool.close())
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-duplicates-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterEach(async () => {
  project.close()
  await rm(root, { recursive: true, force: true })
})

const people = [{ box: { x: 0, y: 0, width: 32, height: 30 } }]

test('the same file in two sources is one image; a retouched one is offered, never merged, and reported as a leak', async () => {
  const first = await writeCoco(path.join(root, 'a'), [
    { seed: 1, people },
    { seed: 2, people },
  ])
  await applyImport(await planImport(project, first, { pool, split: 'train' }))
  const second = await writeIndexed(path.join(root, 'b'), [2, 7], ['background', 'coat'])
  await writePicture(path.join(second, 'images', '2.png'), 1, true)
  const plan = await planImport(project, second, { pool, split: 'val' })
  expect(plan.summary).toMatchObject({ images: 2, merged: { images: 1, people: 1 }, nearDuplicates: 1 })
  expect(plan.summary.counts.splitConflicts).toBe(1)
  const [near] = plan.summary.nearDuplicateExamples
  expect(near).toMatchObject({ incoming: 'images/2.png', other: path.join(first, 'images', '1.png'), image: 1 })
  await applyImport(plan)

  const report = findDuplicates(project)
  expect(project.images.count()).toBe(3)
  expect(report.exact).toEqual([{ image: 2, paths: ['a:images/2.png', 'b:images/1.png'] }])
  expect(report.near.map(({ a, b }) => [a.path, a.split, b.path, b.split])).toEqual([
    ['a:images/1.png', 'train', 'b:images/2.png', 'val'],
  ])
  expect(report.leakage).toEqual([
    { kind: 'near-duplicate', what: 'a:images/1.png ~ b:images/2.png', splits: ['train', 'val'] },
  ])
})
