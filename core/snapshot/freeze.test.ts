import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabelValue } from '../dataset/label.ts'
import { writePng } from '../media/png.ts'
import { PicturePool } from '../media/pool.ts'
import { freezeSnapshot, frozenBox, type FreezeOptions, type FreezePerson } from './freeze.ts'
import { openSnapshot } from './read.ts'

const tasks: FreezeOptions['tasks'] = [
  { name: 'parts', schema: { kind: 'parts', parts: ['background', 'body'], flip: [0, 1] } },
  { name: 'joints', schema: { kind: 'keypoints', joints: ['a', 'b', 'c'], edges: [], flip: [0, 1, 2] } },
  { name: 'clothes', schema: { kind: 'attributes', attributes: ['hat', 'bag', 'tie'] } },
]
const size = { width: 40, height: 30 }

let folder = ''
let pool: PicturePool
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mend-freeze-'))
  pool = new PicturePool(2)
  for (let i = 0; i < 5; i++) {
    // Dark, with a bright rectangle at x 10–19, y 5–24, whose brightness tells the picture.
    const data = Uint8Array.from({ length: 40 * 30 }, (_, at) => {
      const [x, y] = [at % 40, Math.floor(at / 40)]
      return x >= 10 && x < 20 && y >= 5 && y < 25 ? 150 + 10 * i : 20
    })
    await writeFile(path.join(folder, `${i}.png`), writePng({ ...size, data }))
  }
})
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true, force: true })
})

function person(id: number, picture: number, value: Record<string, LabelValue>): FreezePerson {
  const labels = Object.fromEntries(Object.entries(value).map(([task, v]) => [task, { labelId: 1000 + id, value: v }]))
  const box = { x: 10, y: 5, width: 10, height: 20 }
  return { person: id, file: path.join(folder, `${picture}.png`), size, box, split: 'train', labels }
}

async function* stream(people: readonly FreezePerson[]): AsyncGenerator<FreezePerson> {
  yield* people
}

const options = (name: string): FreezeOptions => ({
  folder: path.join(folder, name),
  height: 20,
  width: 10,
  margin: 0,
  tasks,
  pool,
})

const mask: LabelValue = { kind: 'parts', left: 10, top: 5, width: 10, height: 20, data: new Uint8Array(200).fill(1) }
const joints: LabelValue = {
  kind: 'keypoints',
  joints: [
    { x: 12, y: 9, v: 2 },
    { x: 45, y: 9, v: 1 },
    { x: 0, y: 0, v: 3 },
  ],
}

describe('freezing', () => {
  it('crops pictures and labels alike, in the order given', async () => {
    const people = [
      person(7, 0, { parts: mask }),
      person(8, 0, { joints }),
      person(9, 3, { clothes: { kind: 'attributes', values: [true, null, false] } }),
      person(10, 1, {}),
    ]
    const done: number[] = []
    const manifest = await freezeSnapshot(stream(people), { ...options('a'), onProgress: (n) => done.push(n) })
    expect(done).toEqual([1, 2, 3, 4])
    const snapshot = openSnapshot(options('a').folder)
    expect([...snapshot.persons]).toEqual([7, 8, 9, 10])
    const images = new Uint8Array(4 * 600)
    snapshot.readImages([0, 1, 2, 3], images)
    // The box has the crop's size, so each crop is exactly the bright rectangle.
    expect([0, 600, 1200, 1800].map((at) => [images[at], images[at + 599]])).toEqual([
      [150, 150],
      [150, 150],
      [180, 180],
      [160, 160],
    ])
    expect([...snapshot.affine.subarray(0, 6)]).toEqual([1, 0, -10, 0, 1, -5])
    const parts = new Uint8Array(400)
    snapshot.readRows('parts', [0, 1], parts)
    expect([...new Set(parts.subarray(0, 200))]).toEqual([1])
    expect([...new Set(parts.subarray(200))]).toEqual([255])
    expect([...snapshot.allRows('joints').subarray(9, 18)]).toEqual([2, 4, 2, 35, 4, 1, 0, 0, 3])
    expect([...snapshot.allRows('clothes').subarray(6, 9)]).toEqual([1, -1, 0])
    expect([...snapshot.labelIds('clothes')]).toEqual([0, 0, 1009, 0])
    expect(manifest.tasks.map(({ labels }) => labels)).toEqual([1, 1, 1])
    snapshot.close()
  })

  it('is repeatable, whatever the workers do first', async () => {
    const people = Array.from({ length: 40 }, (_, i) => person(i, i % 5, { parts: mask }))
    const [a, b] = await Promise.all([
      freezeSnapshot(stream(people), options('b')),
      freezeSnapshot(stream(people), options('c')),
    ])
    expect(a.id).toBe(b.id)
    const wider = await freezeSnapshot(stream(people), { ...options('d'), margin: 0.2 })
    expect(wider.id).not.toBe(a.id)
  })

  it('crops by the box, else the joints, else the whole image, within the image', () => {
    const base = { ...person(1, 0, { joints }), box: null }
    // Joints reach from 12 to 45 at one height; one pixel high is too thin a box.
    expect(frozenBox(base)).toEqual({ x: 0, y: 0, ...size })
    const tall: LabelValue = {
      kind: 'keypoints',
      joints: [
        { x: 12.5, y: 9, v: 2 },
        { x: 45, y: 20.2, v: 1 },
        { x: 0, y: 0, v: 0 },
      ],
    }
    expect(frozenBox({ ...base, labels: { joints: { labelId: 1, value: tall } } })).toEqual({
      x: 12,
      y: 9,
      width: 28,
      height: 12,
    })
    expect(frozenBox({ ...base, labels: {} })).toEqual({ x: 0, y: 0, ...size })
    expect(frozenBox({ ...base, box: { x: 1e12, y: 0, width: 5, height: 5 } })).toEqual({ x: 0, y: 0, ...size })
    expect(frozenBox({ ...base, box: { x: -1e9, y: -5, width: 2e9, height: 10 } })).toEqual({
      x: 0,
      y: 0,
      width: 40,
      height: 5,
    })
  })

  it('fails on a picture that was replaced, or leaves the person out where asked to, and cleans up', async () => {
    const wrong = { ...person(2, 1, { parts: mask }), size: { width: 30, height: 40 } }
    const people = [person(1, 0, { parts: mask }), wrong, person(3, 2, { parts: mask })]
    await expect(freezeSnapshot(stream(people), options('e'))).rejects.toMatchObject({ code: 'size-mismatch' })
    expect((await readdir(folder)).filter((name) => name.startsWith('e'))).toEqual([])
    const skipped: string[] = []
    const onSkipped: FreezeOptions['onSkipped'] = ({ person: id }, { code }) => skipped.push(`${id} ${code}`)
    const manifest = await freezeSnapshot(stream(people), { ...options('f'), onSkipped })
    expect(manifest.people).toBe(2)
    expect(skipped).toEqual(['2 size-mismatch'])
  })

  it('stops when told to', async () => {
    const controller = new AbortController()
    async function* endless(): AsyncGenerator<FreezePerson> {
      for (let i = 0; ; i++) {
        if (i === 20) controller.abort()
        yield person(i, i % 5, {})
      }
    }
    await expect(freezeSnapshot(endless(), { ...options('g'), signal: controller.signal })).rejects.toThrow()
    expect((await readdir(folder)).filter((name) => name.startsWith('g'))).toEqual([])
  })
})
