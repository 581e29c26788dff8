import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Split } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { openSnapshot } from '../snapshot/read.ts'
import { writeSnapshot, type SnapshotPerson } from '../snapshot/write.ts'
import { noisePlans, plantIntoSnapshot } from './plantedNoise.ts'

const attributes: TaskSchema = { kind: 'attributes', attributes: ['hat', 'bag'] }
const vector: TaskSchema = {
  kind: 'vector',
  components: ['a'],
  groups: [{ name: 'a', start: 0, length: 1 }],
  flip: null,
}
let folder = ''

/** Twenty people, every fifth for validation; every other one has the attributes label. */
function* people(): Generator<SnapshotPerson> {
  for (let i = 0; i < 20; i++) {
    const split: Split = i % 5 === 4 ? 'val' : 'train'
    yield {
      person: i,
      split,
      rgb: new Uint8Array(4 * 4 * 3),
      labels: {
        vector: { labelId: 100 + i, row: Float32Array.of(i) },
        ...(i % 2 === 0 && { attributes: { labelId: 200 + i, row: Int8Array.of(1, 0) } }),
      },
    }
  }
}

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'mend-noise-')), 'frozen')
  const tasks = [
    { name: 'vector', schema: vector },
    { name: 'attributes', schema: attributes },
  ]
  await writeSnapshot(folder, { height: 4, width: 4, tasks, people: people() })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

function rows(task: string): number[] {
  const snapshot = openSnapshot(folder)
  const all = Array.from(snapshot.allRows(task))
  snapshot.close()
  return all
}

describe('plantIntoSnapshot', () => {
  it('corrupts exactly the share of the training labels, and nothing else', () => {
    const before = { vector: rows('vector'), attributes: rows('attributes') }
    const [planted] = plantIntoSnapshot(folder, [{ task: 'vector', kind: 'uniform', share: 0.25 }], 7)
    expect(planted).toMatchObject({ task: 'vector', kind: 'uniform', share: 0.25, present: 16 })
    expect(planted.labels).toHaveLength(4)
    const changed = rows('vector').flatMap((value, i) => (value === before.vector[i] ? [] : [100 + i]))
    expect(changed).toEqual(planted.labels)
    expect(changed.some((label) => (label - 100) % 5 === 4)).toBe(false)
    expect(rows('attributes')).toEqual(before.attributes)
  })

  it('gives the changed set an id of its own, the same for the same seed', () => {
    const id = (): string => {
      const snapshot = openSnapshot(folder)
      snapshot.close()
      return snapshot.manifest.id
    }
    const clean = id()
    const first = plantIntoSnapshot(folder, [{ task: 'attributes', kind: 'flip', share: 0.5 }], 7)
    expect(id()).not.toBe(clean)
    // Attributes: 0, 2, 4 … 18 have one; 4 and 14 of them validate.
    expect(first[0]).toMatchObject({ present: 8 })
    expect(first[0].labels).toHaveLength(4)
  })
})

describe('noisePlans', () => {
  const tasks = [
    { name: 'clothes', schema: attributes },
    { name: 'shape', schema: vector },
  ]

  it('takes the paper’s kind of noise unless a task or a kind of task is named', () => {
    const kind = (kinds: { task: string; kind: string }[]): string[] =>
      noisePlans(tasks, kinds, 0.1).map((plan) => plan.kind)
    expect(kind([])).toEqual(['flip', 'uniform'])
    expect(kind([{ task: 'vector', kind: 'uniform' }])).toEqual(['flip', 'uniform'])
    expect(() => kind([{ task: 'shape', kind: 'swap' }])).toThrow(/no kind of noise for vector/)
    expect(() => kind([{ task: 'joints', kind: 'swap' }])).toThrow(/audited tasks|joints, which is not audited/)
    expect(noisePlans([{ name: 'who', schema: { kind: 'identity' } }], [], 0.1)).toMatchObject([{ kind: 'derange' }])
  })
})
