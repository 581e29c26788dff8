import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseMapping } from '../dataset/mapping.ts'
import { PicturePool } from '../media/pool.ts'
import { createProject, type Project } from '../store/project.ts'
import { cocoJoints, standing, writeCoco, writeIndexed, writePicture } from './importFixtures.ts'
import { applyImport } from './applyImport.ts'
import { discardPlan, type ImportReport } from './importPlan.ts'
import { planImport, proposeImport, type ImportOptions } from './importSource.ts'
import { removeSource } from './removeSource.ts'

let root: string
let project: Project
const pool = new PicturePool(2)
afterAll(() => pool.close())
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mend-import-'))
  project = createProject(path.join(root, 'p.mend'))
})
afterEach(async () => {
  project.close()
  await rm(root, { recursive: true, force: true })
})

const code = (expected: string): unknown => expect.objectContaining({ code: expected })
/** Overlaps the extent of an indexed fixture's mask, 32 × 24, by 24/30. */
const box = { x: 0, y: 0, width: 32, height: 30 }

async function importFrom(source: string, options: ImportOptions = {}): Promise<ImportReport> {
  return applyImport(await planImport(project, source, { pool, ...options }))
}

/** Everything that a project's tables hold but what grows with every import. */
function contents(): unknown {
  const tables = ['source', 'image', 'image_source', 'person', 'person_source', 'task', 'label', 'label_revision']
  return tables.map((table) => project.connection.all(`SELECT * FROM ${table}`))
}

describe('two sources with some pictures in common', () => {
  test('become one image and one person with the labels of both, and the numbers add up', async () => {
    const joints = await writeCoco(path.join(root, 'joints'), [
      { seed: 1, people: [{ box, joints: standing(12, 12) }] },
      { seed: 2, people: [{ box, joints: standing(15, 12) }] },
    ])
    const parts = await writeIndexed(path.join(root, 'parts'), [2, 3, 4], ['background', 'coat'])
    expect(await importFrom(joints)).toMatchObject({ images: 2, people: 2, labels: { keypoints: 2 }, skipped: [] })
    const plan = await planImport(project, parts, { pool })
    expect(plan.summary).toMatchObject({
      images: 3,
      people: 3,
      labels: { parts: 3 },
      merged: { images: 1, people: 1 },
      counts: { images: { new: 2, merged: 1, repeated: 0 }, people: { new: 2, merged: 1, repeated: 0 } },
    })
    const report = await applyImport(plan)
    expect(report).toMatchObject({ images: 3, people: 3, labels: { parts: 3 }, merged: { images: 1, people: 1 } })
    expect(report.peakRssMb).toBeGreaterThan(10)
    const shared = project.people.list().items.filter((person) => project.people.sourcesOf(person.id).length === 2)
    expect(shared).toHaveLength(1)
    expect(project.labels.currentOf(shared[0].id).map(({ task }) => task)).toEqual(['keypoints', 'parts'])
    const coverage = project.coverage()
    expect(coverage).toMatchObject({ images: 4, people: 4, labels: 5 })
    expect(coverage.sources.map(({ name, tasks }) => [name, tasks.keypoints.labelled, tasks.parts.unlabelled])).toEqual(
      [
        ['joints', 2, 2],
        ['parts', 0, 0],
      ],
    )
  })

  test('a plan can be printed as JSON and leaves the project as it was', async () => {
    const source = await writeCoco(path.join(root, 'joints'), [{ seed: 1, people: [{ joints: standing(12, 12) }] }])
    const before = contents()
    const plan = await planImport(project, source, { pool })
    expect(JSON.parse(JSON.stringify(plan.summary))).toMatchObject({ images: 1, format: 'coco' })
    expect(contents()).toEqual(before)
    expect(discardPlan(plan)).toBe(true)
    expect(discardPlan(plan)).toBe(false)
    await expect(applyImport(plan)).rejects.toThrow(code('plan-used'))
    expect(await readdir(project.stagingFolder)).toEqual([])
    expect(contents()).toEqual(before)
  })

  test('removing the second import brings back what was there before, row for row', async () => {
    const first = await writeCoco(path.join(root, 'a'), [{ seed: 1, people: [{ box, joints: standing(12, 12) }] }])
    const other = ['neck', 'left_hip', 'right_hip', 'nose']
    const second = await writeCoco(
      path.join(root, 'b'),
      [
        { seed: 1, people: [{ box: { ...box, height: 31 }, joints: standing(12, 12), attributes: { hat: true } }] },
        { seed: 9, people: [{ box, joints: standing(12, 12) }] },
      ],
      other,
    )
    await importFrom(first)
    const before = contents()
    const { source } = await importFrom(second, { rule: 'last' })
    expect(project.tasks.find('keypoints')?.schema).toMatchObject({ joints: [...cocoJoints, 'nose'] })
    expect(project.labels.ofPerson(1).filter(({ task }) => task === 'keypoints')).toHaveLength(2)
    expect(await removeSource(project, source)).toMatchObject({
      images: 1,
      people: 1,
      labels: 3,
      promoted: 1,
      kept: 0,
      tasks: 1,
    })
    expect(contents()).toEqual(before)
    await expect(removeSource(project, source)).rejects.toThrow(code('source-unknown'))
  })
})

describe('labels of two sources for one person and task', () => {
  async function disagree(rule: string): Promise<ImportReport> {
    const at = (x: number, name: string): Promise<string> =>
      writeCoco(path.join(root, name), [{ seed: 1, people: [{ box, joints: standing(x, 12) }] }])
    await importFrom(await at(12, 'a'))
    return importFrom(await at(14, 'b'), { rule })
  }
  const inForce = (): unknown => {
    const [label] = project.labels.currentOf(1)
    return [label.source, label.disputed, label.value?.kind === 'keypoints' ? label.value.joints[1].x : null]
  }

  test('stay both; the first is in force, and the dispute is noted', async () => {
    expect(await disagree('first')).toMatchObject({ conflicts: 1, merged: { people: 1 } })
    expect(inForce()).toEqual([1, true, 12])
    expect(project.labels.ofPerson(1)).toHaveLength(2)
    expect(project.labels.disputed('keypoints')).toEqual([1])
  })

  test('the last is in force where the rule says so, and removing it promotes the first', async () => {
    const { source } = await disagree('last')
    expect(inForce()).toEqual([2, true, 14])
    await removeSource(project, source)
    expect(inForce()).toEqual([1, false, 12])
  })

  test('"ask" is refused without answers and leaves nothing', async () => {
    await expect(disagree('ask')).rejects.toThrow(code('conflicts-unanswered'))
    expect(project.sources.all()).toHaveLength(1)
    const plan = await planImport(project, path.join(root, 'b'), { pool, rule: 'ask' })
    expect(plan.summary.conflictExamples).toMatchObject([
      { label: 1, task: 'keypoints', known: 'a', incomingPrevails: false },
    ])
    await applyImport(plan, { answers: new Map([[1, 'incoming']]) })
    expect(inForce()).toEqual([2, true, 14])
  })

  test("a person's own work survives both a later import and the removal of its source", async () => {
    const at = (x: number, name: string): Promise<string> =>
      writeCoco(path.join(root, name), [{ seed: 1, people: [{ box, joints: standing(x, 12) }] }])
    const { source } = await importFrom(await at(12, 'a'))
    project.transaction(({ labels }) => {
      const mark = { state: 'verified', origin: 'human' } as const
      labels.apply(1, { type: 'set-joint', index: 1, joint: { x: 99, y: 1, v: 2 }, mark }, { by: 'Ann', why: 'wrong' })
    })
    await importFrom(await at(14, 'b'), { rule: 'last' })
    expect(inForce()).toEqual([1, true, 99])
    expect(await removeSource(project, source)).toMatchObject({ kept: 1, labels: 0, people: 0, images: 0 })
    expect(inForce()).toEqual([null, true, 99])
    expect(project.labels.revisions(1)).toMatchObject([{ by: 'Ann', state: 'labelled' }])
  })
})

describe('mappings', () => {
  test('a guess is not applied; the confirmed mapping is', async () => {
    const source = (name: string, attribute: string): Promise<string> =>
      writeCoco(path.join(root, name), [{ seed: 1, people: [{ box, attributes: { hat: false, [attribute]: true } }] }])
    await importFrom(await source('a', 'shirt'))
    const second = await source('b', 'skirt')
    const proposal = await proposeImport(project, second)
    expect(proposal.doubtful).toHaveLength(1)
    const doubtful = await planImport(project, second, { pool })
    await expect(applyImport(doubtful)).rejects.toThrow(code('mapping-doubtful'))
    discardPlan(doubtful)
    const written = JSON.stringify(proposal.mapping).replace('"to":"shirt"', '"to":"skirt"')
    await importFrom(second, { mapping: parseMapping(JSON.parse(written)) })
    expect(project.tasks.find('attributes')?.schema).toMatchObject({ attributes: ['hat', 'shirt', 'skirt'] })
    // The older label says nothing of the new attribute, and nothing is not no.
    expect(project.labels.get(1)?.value).toEqual({ kind: 'attributes', values: [false, true, null] })
  })
})

describe('damaged and hostile sources', () => {
  test('a broken picture, a missing one and one of another size are skipped with reasons; the rest is imported', async () => {
    const one = { people: [{ box, joints: standing(12, 12) }] }
    const source = await writeCoco(path.join(root, 's'), [
      { seed: 1, ...one },
      { seed: 2, ...one },
      { seed: 3, ...one },
      { seed: 4, ...one },
    ])
    const picture = path.join(source, 'images', '1.png')
    const bytes = await readFile(picture)
    await writeFile(picture, bytes.subarray(0, bytes.length / 2))
    await rm(path.join(source, 'images', '2.png'))
    const annotations = path.join(source, 'annotations.json')
    const text = await readFile(annotations, 'utf8')
    await writeFile(annotations, text.replace('"3.png","width":32', '"3.png","width":31'))
    const report = await importFrom(source)
    expect(report.images).toBe(1)
    expect(report.skipped.map(({ reason, count }) => [reason, count]).sort()).toEqual([
      ['image-corrupt', 1],
      ['image-missing', 1],
      ['size-mismatch', 1],
    ])
  })

  test('a link out of the source is skipped, its picture never read', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [{ box }] }])
    await writePicture(path.join(root, 'secret.png'), 8)
    await rm(path.join(source, 'images', '1.png'))
    await symlink(path.join(root, 'secret.png'), path.join(source, 'images', '1.png'))
    const report = await importFrom(source)
    expect(report.images).toBe(0)
    expect(report.skipped).toHaveLength(1)
  })

  test('a source that is broken as a whole is an error, and the project stays as it was', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [{ box }] }])
    await writeFile(path.join(source, 'annotations.json'), '{"images": [{"id": 1, ')
    const before = contents()
    await expect(importFrom(source, { format: 'coco' })).rejects.toThrow()
    await expect(importFrom(path.join(root, 'nowhere'))).rejects.toThrow(code('source-missing'))
    await mkdir(path.join(root, 'empty'))
    await expect(importFrom(path.join(root, 'empty'))).rejects.toThrow(code('format-unknown'))
    expect(contents()).toEqual(before)
  })
})

describe('cancelling', () => {
  test.each(['reading', 'merging'] as const)('while %s leaves nothing, not even a staging file', async (stage) => {
    const images = Array.from({ length: 30 }, (_, seed) => ({ seed, people: [{ box, joints: standing(12, 12) }] }))
    const source = await writeCoco(path.join(root, 's'), images)
    const controller = new AbortController()
    const onProgress = (progress: { stage: string }): void => {
      if (progress.stage === stage) controller.abort()
    }
    await expect(planImport(project, source, { pool, signal: controller.signal, onProgress })).rejects.toThrow()
    expect(await readdir(project.stagingFolder)).toEqual([])
    expect(project.sources.all()).toEqual([])
  })

  test('while writing rolls back, and copied pictures go too', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [{ box, joints: standing(12, 12) }] }])
    const plan = await planImport(project, source, { pool, copy: true })
    const controller = new AbortController()
    const onProgress = (progress: { stage: string }): void => {
      if (progress.stage === 'copying') controller.abort()
    }
    await expect(applyImport(plan, { signal: controller.signal, onProgress })).rejects.toThrow()
    expect(project.sources.all()).toEqual([])
    const left = await readdir(project.imagesFolder, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })

  test('a plan that others overtook is refused', async () => {
    const source = await writeCoco(path.join(root, 's'), [{ seed: 1, people: [{ box, joints: standing(12, 12) }] }])
    const plan = await planImport(project, source, { pool })
    await importFrom(source, { name: 'other' })
    await expect(applyImport(plan)).rejects.toThrow(code('plan-outdated'))
    expect(project.sources.all()).toHaveLength(1)
  })
})

describe('pictures', () => {
  test('copied in, they outlive the source; two files with one content are one image', async () => {
    const one = { people: [{ box, joints: standing(12, 12) }] }
    const source = await writeCoco(path.join(root, 's'), [
      { seed: 1, ...one },
      { seed: 1, ...one },
    ])
    const plan = await planImport(project, source, { pool, copy: true, split: 'test' })
    // The same joints twice in one source are two records of the same task: two people.
    expect(plan.summary.counts).toMatchObject({ images: { new: 1, repeated: 1 }, people: { new: 2, repeated: 0 } })
    const { source: id } = await applyImport(plan)
    await rm(source, { recursive: true })
    const [image] = project.images.list().items
    expect(image).toMatchObject({ copied: true, split: 'test' })
    expect(existsSync(image.file)).toBe(true)
    await removeSource(project, id)
    expect(existsSync(image.file)).toBe(false)
  })

  test('when the source that an image was read from goes, the image is found in the other one', async () => {
    const first = await writeCoco(path.join(root, 'a'), [{ seed: 1, people: [{ box, joints: standing(12, 12) }] }])
    const second = await writeIndexed(path.join(root, 'b'), [1], ['background', 'coat'])
    const { source } = await importFrom(first)
    await importFrom(second)
    await removeSource(project, source)
    expect(project.images.list().items.map(({ file }) => file)).toEqual([path.join(second, 'images', '1.png')])
    expect(project.coverage()).toMatchObject({ images: 1, people: 1, labels: 1 })
    expect(project.people.list().items[0].box).toEqual({ x: 0, y: 0, width: 32, height: 24 })
  })
})

const data = path.resolve(import.meta.dirname, '../../../shared/data')
describe.skipIf(!existsSync(data))('the real datasets (skipped where ../shared/data is absent)', () => {
  test('the first of Clothing Co-Parsing have masks of 59 classes, the background among them', async () => {
    const report = await importFrom(path.join(data, 'ccp'), { limit: 12 })
    expect(report.images).toBe(12)
    const schema = project.tasks.find('parts')?.schema
    expect(schema?.kind === 'parts' ? schema.parts.length : 0).toBe(59)
  })

  test('Leeds Sports Pose lists 10,000 images of which 7,500 are missing', async () => {
    // A copy with a few of the pictures stands for the partly downloaded set: importing all takes seconds.
    const folder = path.join(root, 'lspet')
    await mkdir(path.join(folder, 'images'), { recursive: true })
    await copyFile(path.join(data, 'lspet', 'joints.mat'), path.join(folder, 'joints.mat'))
    for (const name of ['im00001.jpg', 'im00005.jpg']) {
      await copyFile(path.join(data, 'lspet', 'images', name), path.join(folder, 'images', name))
    }
    const report = await importFrom(folder)
    expect(report).toMatchObject({ images: 2, people: 2, labels: { keypoints: 2 } })
    expect(report.skipped).toMatchObject([{ reason: 'image-missing', count: 9998 }])
    const value = project.labels.get(1)?.value
    const joints = value?.kind === 'keypoints' ? value.joints : []
    expect([joints.length, joints[1].x.toFixed(1), joints[1].y.toFixed(1), joints[1].v]).toEqual([
      14,
      '26.0',
      '86.4',
      2,
    ])
  })
})
