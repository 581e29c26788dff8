import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExportDataset, ExportImage, ExportLabel, ExportPerson } from '../../dataset/export.ts'
import type { Joint, LabelState, LabelValue, PartsValue } from '../../dataset/label.ts'
import type { ImageRecord, SourceRecord } from '../../dataset/record.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { cocoFormat } from './read.ts'
import { cocoTarget } from './write.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-coco-write-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const tasks = {
  pose: {
    kind: 'keypoints',
    joints: ['nose', 'left_wrist', 'right_wrist'],
    edges: [
      [0, 1],
      [0, 2],
    ],
    flip: [0, 2, 1],
  },
  body: { kind: 'parts', parts: ['background', 'hair', 'left-arm', 'right-arm'], flip: [0, 1, 3, 2] },
  wear: { kind: 'attributes', attributes: ['hat', 'bag', 'skirt'] },
  look: { kind: 'attributes', attributes: ['old', 'hat'] },
  depth: { kind: 'depth', unit: 'metre' },
  who: { kind: 'identity' },
} as const satisfies Record<string, TaskSchema>

const label = (value: LabelValue, state: LabelState = 'labelled'): ExportLabel => ({
  value,
  state,
  origin: 'imported',
  source: null,
  revisions: [],
})

type DrawnImage = Omit<ExportImage, 'file' | 'id'>

async function datasetOf(
  drawn: readonly DrawnImage[],
  schemas: Record<string, TaskSchema> = tasks,
): Promise<ExportDataset> {
  const file = path.join(folder, 'picture.bin')
  await writeFile(file, 'any picture')
  return {
    name: 'drawn',
    tasks: schemas,
    async *images() {
      for (const [i, image] of drawn.entries()) yield { id: i + 1, file, ...image }
    },
  }
}

async function imagesIn(source: string): Promise<ImageRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of cocoFormat.read(source)) records.push(record)
  expect(records.filter((record) => record.type === 'skipped')).toEqual([])
  return records.filter((record) => record.type === 'image')
}

const size = { width: 9, height: 7 }

/** The image-sized raster of a parts value, so that windows of different extent compare. */
function laidOut(value: LabelValue | undefined): number[] | null {
  if (value?.kind !== 'parts') return null
  const raster = new Array<number>(size.width * size.height).fill(0)
  value.data.forEach((part, i) => {
    raster[(value.top + Math.floor(i / value.width)) * size.width + value.left + (i % value.width)] = part
  })
  return raster
}

const joint: fc.Arbitrary<Joint> = fc.oneof(
  fc.constant<Joint>({ x: 0, y: 0, v: 0 }),
  fc.record({
    x: fc.double({ min: -3, max: 20, noNaN: true }),
    y: fc.integer({ min: 0, max: 7 }),
    v: fc.constantFrom(1, 2),
  }),
)
const mask: fc.Arbitrary<PartsValue> = fc
  .record({ left: fc.integer({ min: 0, max: 4 }), top: fc.integer({ min: 0, max: 3 }) })
  .chain(({ left, top }) =>
    fc
      .array(fc.constantFrom(0, 1, 2, 3, 255), { minLength: 20, maxLength: 20 })
      .filter((data) => data.some((part) => part !== 0))
      .map((data) => ({ kind: 'parts', left, top, width: 5, height: 4, data: Uint8Array.from(data) })),
  )
const flags = (count: number) =>
  fc
    .array(fc.constantFrom(true, false, null), { minLength: count, maxLength: count })
    .filter((values) => values.some((value) => value !== null))
const drawnPerson = fc.record({
  box: fc.record({
    x: fc.integer({ min: 0, max: 3 }),
    y: fc.double({ min: 0, max: 3, noNaN: true }),
    width: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 5 }),
  }),
  pose: fc.option(fc.array(joint, { minLength: 3, maxLength: 3 }).filter((joints) => joints.some(({ v }) => v > 0))),
  body: fc.option(mask),
  wear: fc.option(flags(3)),
  look: fc.option(flags(2)),
})
type DrawnPerson = typeof drawnPerson extends fc.Arbitrary<infer T> ? T : never

function personOf(drawn: DrawnPerson, id: number): ExportPerson {
  const labels: Record<string, ExportLabel> = {}
  if (drawn.pose !== null) labels.pose = label({ kind: 'keypoints', joints: drawn.pose })
  if (drawn.body !== null) labels.body = label(drawn.body)
  if (drawn.wear !== null) labels.wear = label({ kind: 'attributes', values: drawn.wear })
  if (drawn.look !== null) labels.look = label({ kind: 'attributes', values: drawn.look })
  return { id, box: drawn.box, labels }
}

const attributeNames = ['wear/hat', 'bag', 'skirt', 'old', 'look/hat']

const found = (names: readonly string[], values: readonly (boolean | null)[]) =>
  new Map(names.map((name, i): [string, boolean | null] => [name, values[i]]).filter(([, value]) => value !== null))

describe('writing COCO', () => {
  test('and reading it again gives boxes, joints, masks, attributes and splits as they were', async () => {
    let run = 0
    const images = fc.array(
      fc.record({ people: fc.array(drawnPerson, { maxLength: 3 }), split: fc.constantFrom('train', 'val', null) }),
      { minLength: 1, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(images, async (drawn) => {
        const out = path.join(folder, `out ${run++}`)
        const exported = drawn.map(({ people, split }, i) => ({
          ...size,
          name: `a/${i}.jpg`,
          split,
          people: people.map((person, p) => personOf(person, p)),
        }))
        await cocoTarget.write(await datasetOf(exported), out)
        const schema = await cocoFormat.describe(out)
        expect(schema.tasks.keypoints).toEqual(tasks.pose)
        expect(schema.tasks.parts).toEqual(tasks.body)
        const read = new Map((await imagesIn(out)).map((image) => [image.path, image]))
        expect(read.size).toBe(drawn.length)
        drawn.forEach(({ people, split }, i) => {
          const image = read.get(`images/a/${i}.jpg`)
          expect(image).toMatchObject({ size, split })
          expect(image?.people.map((person) => person.box)).toEqual(people.map((person) => person.box))
          people.forEach((person, p) => {
            const labels = image?.people[p].labels ?? {}
            // JSON has no -0.
            const joints = person.pose?.map(({ x, y, v }) => ({ x: x + 0, y: y + 0, v }))
            expect(labels.keypoints).toEqual(joints && { kind: 'keypoints', joints })
            expect(laidOut(labels.parts)).toEqual(laidOut(person.body ?? undefined))
            const values = [...(person.wear ?? [null, null, null]), ...(person.look ?? [null, null])]
            const { attributes } = schema.tasks
            const names = attributes?.kind === 'attributes' ? attributes.attributes : []
            const given = labels.attributes?.kind === 'attributes' ? labels.attributes.values : []
            expect(found(names, given.length > 0 ? given : names.map(() => null))).toEqual(
              found(attributeNames, values),
            )
          })
        })
      }),
      { numRuns: 25 },
    )
  })

  test('gives what other programs expect: 1-based edges, counts, compressed masks, ids that fit', async () => {
    const out = path.join(folder, 'out')
    const person: ExportPerson = {
      id: 77,
      box: null,
      labels: {
        pose: label({
          kind: 'keypoints',
          joints: [
            { x: 2, y: 1, v: 2 },
            { x: 0, y: 0, v: 3 },
            { x: 4, y: 6, v: 1 },
          ],
        }),
        body: label({ kind: 'parts', left: 1, top: 2, width: 2, height: 2, data: Uint8Array.of(1, 1, 0, 2) }),
        depth: label({
          kind: 'depth',
          left: 0,
          top: 0,
          width: 0,
          height: 0,
          scale: 1,
          offset: 0,
          data: new Uint16Array(0),
        }),
        wear: label({ kind: 'attributes', values: [true, null, false] }, 'rejected'),
        who: label({ kind: 'identity', identity: 'x', camera: null }, 'verified'),
      },
    }
    const dataset = await datasetOf([{ ...size, name: 'x.jpg', split: 'val', people: [person] }])
    const report = await cocoTarget.write(dataset, out)
    const written = JSON.parse(await readFile(path.join(out, 'annotations/person_val.json'), 'utf8'))
    expect(written.images).toEqual([{ id: 1, file_name: 'x.jpg', ...size }])
    expect(written.categories).toEqual([
      {
        id: 1,
        name: 'person',
        supercategory: 'person',
        keypoints: tasks.pose.joints,
        skeleton: [
          [1, 2],
          [1, 3],
        ],
      },
      { id: 2, name: 'hair', supercategory: 'person-part' },
      { id: 3, name: 'left-arm', supercategory: 'person-part' },
      { id: 4, name: 'right-arm', supercategory: 'person-part' },
    ])
    expect(written.annotations[0]).toEqual({
      id: 1,
      image_id: 1,
      category_id: 1,
      // The extent of the joints that are placed, because the person has no box.
      bbox: [2, 1, 2, 5],
      area: 3,
      iscrowd: 0,
      // By pycocotools 2.0.11 of the mask with pixels (1, 2), (2, 2) and (2, 3).
      segmentation: { size: [7, 9], counts: '9161W1' },
      keypoints: [2, 1, 2, 0, 0, 0, 4, 6, 1],
      num_keypoints: 2,
    })
    expect(written.annotations.slice(1)).toMatchObject([
      { id: 2, category_id: 2, person_id: 1, bbox: [1, 2, 2, 1], area: 2 },
      { id: 3, category_id: 3, person_id: 1, bbox: [2, 3, 1, 1], area: 1 },
    ])
    expect(report.labels).toEqual({ pose: 1, body: 1 })
    expect(new Map(report.lost.map(({ what, count }) => [what, count]))).toEqual(
      new Map([
        ['labels of depth', 1],
        ['rejected labels of wear', 1],
        ['labels of who', 1],
        ['people without a box', 1],
        ['joints marked as absent', 1],
      ]),
    )
    expect(await readdir(path.join(out, 'annotations'))).toEqual(['person_val.json'])
  })

  test('puts the mask of a person at the person where that is the only part', async () => {
    const out = path.join(folder, 'out')
    const body: TaskSchema = { kind: 'parts', parts: ['background', 'person'], flip: [0, 1] }
    const value: PartsValue = { kind: 'parts', left: 1, top: 1, width: 2, height: 1, data: Uint8Array.of(1, 255) }
    const people = [{ id: 1, box: { x: 0, y: 0, width: 5, height: 5 }, labels: { body: label(value) } }]
    await cocoTarget.write(await datasetOf([{ ...size, name: 'x.jpg', split: null, people }], { body }), out)
    expect((await cocoFormat.describe(out)).tasks).toEqual({ parts: body })
    expect((await imagesIn(out))[0].people[0].labels.parts).toEqual(value)
  })

  test('of no images is still a COCO file', async () => {
    const out = path.join(folder, 'out')
    await cocoTarget.write(await datasetOf([]), out)
    expect((await cocoFormat.describe(out)).images).toBe(0)
  })

  test('that is cancelled or fails leaves nothing', async () => {
    const images = ['1.jpg', '2.jpg', '3.jpg'].map((name) => ({ ...size, name, split: null, people: [] }))
    const dataset = await datasetOf(images)
    const control = new AbortController()
    const stop = { signal: control.signal, onProgress: (done: number) => done === 2 && control.abort() }
    await expect(cocoTarget.write(dataset, path.join(folder, 'out'), stop)).rejects.toThrow('abort')
    const twice = await datasetOf([images[0], images[0]])
    await expect(cocoTarget.write(twice, path.join(folder, 'out'))).rejects.toMatchObject({ code: 'export-name-taken' })
    expect(await readdir(folder)).toEqual(['picture.bin'])
  })
})
