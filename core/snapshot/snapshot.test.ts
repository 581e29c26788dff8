import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from './read.ts'
import { writeSnapshot, type SnapshotInput, type SnapshotPerson } from './write.ts'

const height = 4
const width = 3
const tasks: SnapshotInput['tasks'] = [
  { name: 'clothes', schema: { kind: 'attributes', attributes: ['hat', 'bag'] } },
  { name: 'who', schema: { kind: 'identity' } },
  { name: 'joints', schema: { kind: 'keypoints', joints: ['a', 'b'], edges: [[0, 1]], flip: [1, 0] } },
  { name: 'parts', schema: { kind: 'parts', parts: ['background', 'body'], flip: [0, 1] } },
  { name: 'depth', schema: { kind: 'depth', unit: 'metre' } },
  { name: 'pose', schema: { kind: 'vector', components: ['x', 'y'], groups: [], flip: null } },
]

function person(index: number, labels: SnapshotPerson['labels']): SnapshotPerson {
  const rgb = new Uint8Array(height * width * 3).fill(index)
  return { person: 100 + index, split: index === 1 ? 'val' : 'train', rgb, affine: [1, 0, index, 0, 1, 0], labels }
}

const people = [
  person(0, {
    clothes: { labelId: 7, row: Int8Array.of(1, -1) },
    parts: { labelId: 8, row: new Uint8Array(12).fill(1) },
    who: { labelId: 9, row: { kind: 'identity', identity: 'demo/12', camera: 3 } },
  }),
  person(1, {
    joints: { labelId: 10, row: Float32Array.of(1.5, 2.5, 2, -4, 9, 1) },
    depth: { labelId: 11, row: new Float32Array(12).fill(0.25) },
    who: { labelId: 12, row: { kind: 'identity', identity: 'demo/4', camera: null } },
  }),
  person(2, {
    pose: { labelId: 13, row: Float32Array.of(0.5, NaN) },
    who: { labelId: 14, row: { kind: 'identity', identity: 'demo/12', camera: null } },
  }),
]

describe('a snapshot', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mend-snapshot-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('gives back images, rows, presence, ids and columns, in any order of people', async () => {
    const written = await writeSnapshot(path.join(folder, 'a'), { height, width, tasks, people })
    const snapshot = openSnapshot(path.join(folder, 'a'))
    expect(snapshot.manifest).toEqual(written)
    expect(written).toMatchObject({ people: 3, counts: { train: 2, val: 1, test: 0 } })
    expect([...snapshot.splits]).toEqual([0, 1, 0])
    expect([...snapshot.persons]).toEqual([100, 101, 102])
    expect([...snapshot.affine.subarray(12)]).toEqual([1, 0, 2, 0, 1, 0])

    const images = new Uint8Array(2 * 36)
    snapshot.readImages(Int32Array.of(2, 0), images)
    expect([images[0], images[35], images[36], images[71]]).toEqual([2, 2, 0, 0])

    expect([...snapshot.allRows('clothes')]).toEqual([1, -1, -1, -1, -1, -1])
    expect([...snapshot.allRows('who')]).toEqual([0, 3, 1, -1, 0, -1])
    expect(written.tasks[1].identities).toEqual(['demo/12', 'demo/4'])
    expect([...snapshot.allRows('joints')]).toEqual([0, 0, 0, 0, 0, 0, 1.5, 2.5, 2, -4, 9, 1, 0, 0, 0, 0, 0, 0])
    expect([...snapshot.allRows('pose')]).toEqual([NaN, NaN, NaN, NaN, 0.5, NaN])
    const maps = new Uint8Array(24)
    snapshot.readRows('parts', [1, 0], maps)
    expect([...maps]).toEqual([...new Array<number>(12).fill(255), ...new Array<number>(12).fill(1)])
    const depth = new Float32Array(24)
    snapshot.readRows('depth', [0, 1], depth)
    expect([depth[0], depth[12]]).toEqual([NaN, 0.25])

    expect([...snapshot.presence('who')]).toEqual([1, 1, 1])
    expect([...snapshot.presence('parts')]).toEqual([1, 0, 0])
    expect([...snapshot.labelIds('parts')]).toEqual([8, 0, 0])
    expect(written.tasks.map((task) => task.labels)).toEqual([1, 3, 1, 1, 1, 1])
    expect(() => snapshot.readImages([3], new Uint8Array(36))).toThrow(RangeError)
    expect(() => snapshot.readRows('depth', [0], new Uint8Array(12))).toThrow(RangeError)
    snapshot.close()
  })

  it('has an id of its contents: equal for equal ones, another for one changed label', async () => {
    const again = await writeSnapshot(path.join(folder, 'b'), { height, width, tasks, people })
    const changed = [people[0], people[1], person(2, { pose: { labelId: 13, row: Float32Array.of(0.5, 0) } })]
    const other = await writeSnapshot(path.join(folder, 'c'), { height, width, tasks, people: changed })
    const first = JSON.parse(await readFile(path.join(folder, 'a', 'manifest.json'), 'utf8')) as { id: string }
    expect(again.id).toBe(first.id)
    expect(other.id).not.toBe(first.id)
  })

  it('spreads over several shards and reads across them', async () => {
    // 64 MiB a shard: at 2048×2048×3 bytes five people each.
    const side = 2048
    const rgb = new Uint8Array(side * side * 3)
    function* seven(): Generator<SnapshotPerson> {
      for (let i = 0; i < 7; i++) yield { person: i, split: 'train', rgb: rgb.fill(i), labels: {} }
    }
    const big = path.join(folder, 'big')
    const manifest = await writeSnapshot(big, { height: side, width: side, tasks: [], people: seven() })
    expect(manifest.shards.map(({ first, count }) => [first, count])).toEqual([
      [0, 5],
      [5, 2],
    ])
    const snapshot = openSnapshot(big)
    const out = new Uint8Array(2 * rgb.length)
    snapshot.readImages([6, 4], out)
    expect([out[0], out[rgb.length - 1], out[rgb.length]]).toEqual([6, 6, 4])
    snapshot.close()
    await rm(big, { recursive: true })
  })

  it('leaves nothing behind when it fails or is stopped, and never overwrites', async () => {
    const target = path.join(folder, 'failed')
    const wrong = [person(0, { parts: { labelId: 1, row: new Uint8Array(11) } })]
    await expect(writeSnapshot(target, { height, width, tasks, people: wrong })).rejects.toMatchObject({
      code: 'snapshot-row',
    })
    const controller = new AbortController()
    function* stopping(): Generator<SnapshotPerson> {
      yield people[0]
      controller.abort()
      yield people[1]
    }
    const input = { height, width, tasks, people: stopping(), signal: controller.signal }
    await expect(writeSnapshot(target, input)).rejects.toThrow()
    expect((await readdir(folder)).filter((name) => name.startsWith('failed'))).toEqual([])
    await expect(writeSnapshot(path.join(folder, 'a'), { height, width, tasks, people })).rejects.toMatchObject({
      code: 'snapshot-exists',
    })
  })

  it('removes what a killed writer left, and not what a running one is at', async () => {
    const target = path.join(folder, 'resumed')
    // No process has this number: it is above the largest that Linux gives out.
    await mkdir(`${target}.partial-${2 ** 22 + 1}`)
    await mkdir(`${target}.partial-${process.ppid}`)
    await writeSnapshot(target, { height, width, tasks, people })
    const left = (await readdir(folder)).filter((name) => name.startsWith('resumed'))
    expect(left.sort()).toEqual(['resumed', `resumed.partial-${process.ppid}`])
  })

  it('says which file is cut or foreign', async () => {
    const target = path.join(folder, 'damaged')
    await writeSnapshot(target, { height, width, tasks, people })
    await truncate(path.join(target, 'task-3-values.bin'), 20)
    expect(() => openSnapshot(target)).toThrow(/task-3-values\.bin: 20 bytes instead of 3 rows of 12/)
    const manifest = await readFile(path.join(target, 'manifest.json'), 'utf8')
    await writeFile(path.join(target, 'manifest.json'), manifest.replace('"splits.bin"', '"../splits.bin"'))
    expect(() => openSnapshot(target)).toThrow(/manifest\.json: not a snapshot's manifest/)
  })
})
