import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PicturePool } from '../media/pool.ts'
import { createProject, type Project } from '../store/project.ts'
import { applyImport } from './applyImport.ts'
import { applyInThread } from './applyInThread.ts'
import { exampleCrop } from './examplePictures.ts'
import { FactsCache } from './factsCache.ts'
import { standing, writeCoco, writeIndexed, writePicture } from './importFixtures.ts'
import { discardPlan } from './importPlan.ts'
import { planImport } from './importSource.ts'
import { previewExport } from './previewExport.ts'
import { previewRemoval } from './previewRemoval.ts'
import { removeSource } from './removeSource.ts'
import { surveySource } from './surveySource.ts'

let root: string
let project: Project
const pool = new PicturePool(2)
afterAll(() => pool.close())
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-screen-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterEach(async () => {
  project.close()
  await rm(root, { recursive: true, force: true })
})

const box = { x: 0, y: 0, width: 32, height: 30 }
const person = { box, joints: standing(12, 12) }

describe('a first look at a source', () => {
  test('counts who has each name, and shows them: the joint is drawn where it is', async () => {
    const half = standing(12, 12).map(([x, y, v], joint) => [x, y, joint === 3 ? 0 : v] as const)
    const source = await writeCoco(path.join(root, 's'), [
      { seed: 1, people: [person] },
      { seed: 2, people: [{ box, joints: half }] },
    ])
    const survey = await surveySource(project, source)
    expect(survey).toMatchObject({ format: 'coco', looked: 2, people: 2, doubtful: [] })
    expect(survey.tasks.keypoints.components.map(({ name, count }) => [name, count])).toEqual([
      ['head top', 2],
      ['neck', 2],
      ['left_hip', 2],
      ['right_hip', 1],
    ])
    const [example] = survey.tasks.keypoints.components[1].examples
    const crop = await exampleCrop(survey, example, pool)
    expect(crop).toMatchObject({ width: 96, height: 128 })
    expect(crop.jpeg?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
    await rm(path.join(source, 'images', '1.png'))
    expect(await exampleCrop(survey, example, pool)).toMatchObject({ jpeg: null })
  })
})

describe('one annotation file as a source', () => {
  test('beside its pictures, or in a folder for annotations below them, is imported as its folder would be', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [person] }])
    const beside = await planImport(project, path.join(source, 'annotations.json'), { pool })
    expect(beside.summary).toMatchObject({ name: 'annotations', images: 1, people: 1, skipped: [] })
    discardPlan(beside)
    await mkdir(path.join(source, 'annotations'))
    await rename(path.join(source, 'annotations.json'), path.join(source, 'annotations', 'person_val.json'))
    const plan = await planImport(project, path.join(source, 'annotations', 'person_val.json'), { pool })
    const report = await applyImport(plan)
    expect(report).toMatchObject({ name: 'person_val', images: 1, people: 1, skipped: [] })
    expect(project.images.list().items[0]).toMatchObject({ file: path.join(source, 'images', '1.png'), split: 'val' })
    expect(project.sources.get(report.source)?.folder).toBe(source)
  })
})

describe('pictures that look alike', () => {
  /** The second picture is the first but for one pixel. */
  async function alike(): Promise<string> {
    const source = await writeCoco(path.join(root, 's'), [
      { seed: 1, people: [person] },
      { seed: 2, people: [{ box }] },
    ])
    await writePicture(path.join(source, 'images', '2.png'), 1, true)
    return source
  }

  test('stay two images unless somebody joins them; joined, their people meet', async () => {
    const source = await alike()
    const apart = await planImport(project, source, { pool })
    expect(apart.summary).toMatchObject({ images: 2, people: 2, nearDuplicates: 1, nearJoined: 0 })
    discardPlan(apart)
    const joined = await planImport(project, source, { pool, near: { join: true, except: [] } })
    expect(joined.summary).toMatchObject({ images: 1, people: 1, nearDuplicates: 1, nearJoined: 1 })
    expect(joined.summary.counts.images).toEqual({ new: 1, merged: 0, repeated: 1 })
    expect(await applyImport(joined)).toMatchObject({ images: 1, people: 1, labels: { keypoints: 1 } })
    expect(project.images.sourcesOf(1).map((place) => place.path)).toEqual(['images/1.png', 'images/2.png'])
  })

  test('an exception does the opposite of the rest', async () => {
    const source = await alike()
    const except = ['images/2.png']
    const plan = await planImport(project, source, { pool, near: { join: true, except } })
    expect(plan.summary).toMatchObject({ images: 2, nearJoined: 0 })
    discardPlan(plan)
    const other = await planImport(project, source, { pool, near: { join: false, except } })
    expect(other.summary).toMatchObject({ images: 1, nearJoined: 1 })
    discardPlan(other)
  })
})

describe('planning again after a change of the mapping', () => {
  test('looks at no picture twice, unless the file has changed', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [person] }])
    const facts = new FactsCache()
    discardPlan(await planImport(project, source, { pool, facts }))
    let looks = 0
    const look = (file: string) => () => {
      looks++
      return pool.inspect(file)
    }
    const file = path.join(source, 'images', '1.png')
    await facts.of(file, look(file))
    expect(looks).toBe(0)
    await writePicture(file, 9)
    const changed = await facts.of(file, look(file))
    expect(looks).toBe(1)
    expect(changed.sha256).toBe((await pool.inspect(file)).sha256)
  })

  test('a mapping that is being edited keeps its guesses waiting', async () => {
    const known = await writeCoco(path.join(root, 'known'), [{ seed: 1, people: [person] }])
    await applyImport(await planImport(project, known, { pool }))
    const source = await writeCoco(
      path.join(root, 's'),
      [{ seed: 2, people: [person] }],
      ['neck', 'left hipp', 'a', 'b'],
    )
    const { mapping } = (await surveySource(project, source)) ?? {}
    const plan = await planImport(project, source, { pool, mapping, confirmed: false })
    expect(plan.summary.doubtful).toEqual(['keypoints: left hipp → left_hip? (edit-distance, confidence 0.89)'])
    await expect(applyInThread(plan)).rejects.toMatchObject({ code: 'mapping-doubtful' })
    discardPlan(plan)
  })
})

describe('writing by a thread', () => {
  test('brings the same as writing at once, and leaves no staging file', async () => {
    const source = await writeIndexed(path.join(root, 's'), [1, 2, 3], ['background', 'coat'])
    const stages = new Set<string>()
    const report = await applyInThread(await planImport(project, source, { pool, copy: true }), {
      onProgress: ({ stage }) => stages.add(stage),
    })
    expect(report).toMatchObject({ images: 3, people: 3, labels: { parts: 3 }, skipped: [] })
    expect([...stages]).toEqual(['copying', 'writing'])
    expect(project.coverage()).toMatchObject({ images: 3, people: 3, labels: 3 })
    expect(await readdir(project.stagingFolder)).toEqual([])
  })

  test('a cancelled one leaves nothing, not even copies', async () => {
    const people = [person]
    const images = Array.from({ length: 300 }, (_, seed) => ({ seed: seed % 7, name: `${seed}.png`, people }))
    const source = await writeCoco(path.join(root, 's'), images)
    const plan = await planImport(project, source, { pool, copy: true })
    const abort = new AbortController()
    const applying = applyInThread(plan, {
      signal: abort.signal,
      onProgress: ({ stage }) => stage === 'copying' && abort.abort(),
    })
    await expect(applying).rejects.toThrow()
    expect(project.coverage()).toMatchObject({ images: 0, people: 0, sources: [] })
    expect(
      await readdir(project.imagesFolder, { recursive: true }).then((names) =>
        names.filter((name) => name.endsWith('.png')),
      ),
    ).toEqual([])
  })
})

describe('looking before doing', () => {
  test('the removal that is only tried says what the real one does, and changes nothing', async () => {
    const joints = await writeCoco(
      path.join(root, 'joints'),
      [1, 2].map((seed) => ({ seed, people: [person] })),
    )
    const parts = await writeIndexed(path.join(root, 'parts'), [2, 3], ['background', 'coat'])
    const { source } = await applyImport(await planImport(project, joints, { pool }))
    await applyImport(await planImport(project, parts, { pool }))
    const before = project.coverage()
    const tried = previewRemoval(project, source)
    expect(tried).toMatchObject({ images: 1, people: 1, labels: 2, tasks: 1, kept: 0, promoted: 0 })
    expect(project.coverage()).toEqual(before)
    expect(await removeSource(project, source)).toEqual(tried)
  })

  test('the export that is only tried counts, says what is lost, shows the first record and misses pictures', async () => {
    const joints = await writeCoco(
      path.join(root, 'joints'),
      [1, 2].map((seed) => ({ seed, people: [person] })),
    )
    const parts = await writeIndexed(path.join(root, 'parts'), [2, 3], ['background', 'coat'])
    await applyImport(await planImport(project, joints, { pool }))
    await applyImport(await planImport(project, parts, { pool }))
    await rm(path.join(parts, 'images', '2.png'))
    const preview = await previewExport(project, 'indexed-png')
    expect(preview).toMatchObject({ images: 2, people: 2, labels: { parts: 2 } })
    expect(preview.tasks.find(({ task }) => task === 'keypoints')).toEqual({ task: 'keypoints', becomes: null })
    expect(preview.lost.find(({ what }) => what === 'labels of keypoints')?.count).toBe(2)
    expect(preview.missing).toEqual({ count: 1, examples: ['parts/images/2.png'] })
    expect(preview.first?.text).toContain('1  coat  50.0 %')
    const coco = await previewExport(project, 'coco', { selection: { task: ['keypoints'] } })
    expect(coco).toMatchObject({ images: 2, people: 2, labels: { keypoints: 2 }, alwaysCopies: false })
    expect(coco.first?.text).toContain('"keypoints": [12, 7, 2, 12, 12, 2, 15, 27, 2, 9, 27, 2]')
    const one = await previewExport(project, 'mend-bundle', { people: new Set([1]) })
    expect(one).toMatchObject({ images: 1, people: 1, alwaysCopies: true })
  })
})
