import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Joint } from '../dataset/label.ts'
import type { SourceRecord } from '../dataset/record.ts'
import type { ReadOptions } from './format.ts'
import { leedsSportsPose } from './leedsSportsPose.ts'
import { doubles } from './mat/matFixture.ts'

const real = path.join(import.meta.dirname, '../../../shared/data/lspet')

/** A MAT v5 file of one double array `joints`, value(i, j, k) column-major. */
function jointsMat(dims: readonly number[], value: (i: number, j: number, k: number) => number): Buffer {
  const [rows, columns, pages] = dims
  const values: number[] = []
  for (let k = 0; k < pages; k++)
    for (let j = 0; j < columns; j++) for (let i = 0; i < rows; i++) values.push(value(i, j, k))
  return doubles('joints', dims, values)
}

async function all(source: string, options: ReadOptions = {}): Promise<SourceRecord[]> {
  const records: SourceRecord[] = []
  for await (const record of leedsSportsPose.read(source, options)) records.push(record)
  return records
}

function joints(record: SourceRecord): readonly Joint[] {
  if (record.type !== 'image') return []
  const { keypoints } = record.people[0].labels
  return keypoints.kind === 'keypoints' ? keypoints.joints : []
}

/** Joint j of image n at (100 n + j, 200 n + j); the third value is 1 for even joints; joint 3 of LSP-extended is junk. */
const coordinate = (joint: number, c: number, image: number): number =>
  c === 2 ? (joint + 1) % 2 : 100 * (c + 1) * image + joint

describe('Leeds Sports Pose', () => {
  let folder = ''
  const original = (): string => path.join(folder, 'lsp')
  const extended = (): string => path.join(folder, 'lspet')
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mend-lsp-'))
    await mkdir(path.join(original(), 'images'), { recursive: true })
    await mkdir(path.join(extended(), 'images'), { recursive: true })
    await writeFile(
      path.join(original(), 'joints.mat'),
      jointsMat([3, 14, 3], (c, j, n) => coordinate(j, c, n)),
    )
    await writeFile(path.join(extended(), 'joints.mat'), jointsMat([14, 3, 4], coordinate))
    for (const name of ['im0001.jpg', 'im0003.jpg']) await writeFile(path.join(original(), 'images', name), '')
    for (const name of ['im00002.jpg', 'im00003.png', 'readme.txt'])
      await writeFile(path.join(extended(), 'images', name), '')
    await symlink('/etc/hostname', path.join(extended(), 'images', 'im00004.jpg'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('reads the extended set: 14×3×N, third value 1 is visible, junk coordinates dropped', async () => {
    const records = await all(extended())
    expect(records.map((r) => (r.type === 'image' ? r.path : `${r.reason} ${r.where}`))).toEqual([
      'image-missing images/im00001.jpg',
      'images/im00002.jpg',
      'images/im00003.png',
      'path-outside-source images/im00004.jpg',
    ])
    expect(joints(records[1]).slice(0, 3)).toEqual([
      { x: 100, y: 200, v: 2 },
      { x: 0, y: 0, v: 3 },
      { x: 102, y: 202, v: 2 },
    ])
    expect(joints(records[2])[12]).toEqual({ x: 212, y: 412, v: 2 })
  })

  it('reads the original: 3×14×N, third value 1 is occluded, its place kept', async () => {
    const records = await all(original())
    expect(records.map((r) => (r.type === 'image' ? r.path : `${r.reason} ${r.where}`))).toEqual([
      'images/im0001.jpg',
      'image-missing images/im0002.jpg',
      'images/im0003.jpg',
    ])
    expect(joints(records[2]).slice(0, 2)).toEqual([
      { x: 200, y: 400, v: 1 },
      { x: 201, y: 401, v: 2 },
    ])
  })

  it('mirrors right to left and back, and its edges join joints that exist', async () => {
    const { tasks, images } = await leedsSportsPose.describe(extended())
    expect(images).toBe(4)
    const schema = tasks.keypoints
    if (schema.kind !== 'keypoints') throw new Error('not keypoints')
    schema.joints.forEach((name, j) => {
      expect(schema.flip[schema.flip[j]]).toBe(j)
      const mirrored = name.startsWith('right') ? name.replace('right', 'left') : name.replace('left', 'right')
      expect(schema.joints[schema.flip[j]]).toBe(mirrored)
    })
    expect(schema.edges.every((edge) => edge.every((j) => j >= 0 && j < 14))).toBe(true)
  })

  it('is recognised by its joints, and refuses other arrays with what it found', async () => {
    expect((await leedsSportsPose.detect(original()))?.confidence).toBeGreaterThan(0.9)
    expect(await leedsSportsPose.detect(folder)).toBeNull()
    const other = path.join(folder, 'other')
    await mkdir(path.join(other, 'images'), { recursive: true })
    await writeFile(
      path.join(other, 'joints.mat'),
      jointsMat([16, 3, 2], () => 0),
    )
    expect((await leedsSportsPose.detect(other))?.confidence).toBeLessThan(0.5)
    await expect(all(other)).rejects.toThrow(/found 16×3×2/)
    await writeFile(path.join(other, 'joints.mat'), jointsMat([14, 3, 4], coordinate).subarray(0, 900))
    await expect(all(other)).rejects.toMatchObject({ code: 'mat-corrupt' })
  })

  it('stops at the limit', async () => {
    expect((await all(extended(), { limit: 1 })).map(({ type }) => type)).toEqual(['skipped', 'image'])
  })

  it.skipIf(!existsSync(real))(
    'reports 7,500 of 10,000 missing, at once (skipped without ../shared/data)',
    async () => {
      const started = performance.now()
      const records = await all(real)
      expect(performance.now() - started).toBeLessThan(4000)
      expect(records.filter(({ type }) => type === 'skipped').length).toBe(7500)
      const people = records.filter(({ type }) => type === 'image')
      expect(people.length).toBe(2500)
      // First image, second joint; fifth image, first joint, as published.
      expect(joints(people[0])[1].x).toBeCloseTo(26.03, 2)
      expect(joints(people[0])[1].y).toBeCloseTo(86.41, 2)
      expect(joints(people[4])[0].x).toBeCloseTo(145.83, 2)
      // Counted with scipy in the first 2,500 images.
      expect(people.flatMap(joints).filter(({ v }) => v === 2).length).toBe(30802)
    },
  )
})
