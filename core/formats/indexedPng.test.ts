import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExportDataset, ExportImage, ExportLabel, ExportPerson } from '../dataset/export.ts'
import type { PartsValue } from '../dataset/label.ts'
import type { ImageRecord, SourceRecord } from '../dataset/record.ts'
import { decodePng, type PngInput, writePng } from '../media/png.ts'
import type { ReadOptions } from './format.ts'
import { indexedPngFormat } from './indexedPng.ts'
import { indexedPngTarget, indexPalette } from './indexedPngWriter.ts'
import { labelMapNames, loadLabelMap, parseLabelMap } from './labelMap.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-indexed-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function put(name: string, content: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
}

/** A label picture from rows of digits; `?` is 255. */
function labelPicture(rows: readonly string[], extra: Partial<PngInput> = {}): Uint8Array {
  const values = [...rows.join('')].map((digit) => (digit === '?' ? 255 : Number(digit)))
  return writePng({ width: rows[0].length, height: rows.length, data: Uint8Array.from(values), ...extra })
}

async function readAll(options?: ReadOptions): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of indexedPngFormat.read(folder, options)) records.push(record)
  return records
}

const imagesOf = (records: readonly SourceRecord[]): ImageRecord[] =>
  records.filter((record) => record.type === 'image')
const reasonsOf = (records: readonly SourceRecord[]): string[] =>
  records.map((record) => (record.type === 'image' ? record.path : `${record.reason} ${record.where}`))

const rows = ['00000', '00120', '0?000']

describe('a folder of label pictures', () => {
  test.each([
    ['grey', {}],
    ['indexed', { palette: indexPalette() }],
  ])('that are %s gives one person a picture: parts, box, and what is not annotated', async (_, kind) => {
    await put('images/a.jpg', '')
    await put('labels/a.png', labelPicture(rows, kind))
    await put('labels.txt', 'background\nleft arm\nright arm\n')
    expect(await indexedPngFormat.detect(folder)).toMatchObject({ confidence: 0.9 })
    const schema = await indexedPngFormat.describe(folder)
    expect(schema).toMatchObject({ images: 1, tasks: { parts: { flip: [0, 2, 1] } } })
    const value: PartsValue = {
      kind: 'parts',
      left: 1,
      top: 1,
      width: 3,
      height: 2,
      data: Uint8Array.of(0, 1, 2, 255, 0, 0),
    }
    expect(await readAll()).toEqual([
      {
        type: 'image',
        path: 'images/a.jpg',
        size: { width: 5, height: 3 },
        split: null,
        people: [{ key: null, box: { x: 2, y: 1, width: 2, height: 1 }, labels: { parts: value } }],
      },
    ])
  })

  test.each([
    ['LIP', 'TrainVal_images/train_images/7.jpg', 'TrainVal_parsing_annotations/train_segmentations/7.png', 'train'],
    ['PASCAL VOC', 'JPEGImages/7.jpg', 'SegmentationClass/7.png', 'val'],
    ['Cityscapes', 'leftImg8bit/test/b/b_7_leftImg8bit.png', 'gtFine/test/b/b_7_gtFine_labelIds.png', 'test'],
    ['CIHP', 'Images/7.jpg', 'Category_ids/7.png', null],
    ['a plain one', 'photos/7.jpeg', 'masks/7_mask.png', null],
  ])('laid out as %s is paired and split', async (layout, photo, label, split) => {
    await put(photo, '')
    await put(label, labelPicture(rows))
    await put(label.replace(/\.png$/, '_visualize.png'), labelPicture(rows))
    if (layout === 'PASCAL VOC') await put('ImageSets/Segmentation/val.txt', '6\n7\n')
    expect(await indexedPngFormat.detect(folder)).toMatchObject({ confidence: 0.6 })
    const images = imagesOf(await readAll({ options: { labelMap: 'atr' } }))
    expect(images.map((image) => [image.path, image.split])).toEqual([[photo, split]])
  })

  test('needs to be told what the values mean', async () => {
    await put('images/a.jpg', '')
    await put('labels/a.png', labelPicture(rows))
    await expect(readAll()).rejects.toMatchObject({ code: 'label-map-missing' })
    await expect(readAll({ options: { labelMap: '../x.json' } })).rejects.toMatchObject({ code: 'path-outside-source' })
    await put('my map.json', '{"0": "background", "2": "arm", "255": "void"}')
    const { tasks } = await indexedPngFormat.describe(folder, { options: { labelMap: 'my map.json' } })
    expect(tasks.parts).toEqual({ kind: 'parts', parts: ['background', 'value 1', 'arm'], flip: [0, 1, 2] })
  })

  test('skips what is damaged, missing, unnamed, in colours, or outside, and reads the rest', async () => {
    const source = folder
    await put('labels.txt', 'background\narm\nleg')
    for (const name of ['big', 'colour', 'cut', 'good', 'high', 'link', 'text']) await put(`images/${name}.jpg`, '')
    const good = labelPicture(rows)
    const bomb = Buffer.from(good)
    bomb.writeUInt32BE(100_000, 16)
    bomb.writeUInt32BE(100_000, 20)
    await put('labels/big.png', bomb)
    await put('labels/colour.png', writePng({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 1, 1) }))
    await put('labels/cut.png', good.subarray(0, good.length - 20))
    await put('labels/good.png', good)
    await put('labels/high.png', labelPicture(['03']))
    await put('labels/no picture.png', good)
    await put('labels/text.png', 'not a picture')
    const outside = await mkdtemp(path.join(tmpdir(), 'mend-outside-'))
    await writeFile(path.join(outside, 'label.png'), good)
    await symlink(path.join(outside, 'label.png'), path.join(source, 'labels/link.png'))
    const reasons = reasonsOf(await readAll())
    await rm(outside, { recursive: true })
    expect(reasons).toEqual([
      'label-corrupt labels/big.png',
      'label-not-indexed labels/colour.png',
      'label-corrupt labels/cut.png',
      'images/good.jpg',
      'label-corrupt labels/high.png',
      'path-outside labels/link.png',
      'image-missing labels/no picture.png',
      'label-corrupt labels/text.png',
    ])
  })

  test.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    await put('images/a.jpg', '')
    await put('labels/b.png', '')
    await promisify(execFile)('mkfifo', [path.join(folder, 'labels/a.png'), path.join(folder, 'map.json')])
    expect(reasonsOf(await readAll({ options: { labelMap: 'lip' } }))[0]).toBe('label-corrupt labels/a.png')
    await expect(readAll({ options: { labelMap: 'map.json' } })).rejects.toMatchObject({ code: 'label-map-unknown' })
  })

  test('stops at the limit', async () => {
    for (const name of ['a', 'b', 'c']) {
      await put(`images/${name}.jpg`, '')
      await put(`labels/${name}.png`, labelPicture(rows))
    }
    expect(await readAll({ limit: 2, options: { labelMap: 'lip' } })).toHaveLength(2)
  })

  test('is not seen where there are none', async () => {
    await put('photos/a.jpg', '')
    await put('annotations/a.mat', '')
    expect(await indexedPngFormat.detect(folder)).toBeNull()
    await put('a.txt', '')
    expect(await indexedPngFormat.detect(path.join(folder, 'a.txt'))).toBeNull()
  })
})

describe('label maps', () => {
  test('that ship have the classes and pairs of their datasets', () => {
    const pairs = Object.fromEntries(
      labelMapNames.map((name) => {
        const { parts, flip } = loadLabelMap(name).schema
        return [name, [parts.length, flip.flatMap((to, from) => (to > from ? [`${from}-${to}`] : []))]]
      }),
    )
    expect(pairs).toEqual({
      lip: [20, ['14-15', '16-17', '18-19']],
      cihp: [20, ['14-15', '16-17', '18-19']],
      atr: [18, ['9-10', '12-13', '14-15']],
      'pascal-person-part': [7, []],
      cityscapes: [34, []],
    })
    expect(loadLabelMap('lip').schema.parts[10]).toBe('jumpsuits')
    expect(loadLabelMap('cihp').schema.parts[10]).toBe('torso-skin')
  })

  test.each([
    ['no names', ''],
    ['256 names', JSON.stringify(Array.from({ length: 256 }, (_, i) => `${i}`))],
    ['a flip that is no pairing', '{"parts": ["a", "b"], "flip": [1, 1]}'],
    ['cut JSON', '{"parts": ["a"'],
    ['value 300', '{"300": "a"}'],
  ])('with %s are refused', (_, text) => {
    expect(() => parseLabelMap(text, 'map')).toThrow(expect.objectContaining({ code: 'label-map-invalid' }))
  })
})

describe('writing label pictures', () => {
  const label = (value: PartsValue): ExportLabel => ({
    value,
    state: 'labelled',
    origin: 'imported',
    source: null,
    revisions: [],
  })
  const person = (id: number, left: number, ...data: readonly number[]): ExportPerson => ({
    id,
    box: null,
    labels: {
      body: label({ kind: 'parts', left, top: 1, width: data.length, height: 1, data: Uint8Array.from(data) }),
    },
  })
  const datasetOf = async (images: readonly Omit<ExportImage, 'id' | 'file'>[]): Promise<ExportDataset> => {
    await put('picture.bin', 'any picture')
    return {
      name: 'drawn',
      tasks: { body: { kind: 'parts', parts: ['background', 'left arm', 'right arm'], flip: [0, 2, 1] } },
      async *images() {
        for (const [i, image] of images.entries()) yield { id: i, file: path.join(folder, 'picture.bin'), ...image }
      },
    }
  }
  const size = { width: 5, height: 3 }

  test('and reading them again gives the parts, their names and pairs, and the splits', async () => {
    const out = path.join(folder, 'out')
    const images = [
      { ...size, name: 'x/a b.jpg', split: 'val' as const, people: [person(1, 1, 1, 255, 2)] },
      { ...size, name: 'x/a b.png', split: 'train' as const, people: [person(2, 3, 2)] },
      { ...size, name: 'c.jpg', split: null, people: [person(3, 0, 1), person(4, 2, 2)] },
      { ...size, name: 'd.jpg', split: null, people: [] },
    ]
    const report = await indexedPngTarget.write(await datasetOf(images), out)
    folder = out
    expect((await indexedPngFormat.describe(out)).tasks.parts).toEqual((await datasetOf([])).tasks.body)
    const read = imagesOf(await readAll())
    expect(read.map((image) => [image.path, image.split, image.people[0].labels.parts])).toEqual([
      ['images/c.jpg', null, { kind: 'parts', left: 0, top: 1, width: 3, height: 1, data: Uint8Array.of(1, 0, 2) }],
      ['images/x/a b.jpg', 'val', images[0].people[0].labels.body.value],
      ['images/x/a b.png', 'train', images[1].people[0].labels.body.value],
    ])
    expect(report).toMatchObject({ images: 3, people: 4, labels: { body: 4 } })
    expect(report.lost.map(({ what, count }) => [what, count])).toEqual([
      ['people apart from each other', 1],
      ['images without parts', 1],
    ])
    folder = path.dirname(out)
  })

  test('keeps windows inside the picture, and what one person leaves open does not hide another', async () => {
    const out = path.join(folder, 'out')
    const people = [person(1, -1, 1, 1, 2), person(2, 1, 255, 255), person(3, 4, 2, 1)]
    await indexedPngTarget.write(await datasetOf([{ ...size, name: 'a.jpg', split: null, people }]), out)
    const png = decodePng(await readFile(path.join(out, 'labels/a.png')))
    expect([...png.data]).toEqual([0, 0, 0, 0, 0, 1, 2, 255, 0, 2, 0, 0, 0, 0, 0])
  })

  test('uses VOC’s colours, so that any viewer shows them', async () => {
    const out = path.join(folder, 'out')
    await indexedPngTarget.write(
      await datasetOf([{ ...size, name: 'a.jpg', split: null, people: [person(1, 0, 1)] }]),
      out,
    )
    const png = decodePng(await readFile(path.join(out, 'labels/a.png')))
    const colour = (index: number) => [...(png.palette ?? []).slice(3 * index, 3 * index + 3)]
    expect([0, 1, 2, 3, 4, 8, 255].map(colour)).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [128, 128, 0],
      [0, 0, 128],
      [64, 0, 0],
      [224, 224, 192],
    ])
  })

  test('that is cancelled or has no parts leaves nothing', async () => {
    const images = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({
      ...size,
      name,
      split: null,
      people: [person(1, 0, 1)],
    }))
    const dataset = await datasetOf(images)
    const control = new AbortController()
    const stop = { signal: control.signal, onProgress: () => control.abort() }
    await expect(indexedPngTarget.write(dataset, path.join(folder, 'out'), stop)).rejects.toThrow('abort')
    await expect(indexedPngTarget.write({ ...dataset, tasks: {} }, path.join(folder, 'out'))).rejects.toMatchObject({
      code: 'nothing-to-export',
    })
    expect(await readdir(folder)).toEqual(['picture.bin'])
  })
})
