import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExportImage } from '../dataset/export.ts'
import { parseExportFilter } from '../dataset/exportFilter.ts'
import { PicturePool } from '../media/pool.ts'
import { exportDataset } from '../store/exportDataset.ts'
import { createProject, type Project } from '../store/project.ts'
import { exportProject } from './exportProject.ts'
import { standing, writeCoco, writeIndexed } from './importFixtures.ts'
import { applyImport } from './applyImport.ts'
import { planImport } from './importSource.ts'

let root: string
let project: Project
const pool = new PicturePool(1)
afterAll(() => pool.close())
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-export-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterEach(async () => {
  project.close()
  await rm(root, { recursive: true, force: true })
})

const box = { x: 0, y: 0, width: 32, height: 30 }

/** Three images: joints on 1 and 2, parts on 2 and 3; the label of image 1's joints was corrected, then rejected. */
async function fill(): Promise<void> {
  const joints = await writeCoco(path.join(root, 'joints'), [
    { seed: 1, people: [{ box, joints: standing(12, 12), attributes: { hat: false } }] },
    { seed: 2, people: [{ box, joints: standing(15, 12) }] },
  ])
  const parts = await writeIndexed(path.join(root, 'parts'), [2, 3], ['background', 'coat'])
  await applyImport(await planImport(project, joints, { pool, split: 'train' }))
  await applyImport(await planImport(project, parts, { pool }))
  const rejected = jointsOf(1)
  project.transaction(({ labels }) => {
    const mark = { state: 'labelled', origin: 'human' } as const
    const joint = { x: 1, y: 2, v: 1 } as const
    labels.apply(rejected, { type: 'set-joint', index: 0, joint, mark }, { by: 'Ann', why: 'moved' })
    labels.apply(rejected, { type: 'set-state', mark: { ...mark, state: 'rejected' } }, { by: 'Ben', why: 'no use' })
  })
}

function jointsOf(person: number): number {
  const label = project.labels.currentOf(person).find(({ task }) => task === 'keypoints')
  if (label === undefined) throw new Error('no joints')
  return label.id
}

async function imagesOf(of: Project, filter = '', withRejected = true): Promise<ExportImage[]> {
  const images: ExportImage[] = []
  for await (const image of exportDataset(of, parseExportFilter(filter), withRejected).images()) images.push(image)
  return images
}

describe('a bundle', () => {
  test('carries everything into another project: values, states, origins, sources and every revision', async () => {
    await fill()
    const out = path.join(root, 'bundle')
    const report = await exportProject(project, 'mend-bundle', out)
    expect(report).toMatchObject({ images: 3, people: 3, labels: { keypoints: 2, parts: 2, attributes: 1 }, lost: [] })
    using copy = createProject(path.join(root, 'copy.mend'))
    await applyImport(await planImport(copy, out, { pool }))
    const strip = (images: ExportImage[]): unknown => images.map((image) => ({ ...image, file: '', id: 0 }))
    const before = await imagesOf(project)
    expect(strip(await imagesOf(copy))).toEqual(strip(before))
    expect(before[0].people[0].labels.keypoints).toMatchObject({
      state: 'rejected',
      origin: 'human',
      source: 'joints',
      revisions: [
        { by: 'Ann', why: 'moved', origin: 'imported', state: 'labelled' },
        { by: 'Ben', why: 'no use', origin: 'human', state: 'labelled' },
      ],
    })
    expect(copy.tasks.schemas()).toEqual(project.tasks.schemas())
  })
})

describe('other formats', () => {
  test('leave rejected labels out', async () => {
    await fill()
    expect((await imagesOf(project, '', true))[0].people[0].labels).toHaveProperty('keypoints')
    expect((await imagesOf(project, '', false))[0].people[0].labels).not.toHaveProperty('keypoints')
    const report = await exportProject(project, 'coco', path.join(root, 'coco'))
    expect(report.labels).toEqual({ keypoints: 1, parts: 2, attributes: 1 })
    const files = await readdir(path.join(root, 'coco', 'annotations'))
    const texts = await Promise.all(files.map((file) => readFile(path.join(root, 'coco', 'annotations', file), 'utf8')))
    const annotations = texts.flatMap(
      (text) => (JSON.parse(text) as { annotations: { keypoints?: number[] }[] }).annotations,
    )
    expect(annotations.flatMap(({ keypoints }) => (keypoints ? [keypoints.slice(3, 6)] : []))).toContainEqual([
      15, 12, 2,
    ])
  })

  test('are unknown by name until there are any', async () => {
    await expect(exportProject(project, 'nonsense', path.join(root, 'out'))).rejects.toThrow(
      expect.objectContaining({ code: 'format-unknown' }),
    )
  })
})

describe('the filter', () => {
  test('chooses images by split and people by source', async () => {
    await fill()
    const names = async (filter: string): Promise<string[]> => (await imagesOf(project, filter)).map(({ name }) => name)
    expect(await names('')).toEqual(['joints/images/1.png', 'joints/images/2.png', 'parts/images/2.png'])
    expect(await names('split=train')).toEqual(['joints/images/1.png', 'joints/images/2.png'])
    expect(await names('source=parts')).toEqual(['joints/images/2.png', 'parts/images/2.png'])
    expect(await names('source!=parts')).toEqual(['joints/images/1.png'])
  })

  test('chooses labels by task, state and decision, and drops who is left without', async () => {
    await fill()
    const tasks = async (filter: string): Promise<string[][]> =>
      (await imagesOf(project, filter)).map(({ people }) => people.flatMap(({ labels }) => Object.keys(labels)))
    expect(await tasks('task=parts')).toEqual([['parts'], ['parts']])
    expect(await tasks('task=keypoints,state=rejected')).toEqual([['keypoints']])
    expect(await tasks('decision=keep')).toEqual([])
    project.transaction(({ runs, suspects }) => {
      const run = runs.insert({ kind: 'train', status: 'done', configuration: {} })
      const label = jointsOf(2)
      const suspect = { label, rank: 1, score: 1, flagged: true, signals: {}, why: '', component: null }
      suspects.replace(run, 'keypoints', [suspect])
      suspects.decide(run, label, 'keep')
    })
    expect(await tasks('decision=keep')).toEqual([['keypoints']])
  })
})
