import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImageRecord, SourceRecord } from '../dataset/record.ts'
import { clothingCoParsing } from './clothingCoParsing.ts'
import type { ReadOptions } from './format.ts'
import { byteNumbers, texts } from './mat/matFixture.ts'

const real = path.join(import.meta.dirname, '../../../shared/data/ccp')

async function all(source: string, options: ReadOptions = {}): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of clothingCoParsing.read(source, options)) records.push(record)
  return records
}

const short = (record: SourceRecord): string =>
  record.type === 'image'
    ? `${record.path}: ${Object.keys(record.people[0].labels).join('+')}`
    : `${record.reason}: ${record.where}`

describe('Clothing Co-Parsing', () => {
  let folder = ''
  let source = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mend-ccp-'))
    source = path.join(folder, 'ccp')
    const put = async (name: string, bytes: Uint8Array): Promise<void> => {
      await mkdir(path.dirname(path.join(source, name)), { recursive: true })
      await writeFile(path.join(source, name), bytes)
    }
    await put('label_list.mat', texts('label_list', ['null', 'hat', 'shoes']))
    for (const name of ['0001', '0002', '0003', '0005', '0006', '0007', '1005'])
      await put(`photos/${name}.jpg`, Buffer.of(1))
    // 3 rows × 4 columns, written column by column: rows are [0 0 1 0], [0 2 1 0], [0 0 0 0].
    await put(
      'annotations/pixel-level/0001.mat',
      byteNumbers('groundtruth', [3, 4], [0, 0, 0, 0, 2, 0, 1, 1, 0, 0, 0, 0]),
    )
    await put('annotations/pixel-level/0002.mat', byteNumbers('groundtruth', [1, 2], [0, 3]))
    await put('annotations/pixel-level/0003.mat', Buffer.from('<html>not found</html>'))
    await put('annotations/pixel-level/0004.mat', byteNumbers('groundtruth', [1, 1], [1]))
    await put('annotations/pixel-level/0006.mat', byteNumbers('other', [1, 1], [1]))
    await put('annotations/pixel-level/0007.mat', byteNumbers('groundtruth', [2, 2], [0, 0, 0, 0]))
    await put('annotations/image-level/1005.mat', byteNumbers('tags', [1, 2], [0, 2]))
    await writeFile(path.join(folder, 'secret.jpg'), 'secret')
    await symlink(path.join(folder, 'secret.jpg'), path.join(source, 'photos', '0008.jpg'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is recognised by its folders, and nothing else is', async () => {
    expect((await clothingCoParsing.detect(source))?.confidence).toBeGreaterThan(0.9)
    expect(await clothingCoParsing.detect(folder)).toBeNull()
    expect(await clothingCoParsing.detect(path.join(folder, 'none'))).toBeNull()
  })

  it('describes its tasks in the order of label_list, and its tags as exhaustive', async () => {
    const { tasks, tagLists, images } = await clothingCoParsing.describe(source)
    expect(tasks.parts).toEqual({ kind: 'parts', parts: ['background', 'hat', 'shoes'], flip: [0, 1, 2] })
    expect(tasks.attributes).toEqual({ kind: 'attributes', attributes: ['hat', 'shoes'] })
    expect(tagLists.attributes.exhaustive).toBe(true)
    expect(images).toBe(9)
  })

  it('turns columns into rows and boxes the person by what is not background', async () => {
    const [first] = await all(source, { limit: 1 })
    expect(first).toEqual({
      type: 'image',
      path: 'photos/0001.jpg',
      size: { width: 4, height: 3 },
      split: null,
      people: [
        {
          key: '0001',
          box: { x: 1, y: 0, width: 2, height: 2 },
          labels: { parts: { kind: 'parts', left: 1, top: 0, width: 2, height: 2, data: Uint8Array.of(0, 1, 2, 1) } },
        },
      ],
    })
  })

  it('passes over what is missing, damaged, out of range or outside, and reads the rest', async () => {
    expect((await all(source)).map(short)).toEqual([
      'photos/0001.jpg: parts',
      'label-corrupt: annotations/pixel-level/0002.mat',
      'label-corrupt: annotations/pixel-level/0003.mat',
      'image-missing: photos/0004.jpg',
      'photos/0005.jpg: ',
      'label-corrupt: annotations/pixel-level/0006.mat',
      'photos/0007.jpg: parts',
      'path-outside-source: photos/0008.jpg',
      'photos/1005.jpg: attributes',
    ])
  })

  it('reads an absent tag as no, or as not annotated where the list is said to be open', async () => {
    const tags = async (options: ReadOptions): Promise<unknown> => (await all(source, options)).at(-1)
    expect(await tags({})).toMatchObject({ people: [{ box: null, labels: { attributes: { values: [false, true] } } }] })
    expect(await tags({ exhaustive: { attributes: false } })).toMatchObject({
      people: [{ labels: { attributes: { values: [null, true] } } }],
    })
  })

  it('fails whole where label_list.mat is missing', async () => {
    const error = { code: 'file-missing', message: expect.stringContaining('label_list.mat') }
    await expect(clothingCoParsing.describe(folder)).rejects.toMatchObject(error)
  })

  it.skipIf(!existsSync(real))('reads the published masks and tags (skipped without ../shared/data)', async () => {
    const { tasks } = await clothingCoParsing.describe(real)
    const parts = tasks.parts.kind === 'parts' ? tasks.parts.parts : []
    expect([parts.length, parts[0], parts[19], parts[58]]).toEqual([59, 'background', 'hair', 'wedges'])
    const [record] = await all(real, { limit: 1 })
    const image = record as ImageRecord
    expect(image.size).toEqual({ width: 550, height: 832 })
    const { parts: value } = image.people[0].labels
    const counts = new Map<number, number>()
    if (value.kind === 'parts')
      for (const part of value.data) if (part > 0) counts.set(part, (counts.get(part) ?? 0) + 1)
    // Counted with scipy and numpy in the same file.
    expect(Object.fromEntries(counts)).toEqual({
      5: 15567,
      19: 13285,
      39: 5211,
      41: 14771,
      42: 9913,
      45: 8500,
      47: 594,
      55: 41122,
    })
    expect(image.people[0].box).toEqual({ x: 163, y: 33, width: 234, height: 770 })
  })
})
