import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExportDataset, ExportImage, ExportLabel } from '../../dataset/export.ts'
import { labelOrigins, labelStates, splits, type LabelValue, type Visibility } from '../../dataset/label.ts'
import type { ImageRecord, LabelRevision, SourceRecord } from '../../dataset/record.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { bundleFormat } from './read.ts'
import { bundleTarget } from './write.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-bundle-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const tasks = {
  clothes: { kind: 'attributes', attributes: ['hat', 'long sleeves', 'Tasche ü'] },
  who: { kind: 'identity' },
  pose: { kind: 'keypoints', joints: ['left', 'right', 'nose'], edges: [[0, 2]], flip: [1, 0, 2] },
  parts: { kind: 'parts', parts: ['background', 'left arm', 'right arm'], flip: [0, 2, 1] },
  depth: { kind: 'depth', unit: 'metre' },
  surface: { kind: 'normals' },
  shape: {
    kind: 'vector',
    components: ['a', 'b'],
    groups: [{ name: 'all', start: 0, length: 2 }],
    flip: { permutation: [1, 0], sign: [1, -1] },
  },
} as const satisfies Record<string, TaskSchema>

/** fast-check also draws objects without prototype, which no reader makes. */
const record = <T extends object>(entries: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(entries, { noNullPrototype: true })

const coordinate = fc.double({ min: -1e4, max: 1e4 })
const window = record({
  left: fc.integer({ min: -5, max: 50 }),
  top: fc.integer({ min: -5, max: 50 }),
  width: fc.integer({ min: 0, max: 6 }),
  height: fc.integer({ min: 0, max: 6 }),
})
const visibility = fc.constantFrom<Visibility>(0, 1, 2, 3)

const values: Readonly<Record<keyof typeof tasks, fc.Arbitrary<LabelValue>>> = {
  clothes: fc
    .array(fc.constantFrom(true, false, null), { minLength: 3, maxLength: 3 })
    .map((entries) => ({ kind: 'attributes', values: entries })),
  who: record({ identity: fc.option(fc.string({ unit: 'grapheme' })), camera: fc.option(fc.integer()) }).map(
    (identity) => ({ kind: 'identity', ...identity }),
  ),
  pose: fc
    .array(record({ x: coordinate, y: coordinate, v: visibility }), { minLength: 3, maxLength: 3 })
    .map((joints) => ({ kind: 'keypoints', joints })),
  parts: window.chain((at) =>
    fc
      .array(fc.constantFrom(0, 1, 2, 255), { minLength: at.width * at.height, maxLength: at.width * at.height })
      .map((data) => ({ kind: 'parts', ...at, data: Uint8Array.from(data) })),
  ),
  depth: window.chain((at) =>
    record({
      data: fc.uint16Array({ minLength: at.width * at.height, maxLength: at.width * at.height }),
      scale: fc.double({ noNaN: true }),
      offset: fc.double(),
    }).map((raster) => ({ kind: 'depth', ...at, ...raster })),
  ),
  // Lines are checked against what a direction can be: of length 1 or none.
  surface: window.chain((at) =>
    fc
      .array(fc.constantFrom([0, 0, 0], [32768, 32768, 65535], [1, 32768, 32768], [52428, 32768, 58982]), {
        minLength: at.width * at.height,
        maxLength: at.width * at.height,
      })
      .map((pixels) => ({ kind: 'normals', ...at, data: Uint16Array.from(pixels.flat()) })),
  ),
  shape: fc.float32Array({ minLength: 2, maxLength: 2 }).map((entries) => ({ kind: 'vector', values: entries })),
}

const label = (task: keyof typeof tasks): fc.Arbitrary<ExportLabel> => {
  const origin = fc.constantFrom(...labelOrigins)
  const state = fc.constantFrom(...labelStates)
  const at = fc.constantFrom('2026-01-02T03:04:05.678Z', '1999-12-31T23:59:59.000Z')
  const text = fc.string({ unit: 'grapheme' })
  const revision: fc.Arbitrary<LabelRevision> = record({
    at,
    by: text,
    why: text,
    origin,
    state,
    value: fc.option(values[task]),
  })
  const revisions = fc.array(revision, { maxLength: 3 })
  return record({ value: values[task], state, origin, source: fc.option(text), revisions })
}

const person = record({
  box: fc.option(record({ x: coordinate, y: coordinate, width: coordinate, height: coordinate })),
  labels: fc.record(
    {
      clothes: label('clothes'),
      who: label('who'),
      pose: label('pose'),
      parts: label('parts'),
      depth: label('depth'),
      shape: label('shape'),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
})

const image = record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 4000 }),
  split: fc.option(fc.constantFrom(...splits)),
  people: fc.array(person, { maxLength: 3 }),
})
type DrawnImage = typeof image extends fc.Arbitrary<infer T> ? T : never

/** The drawn images as an export whose pictures are small files of their own bytes. */
async function exportOf(drawn: readonly DrawnImage[], pictures: string): Promise<ExportDataset> {
  await mkdir(pictures, { recursive: true })
  const images: ExportImage[] = []
  for (const [i, { people, ...rest }] of drawn.entries()) {
    const file = path.join(pictures, `${i}.bin`)
    await writeFile(file, `picture ${i}`)
    const numbered = people.map((entry, p) => ({ id: 10 * i + p, ...entry }))
    images.push({ id: i + 1, file, name: `source ${i % 2}/${i}.jpg`, ...rest, people: numbered })
  }
  return {
    name: 'everything',
    tasks,
    async *images() {
      yield* images
    },
  }
}

async function readAll(source: string): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of bundleFormat.read(source)) records.push(record)
  return records
}

const onePerson: DrawnImage = {
  width: 40,
  height: 30,
  split: 'train',
  people: [
    {
      box: { x: 1, y: 2, width: 3.5, height: 4 },
      labels: {
        clothes: {
          value: { kind: 'attributes', values: [true, false, null] },
          state: 'labelled',
          origin: 'imported',
          source: 'CCP',
          revisions: [],
        },
        parts: {
          value: { kind: 'parts', left: 1, top: 1, width: 2, height: 2, data: Uint8Array.of(0, 1, 2, 255) },
          state: 'verified',
          origin: 'human',
          source: null,
          revisions: [],
        },
      },
    },
  ],
}

describe('a bundle', () => {
  test('gives back every label, state, origin, source and revision as it was', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(image, { maxLength: 4 }), async (drawn) => {
        const out = path.join(folder, `out ${run++}`)
        const dataset = await exportOf(drawn, path.join(folder, 'pictures'))
        const report = await bundleTarget.write(dataset, out)
        expect(report.lost).toEqual([])
        expect(report.images).toBe(drawn.length)
        const schema = await bundleFormat.describe(out)
        expect(schema.tasks).toEqual(tasks)
        expect(schema.images).toBe(drawn.length)
        const records = await readAll(out)
        const expected: ImageRecord[] = drawn.map(({ width, height, split, people }, i) => ({
          type: 'image',
          path: `pictures/source ${i % 2}/${i}.jpg`,
          size: { width, height },
          split,
          people: people.map(({ box, labels }, p) => {
            const given = Object.entries(labels).filter((entry) => entry[1] !== undefined)
            return {
              key: String(10 * i + p),
              box,
              labels: Object.fromEntries(given.map(([task, entry]) => [task, entry.value])),
              provenance: Object.fromEntries(
                given.map(([task, { state, origin, source, revisions }]) => [
                  task,
                  { state, origin, source, revisions },
                ]),
              ),
            }
          }),
        }))
        // toStrictEqual tells -0 from 0, NaN from null and typed arrays from lists.
        expect(records).toStrictEqual(expected)
      }),
      { numRuns: 25 },
    )
  })

  test('keeps the numbers that JSON has no words for', async () => {
    const numbers = [NaN, Infinity, -Infinity, -0, 0.1, 2 ** -140]
    for (let i = 0; i < numbers.length; i += 2) {
      const value: LabelValue = { kind: 'vector', values: Float32Array.from(numbers.slice(i, i + 2)) }
      const shape: ExportLabel = { value, state: 'labelled', origin: 'model', source: null, revisions: [] }
      const out = path.join(folder, `out ${i}`)
      const drawn: DrawnImage = { ...onePerson, people: [{ box: null, labels: { shape } }] }
      await bundleTarget.write(await exportOf([drawn], path.join(folder, 'pictures')), out)
      const [read] = await readAll(out)
      expect(read.type === 'image' && read.people[0].labels.shape).toStrictEqual(value)
    }
  })

  test('is recognised by its description, and a foreign bundle.json is not', async () => {
    const out = path.join(folder, 'out')
    await bundleTarget.write(await exportOf([onePerson], path.join(folder, 'pictures')), out)
    expect((await bundleFormat.detect(out))?.confidence).toBe(1)
    expect(await bundleFormat.detect(folder)).toBeNull()
    await writeFile(path.join(folder, 'bundle.json'), '{"modules": []}')
    expect(await bundleFormat.detect(folder)).toBeNull()
  })

  test('writes into an empty folder but never over anything', async () => {
    const dataset = await exportOf([onePerson], path.join(folder, 'pictures'))
    await mkdir(path.join(folder, 'empty'))
    await bundleTarget.write(dataset, path.join(folder, 'empty'))
    await expect(bundleTarget.write(dataset, path.join(folder, 'empty'))).rejects.toMatchObject({
      code: 'output-exists',
    })
  })

  test('that fails or is cancelled leaves nothing', async () => {
    const dataset = await exportOf([onePerson, onePerson, onePerson], path.join(folder, 'pictures'))
    const control = new AbortController()
    const cancelled = bundleTarget.write(dataset, path.join(folder, 'out'), {
      signal: control.signal,
      onProgress: () => control.abort(),
    })
    await expect(cancelled).rejects.toThrow('abort')
    await rm(path.join(folder, 'pictures', '2.bin'))
    await expect(bundleTarget.write(dataset, path.join(folder, 'out'))).rejects.toMatchObject({
      code: 'picture-unreadable',
    })
    expect(await readdir(folder)).toEqual(['pictures'])
  })

  test.each(['../escape.jpg', '/etc/x.jpg', 'a//b.jpg', 'a\\..\\b.jpg', 'C:/x.jpg', './x.jpg', ''])(
    'does not write a picture named %j',
    async (name) => {
      const dataset = await exportOf([onePerson], path.join(folder, 'pictures'))
      const renamed: ExportDataset = {
        ...dataset,
        async *images() {
          for await (const entry of dataset.images()) yield { ...entry, name }
        },
      }
      await expect(bundleTarget.write(renamed, path.join(folder, 'out'))).rejects.toMatchObject({
        code: 'export-name-unsafe',
      })
      expect(await readdir(folder)).toEqual(['pictures'])
    },
  )
})

describe('a damaged bundle', () => {
  let out: string
  beforeEach(async () => {
    out = path.join(folder, 'out')
    await bundleTarget.write(await exportOf([onePerson, onePerson, onePerson], path.join(folder, 'pictures')), out)
  })
  const editLine = async (index: number, edit: (line: string) => string): Promise<void> => {
    const file = path.join(out, 'images.jsonl')
    const lines = (await readFile(file, 'utf8')).split('\n')
    lines[index] = edit(lines[index])
    await writeFile(file, lines.join('\n'))
  }
  const reasons = async (): Promise<string[]> =>
    (await readAll(out)).map((record) => (record.type === 'image' ? 'image' : `${record.reason} ${record.where}`))

  test('loses only the damaged line, and says which', async () => {
    await editLine(1, (line) => line.slice(0, 100))
    expect(await reasons()).toEqual(['image', 'line-damaged images.jsonl:2', 'image', 'file-changed images.jsonl'])
  })

  test('of which the end is missing says how many images are', async () => {
    const file = path.join(out, 'images.jsonl')
    await writeFile(file, `${(await readFile(file, 'utf8')).split('\n')[0]}\n`)
    expect(await reasons()).toEqual(['image', 'file-changed images.jsonl', 'records-missing images.jsonl'])
  })

  test('does not give labels for a picture that was exchanged or removed', async () => {
    await writeFile(path.join(out, 'pictures/source 0/0.jpg'), 'another 0')
    await rm(path.join(out, 'pictures/source 1/1.jpg'))
    expect(await reasons()).toEqual([
      'hash-mismatch pictures/source 0/0.jpg',
      'image-missing pictures/source 1/1.jpg',
      'image',
    ])
  })

  test('loses only the labels whose asset was changed', async () => {
    const [fan] = await readdir(path.join(out, 'assets'))
    const [asset] = await readdir(path.join(out, 'assets', fan))
    const file = path.join(out, 'assets', fan, asset)
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.of(0)]))
    const records = await readAll(out)
    expect(records.filter((record) => record.type === 'skipped')).toHaveLength(3)
    const first = records.find((record) => record.type === 'image')
    expect(first?.type === 'image' && Object.keys(first.people[0].labels)).toEqual(['clothes'])
  })

  test.each([
    ['a wrong count of attributes', (line: string) => line.replace('[true,false,null]', '[true,false]')],
    ['a path as an asset', (line: string) => line.replace(/"asset":"[0-9a-f]{64}"/, '"asset":"../../secret"')],
    ['an unknown state', (line: string) => line.replace('"state":"verified"', '"state":"odd"')],
    ['a window of 10⁹ × 10⁹', (line: string) => line.replace('"width":2,', '"width":1000000000,')],
  ])('with %s skips that label', async (_, edit) => {
    await editLine(0, edit)
    const found = await reasons()
    expect(found[0]).toMatch(/^label-corrupt images\.jsonl:1 person 0 /)
    expect(found.slice(1)).toEqual(['image', 'image', 'image', 'file-changed images.jsonl'])
  })

  test('cannot name a picture outside itself', async () => {
    await editLine(0, (line) => line.replace('source 0/0.jpg', '../../pictures/0.bin'))
    await symlink(path.join(folder, 'pictures'), path.join(out, 'pictures', 'out'))
    await editLine(1, (line) => line.replace('source 1/1.jpg', 'out/1.bin'))
    expect((await reasons()).slice(0, 3)).toEqual([
      'path-outside images.jsonl:1',
      'path-outside images.jsonl:2',
      'image',
    ])
  })

  test.each([
    ['cut', (text: string) => text.slice(0, 50), 'bundle-damaged'],
    ['newer', (text: string) => text.replace('"version": 1', '"version": 2'), 'bundle-newer'],
    ['self-contradictory', (text: string) => text.replace(/("flip": \[\s+)1,/, '$17,'), 'bundle-damaged'],
  ])('whose description is %s is refused with the file', async (_, edit, code) => {
    const file = path.join(out, 'bundle.json')
    await writeFile(file, edit(await readFile(file, 'utf8')))
    await expect(bundleFormat.describe(out)).rejects.toMatchObject({ code, message: expect.stringContaining(file) })
  })

  test.skipIf(process.platform === 'win32')('with pipes for files is not waited for', async () => {
    for (const name of ['images.jsonl', 'bundle.json']) {
      await rm(path.join(out, name))
      await promisify(execFile)('mkfifo', [path.join(out, name)])
      await expect(readAll(out)).rejects.toMatchObject({ code: 'bundle-damaged' })
    }
  })

  test('assets carry the SHA-256 of their file as name', async () => {
    for (const fan of await readdir(path.join(out, 'assets'))) {
      for (const asset of await readdir(path.join(out, 'assets', fan))) {
        const bytes = await readFile(path.join(out, 'assets', fan, asset))
        expect(asset).toBe(`${createHash('sha256').update(bytes).digest('hex')}.png`)
      }
    }
  })
})
