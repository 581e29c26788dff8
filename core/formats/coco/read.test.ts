import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ImageRecord, PersonRecord, SourceRecord } from '../../dataset/record.ts'
import type { ReadOptions } from '../format.ts'
import { loadSkeleton } from '../skeletons.ts'
import { cocoFormat } from './read.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-coco-read-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const coco17 = loadSkeleton('coco-17')
const personCategory = {
  id: 1,
  name: 'person',
  supercategory: 'person',
  keypoints: coco17.joints,
  skeleton: coco17.edges.map(([from, to]) => [from + 1, to + 1]),
}

async function put(name: string, content: unknown): Promise<void> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
}

async function readAll(options?: ReadOptions, source = folder): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of cocoFormat.read(source, options)) records.push(record)
  return records
}

const imagesOf = (records: readonly SourceRecord[]): ImageRecord[] =>
  records.filter((record) => record.type === 'image')
const skippedOf = (records: readonly SourceRecord[]): string[] =>
  records.filter((record) => record.type === 'skipped').map(({ reason, where }) => `${reason} ${where}`)

/** The people of image 1, which is 6 wide and 4 high. */
async function peopleOf(
  annotations: readonly object[],
  categories: readonly object[] = [personCategory],
  options?: ReadOptions,
): Promise<{ readonly people: readonly PersonRecord[]; readonly skipped: readonly string[] }> {
  await put('a.jpg', '')
  await put('a.json', {
    // Annotations stand before the images here: the order of the lists is free.
    annotations: annotations.map((annotation) => ({ image_id: 1, category_id: 1, ...annotation })),
    categories,
    images: [{ id: 1, file_name: 'a.jpg', width: 6, height: 4 }],
  })
  const records = await readAll(options)
  return { people: imagesOf(records).flatMap((image) => image.people), skipped: skippedOf(records) }
}

const joints = (...first: readonly number[]): number[] => [...first, ...new Array<number>(51 - first.length).fill(0)]

/** Rows of a parts value as digits, laid into the 6×4 image. */
function rowsOf(person: PersonRecord): string[] {
  const value = person.labels.parts
  if (value?.kind !== 'parts') return []
  const rows = Array.from({ length: 4 }, () => new Array<string>(6).fill('.'))
  value.data.forEach((part, i) => {
    const symbol = part === 255 ? '?' : String(part)
    rows[value.top + Math.floor(i / value.width)][value.left + (i % value.width)] = part === 0 ? '.' : symbol
  })
  return rows.map((row) => row.join(''))
}

const rectangle = (x: number, y: number, width: number, height: number): number[][] => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
]

describe('COCO keypoints', () => {
  test('have 0-based edges and the pairs of the 17 joints', async () => {
    await put('a.json', { images: [], annotations: [], categories: [personCategory] })
    const { tasks } = await cocoFormat.describe(folder)
    expect(tasks).toEqual({ keypoints: coco17 })
    expect(coco17.edges[0]).toEqual([15, 13])
    expect(coco17.flip).toEqual([0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15])
  })

  test('keep not labelled, hidden and visible apart, and junk coordinates of the first out', async () => {
    const { people, skipped } = await peopleOf([
      { id: 5, bbox: [1, 1, 4.5, 3], num_keypoints: 2, keypoints: joints(9, 9, 0, 1.5, 2, 1, 3, 1, 2) },
    ])
    expect(skipped).toEqual([])
    expect(people[0].box).toEqual({ x: 1, y: 1, width: 4.5, height: 3 })
    const { keypoints } = people[0].labels
    expect(keypoints.kind === 'keypoints' && keypoints.joints.slice(0, 4)).toEqual([
      { x: 0, y: 0, v: 0 },
      { x: 1.5, y: 2, v: 1 },
      { x: 3, y: 1, v: 2 },
      { x: 0, y: 0, v: 0 },
    ])
  })

  test('of a person that nobody annotated are no label', async () => {
    const { people } = await peopleOf([{ id: 1, bbox: [0, 0, 2, 2], num_keypoints: 0, keypoints: joints() }])
    expect(people).toEqual([{ key: '1', box: { x: 0, y: 0, width: 2, height: 2 }, labels: {} }])
  })

  test('with a wrong num_keypoints are kept and reported', async () => {
    const { people, skipped } = await peopleOf([{ id: 1, num_keypoints: 3, keypoints: joints(1, 1, 2) }])
    expect(Object.keys(people[0].labels)).toEqual(['keypoints'])
    expect(skipped).toEqual([expect.stringMatching(/^joint-count-ignored a\.json: annotation 1/)])
  })

  test.each([
    ['too few', [1, 1, 2]],
    ['an unknown visibility', joints(1, 1, 3)],
    ['a coordinate of 10³⁰⁰', joints(1e300, 1, 2)],
    ['words', ['a', 'b', 'c']],
  ])('that are %s cost only this label', async (_, keypoints) => {
    const { people, skipped } = await peopleOf([{ id: 1, bbox: [0, 0, 2, 2], keypoints }])
    expect(people).toHaveLength(1)
    expect(people[0].labels).toEqual({})
    expect(skipped).toEqual([expect.stringMatching(/^label-corrupt a\.json: annotation 1, byte \d+$/)])
  })

  test('without names are COCO’s when there are 17 and take the skeleton that the option names', async () => {
    const annotation = (count: number) => ({ id: 1, keypoints: [1, 1, 2, ...new Array<number>(3 * count - 3).fill(0)] })
    const unnamed = [{ id: 1, name: 'person', keypoints: [] }]
    await peopleOf([annotation(17)], unnamed)
    expect((await cocoFormat.describe(folder)).tasks.keypoints).toEqual(coco17)
    await peopleOf([annotation(14)], unnamed)
    const { keypoints } = (await cocoFormat.describe(folder)).tasks
    expect(keypoints.kind === 'keypoints' && keypoints.joints[13]).toBe('joint_14')
    const options = { options: { skeleton: 'crowdpose-14' } }
    expect((await cocoFormat.describe(folder, options)).tasks.keypoints).toEqual(loadSkeleton('crowdpose-14'))
    await expect(cocoFormat.describe(folder, { options: { skeleton: 'coco-17' } })).rejects.toMatchObject({
      code: 'coco-skeleton',
    })
  })
})

describe('COCO masks', () => {
  // Columns of the 6×4 image: pixels (x 1, y 0…1) and (x 2, y 0…1).
  const counts = [4, 2, 2, 2, 14]

  test.each([
    ['polygons', rectangle(1, 0, 2, 2), 0],
    ['plain run lengths', { size: [4, 6], counts }, 1],
    ['plain run lengths with iscrowd 0', { size: [4, 6], counts }, 0],
    ['compressed run lengths', { size: [4, 6], counts: '4220<' }, 0],
  ])('as %s are the person where no category is a part', async (_, segmentation, iscrowd) => {
    const { people } = await peopleOf([{ id: 1, segmentation, iscrowd }])
    expect((await cocoFormat.describe(folder)).tasks.parts).toEqual({
      kind: 'parts',
      parts: ['background', 'person'],
      flip: [0, 1],
    })
    expect(rowsOf(people[0])).toEqual(['.11...', '.11...', '......', '......'])
    expect(people[0].labels.parts).toMatchObject({ left: 1, top: 0, width: 2, height: 2 })
  })

  test('that cover a crowd are no person, unless the file calls every mask a crowd', async () => {
    const crowd = { segmentation: { size: [4, 6], counts }, iscrowd: 1 }
    const single = { segmentation: rectangle(0, 0, 1, 1), iscrowd: 0 }
    const mixed = await peopleOf([
      { id: 1, ...crowd },
      { id: 2, ...single },
    ])
    expect(mixed.people.map((person) => person.key)).toEqual(['2'])
    expect(mixed.skipped).toEqual([expect.stringMatching(/^crowd-region a\.json: annotation 1/)])
    expect((await peopleOf([{ id: 1, ...crowd }])).people).toHaveLength(1)
  })

  const clothes = [
    { id: 1, name: 'person' },
    { id: 2, name: 'coat', supercategory: 'clothes' },
    { id: 3, name: 'belt', supercategory: 'clothes' },
  ]

  test('of clothes become parts, the small over the large, of the person that contains them', async () => {
    const { people, skipped } = await peopleOf(
      [
        { id: 1, bbox: [0, 0, 3, 4] },
        { id: 2, bbox: [3, 0, 3, 4] },
        { id: 3, category_id: 3, bbox: [0, 1, 3, 1], segmentation: rectangle(0, 1, 3, 1) },
        { id: 4, category_id: 2, bbox: [0, 0, 3, 3], segmentation: rectangle(0, 0, 3, 3) },
        { id: 5, category_id: 2, bbox: [3, 2, 2, 2], segmentation: rectangle(3, 2, 2, 2) },
      ],
      clothes,
    )
    expect(skipped).toEqual([])
    expect(rowsOf(people[0])).toEqual(['111...', '222...', '111...', '......'])
    expect(rowsOf(people[1])).toEqual(['......', '......', '...11.', '...11.'])
  })

  test('of clothes go to the person that they name, wherever they lie', async () => {
    const { people } = await peopleOf(
      [
        { id: 1, bbox: [0, 0, 3, 4] },
        { id: 2, bbox: [3, 0, 3, 4] },
        { id: 3, category_id: 2, bbox: [0, 0, 1, 1], segmentation: rectangle(0, 0, 1, 1), person_id: 2 },
      ],
      clothes,
    )
    expect(Object.keys(people[0].labels)).toEqual([])
    expect(rowsOf(people[1])[0]).toBe('1.....')
  })

  test('of clothes that no person contains are reported', async () => {
    const coat = { id: 3, category_id: 2, bbox: [5, 0, 1, 1], segmentation: rectangle(5, 0, 1, 1) }
    const { skipped } = await peopleOf([{ id: 1, bbox: [0, 0, 2, 2] }, { id: 2, bbox: [2, 0, 2, 2] }, coat], clothes)
    expect(skipped).toEqual([expect.stringMatching(/^part-unassigned a\.json: annotation 3/)])
  })

  test('of clothes without people in the file are one person an image', async () => {
    const coat = { id: 3, category_id: 2, segmentation: rectangle(0, 0, 2, 1) }
    const { people } = await peopleOf([coat], clothes.slice(1))
    expect(people).toHaveLength(1)
    expect(rowsOf(people[0])[0]).toBe('11....')
  })

  test('of things are no parts of people', async () => {
    const things = [
      { id: 1, name: 'person', supercategory: 'person' },
      { id: 2, name: 'car', supercategory: 'vehicle' },
      { id: 3, name: 'dog', supercategory: 'animal' },
      { id: 4, name: 'hat', supercategory: 'accessory' },
    ]
    const car = { id: 2, category_id: 2, segmentation: rectangle(0, 0, 6, 4) }
    const { people } = await peopleOf([{ id: 1, segmentation: rectangle(0, 0, 1, 1) }, car], things)
    expect(people).toHaveLength(1)
    expect(rowsOf(people[0])[0]).toBe('1.....')
    const chosen = await peopleOf([{ id: 1 }, { ...car, category_id: 4 }], things, { options: { parts: 'hat' } })
    expect(rowsOf(chosen.people[0])[0]).toBe('111111')
  })

  test.each([
    ['runs that do not sum to the area', { size: [4, 6], counts: [4, 2] }],
    ['another size than the image', { size: [6, 4], counts: [24] }],
    ['a size of 10⁹ × 10⁹', { size: [1e9, 1e9], counts: '0' }],
    ['text that is no run lengths', { size: [4, 6], counts: '\u00ff' }],
    ['a polygon of two points', [[1, 1, 2, 2]]],
    ['a polygon of words', [['a', 'b', 'c', 'd', 'e', 'f']]],
    ['a polygon that goes round the world', [[1e300, 1, 2, 2, 3, 3]]],
    ['a number', { size: 3, counts: 4 }],
  ])('with %s cost only this label', async (_, segmentation) => {
    const { people, skipped } = await peopleOf([{ id: 1, bbox: [0, 0, 2, 2], segmentation }])
    expect(people).toHaveLength(1)
    expect(people[0].labels).toEqual({})
    expect(skipped).toEqual([expect.stringMatching(/^label-corrupt a\.json: annotation 1, /)])
  })

  test('that ask for hours of work with few bytes are given up soon', async () => {
    const polygon = Array.from({ length: 20_000 }, (_, i) => (i % 4 < 2 ? -9e5 : 9e5))
    const begin = performance.now()
    const { skipped } = await peopleOf([{ id: 1, segmentation: [polygon] }])
    expect(skipped).toHaveLength(1)
    expect(performance.now() - begin).toBeLessThan(3000)
  })
})

describe('COCO attributes', () => {
  test('are yes, no and not annotated', async () => {
    const { people } = await peopleOf([
      { id: 1, attributes: { hat: true, bag: false, occluded: true, colour: 'red' } },
      { id: 2, attributes: { bag: true } },
      { id: 3 },
    ])
    expect((await cocoFormat.describe(folder)).tasks.attributes).toEqual({
      kind: 'attributes',
      attributes: ['hat', 'bag'],
    })
    expect(people.map((person) => person.labels.attributes)).toEqual([
      { kind: 'attributes', values: [true, false] },
      { kind: 'attributes', values: [null, true] },
      undefined,
    ])
  })
})

describe('a COCO folder', () => {
  const one = (fileName: string) => ({
    images: [{ id: 1, file_name: fileName, width: 6, height: 4 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 1, 1] }],
    categories: [personCategory],
  })

  test('with a file for each split gives each image its split, and pictures of one name stay apart', async () => {
    await put('annotations/person_keypoints_train2017.json', one('1.jpg'))
    await put('annotations/person_keypoints_val2017.json', one('1.jpg'))
    await put('annotations/captions_val2017.json', one('1.jpg'))
    await put('images/val2017/1.jpg', '')
    await put('images/train2017/1.jpg', '')
    expect((await cocoFormat.detect(folder))?.confidence).toBe(0.95)
    expect((await cocoFormat.describe(folder)).images).toBe(2)
    expect(imagesOf(await readAll()).map(({ path: file, split }) => [file, split])).toEqual([
      ['images/train2017/1.jpg', 'train'],
      ['images/val2017/1.jpg', 'val'],
    ])
    expect(imagesOf(await readAll({ limit: 1 }))).toHaveLength(1)
  })

  test('of something else is not COCO', async () => {
    await put('package.json', { name: 'x', images: 3 })
    await put('list.json', '[{"images": []}]')
    expect(await cocoFormat.detect(folder)).toBeNull()
    await expect(cocoFormat.describe(folder)).rejects.toMatchObject({ code: 'coco-not-found' })
  })

  test('may be named by its file', async () => {
    await put('a.json', one('1.jpg'))
    await put('1.jpg', '')
    expect(imagesOf(await readAll({}, path.join(folder, 'a.json')))).toHaveLength(1)
  })

  test('whose categories are no people says which option helps', async () => {
    await put('a.json', { ...one('1.jpg'), categories: [{ id: 1, name: 'teapot' }] })
    await expect(cocoFormat.describe(folder)).rejects.toMatchObject({ code: 'coco-no-people' })
    expect((await cocoFormat.describe(folder, { options: { people: 'Teapot' } })).tasks).toEqual({})
  })

  test('never leads outside itself', async () => {
    const source = path.join(folder, 'source')
    await put('secret.jpg', '')
    await put('source/in.jpg', '')
    await symlink(path.join(folder, 'secret.jpg'), path.join(source, 'link.jpg'))
    const names = [
      '../secret.jpg',
      path.join(folder, 'secret.jpg'),
      'link.jpg',
      'a/../../secret.jpg',
      '..\\secret.jpg',
      'in.jpg',
    ]
    await put('source/a.json', {
      images: names.map((name, id) => ({ id, file_name: name, width: 6, height: 4 })),
      annotations: [],
      categories: [personCategory],
    })
    const records = await readAll({}, source)
    expect(imagesOf(records).map((image) => image.path)).toEqual(['in.jpg'])
    expect(records.filter((record) => record.type === 'skipped').map((record) => record.reason)).toEqual(
      new Array<string>(5).fill('path-outside'),
    )
  })

  test('reports what it passes over and reads the rest', async () => {
    await put('1.jpg', '')
    await put(
      'a.json',
      `{"images":[{"id":1,"file_name":"1.jpg","width":6,"height":4},{"id":1,"file_name":"1.jpg"},
        {"id":2,"file_name":"gone.jpg"},{"id":3,"file_name":"1.jpg","width":1e9,"height":1e9},{"file_name":"1.jpg"},7],
       "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,1,1]},{"id":1,"image_id":1,"category_id":1},
        {"id":2,"image_id":1,"category_id":1,"bbox":[NaN,0,1,1]},{"id":3,"image_id":99,"category_id":1},
        {"id":4,"image_id":1,"category_id":1,"bbox":[0,0,"1",1]},{"id":5,"image_id":1}],
       "categories":[{"id":1,"name":"person"}]}`,
    )
    const records = await readAll()
    expect(imagesOf(records)).toHaveLength(1)
    expect(imagesOf(records)[0].people.map((person) => person.key)).toEqual(['1', '4'])
    expect(skippedOf(records).map((text) => text.split(' ')[0])).toEqual([
      'duplicate-id',
      'image-corrupt',
      'image-corrupt',
      'duplicate-id',
      'annotation-corrupt',
      'image-unknown',
      'box-corrupt',
      'annotation-corrupt',
      'image-missing',
      'image-corrupt',
    ])
  })

  test.each([
    ['cut', '{"images":[{"id":1,"file_name":"1.jpg"}],"annotations":[{"id":1', 'json-damaged'],
    ['without images', '{"categories":[],"annotations":[]}', 'coco-invalid'],
    ['whose images are no list', '{"images":{},"categories":[],"annotations":[]}', 'coco-invalid'],
    ['with a damaged category', '{"images":[],"annotations":[],"categories":[{"id":}]}', 'coco-invalid'],
    ['nested a million deep', `{"images":[],"annotations":[${'['.repeat(1e6)}`, 'json-damaged'],
  ])('%s fails with the name of the file, and leaves nothing', async (_, text, code) => {
    await put('a.json', text)
    const options = { options: { annotations: 'a.json' } }
    const scratch = path.join(folder, 'scratch')
    await mkdir(scratch)
    vi.stubEnv('TMPDIR', scratch)
    await expect(readAll(options)).rejects.toMatchObject({ code, message: expect.stringContaining('a.json') })
    expect(await readdir(scratch)).toEqual([])
  })

  test('of 50 MB is read in a heap of 40 MB', async () => {
    await put('1.jpg', '')
    const file = await open(path.join(folder, 'a.json'), 'w')
    const note = 'two thousand bytes that nobody needs '.repeat(55)
    await file.writeFile('{"annotations":[')
    for (let block = 0; block < 25; block++) {
      // Annotations of one image lie far apart.
      const lines = Array.from({ length: 1000 }, (_, i) => {
        const id = block * 1000 + i
        return `{"id":${id},"image_id":${id % 5000},"category_id":1,"bbox":[1,1,5,5],"note":"${note}"}`
      })
      await file.writeFile(`${block === 0 ? '' : ','}${lines.join(',')}`)
    }
    const images = Array.from({ length: 5000 }, (_, id) => `{"id":${id},"file_name":"1.jpg","width":99,"height":99}`)
    await file.writeFile(`],"images":[${images.join(',')}],"categories":[{"id":1,"name":"person"}]}`)
    expect((await file.stat()).size).toBeGreaterThan(50e6)
    await file.close()
    const program = `
      import { cocoFormat } from ${JSON.stringify(fileURLToPath(new URL('./read.ts', import.meta.url)))}
      let people = 0, images = 0
      for await (const record of cocoFormat.read(${JSON.stringify(folder)}, { limit: 500 })) {
        if (record.type === 'image') { images++; people += record.people.length }
      }
      console.log(images, people)`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=40',
      '--input-type=module-typescript',
      '--eval',
      program,
    ])
    expect(stdout.trim()).toBe('500 2500')
  })
})

describe('datasets in the form of COCO', () => {
  test('such as CrowdPose keep their own joints, top of head and neck last', async () => {
    const { joints: names, edges } = loadSkeleton('crowdpose-14')
    const category = { id: 1, name: 'person', keypoints: names, skeleton: edges.map(([a, b]) => [a + 1, b + 1]) }
    const pose = [...new Array<number>(36).fill(0), 3, 0, 2, 3, 1, 1]
    const { people } = await peopleOf([{ id: 1, num_keypoints: 2, keypoints: pose }], [category])
    expect((await cocoFormat.describe(folder)).tasks.keypoints).toEqual(loadSkeleton('crowdpose-14'))
    const { keypoints } = people[0].labels
    expect(keypoints.kind === 'keypoints' && keypoints.joints.slice(12)).toEqual([
      { x: 3, y: 0, v: 2 },
      { x: 3, y: 1, v: 1 },
    ])
  })

  test('such as Halpe may number their joints instead of naming them', async () => {
    const pose = [1, 1, 2, ...new Array<number>(3 * 135).fill(0)]
    await peopleOf([{ id: 1, keypoints: pose }], [{ id: 1, name: 'person', supercategory: 'person' }])
    const { keypoints } = (await cocoFormat.describe(folder)).tasks
    expect(keypoints.kind === 'keypoints' && [keypoints.joints.length, keypoints.joints[135]]).toEqual([
      136,
      'joint_136',
    ])
  })

  test('written with 0-based edges are understood', async () => {
    const joints3 = ['nose', 'left_eye', 'right_eye']
    const category = {
      id: 1,
      name: 'person',
      keypoints: joints3,
      skeleton: [
        [0, 1],
        [0, 2],
        [2, 9],
      ],
    }
    await put('a.json', { images: [], annotations: [], categories: [category] })
    const { keypoints } = (await cocoFormat.describe(folder)).tasks
    expect(keypoints).toEqual({
      kind: 'keypoints',
      joints: joints3,
      edges: [
        [0, 1],
        [0, 2],
      ],
      flip: [0, 2, 1],
    })
  })

  test('that disagree about joints say how to read one alone', async () => {
    const file = (names: readonly string[]) => ({
      images: [],
      annotations: [],
      categories: [{ id: 1, name: 'person', keypoints: names }],
    })
    await put('a.json', file(['nose']))
    await put('b.json', file(['neck']))
    await expect(cocoFormat.describe(folder)).rejects.toMatchObject({ code: 'coco-skeleton' })
    const { tasks } = await cocoFormat.describe(folder, { options: { annotations: 'b.json' } })
    expect(tasks.keypoints).toMatchObject({ joints: ['neck'] })
  })
})
