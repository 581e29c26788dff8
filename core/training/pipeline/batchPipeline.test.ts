import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../../snapshot/read.ts'
import { augmentationRanges } from '../batch/augmentation.ts'
import { measureMemory, memoryOf, ownMemory } from '../batch/batchMemory.ts'
import { squareTasks, writeSquareSnapshot } from '../smallSnapshot.ts'
import { BatchFiller } from './batchFiller.ts'
import { BatchPipeline } from './batchPipeline.ts'
import { createBatchSlot } from './batchSlot.ts'
import type { BatchPlan, BatchSlot } from './batchSlot.ts'

let folder = ''
let plan: BatchPlan

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-pipeline-'))
  await writeSquareSnapshot(join(folder, 'snapshot'), 20)
  plan = {
    snapshotFolder: join(folder, 'snapshot'),
    batch: 4,
    geometry: { cropHeight: 32, cropWidth: 32, height: 8, width: 8 },
    seed: 5,
    augment: augmentationRanges.strong,
    tasks: Object.entries(squareTasks).map(([name, schema]) => ({
      name,
      schema,
      scale: { mean: Float32Array.of(0.5), deviation: Float32Array.of(2) },
    })),
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A copy of everything that a step is fed. */
const contents = ({ images, transforms, colour, tasks }: BatchSlot) => ({
  images: images.slice(),
  transforms: transforms.slice(),
  colour: colour.slice(),
  tasks: tasks.map(({ loss, active }) => ({
    active: active.slice(),
    values: Object.values(loss.values).map((values) => values.slice()),
  })),
})

describe('the input pipeline', () => {
  it('gives the batches that filling them in place gives, in the order asked for', () => {
    const snapshot = openSnapshot(plan.snapshotFolder)
    const filler = new BatchFiller(snapshot, plan)
    const own = createBatchSlot(plan, ownMemory)
    const batches = [
      [0, 1, 2, 3],
      [5, 6, 7, 8],
      [10, 11],
      [3, 2, 1, 0],
    ].map((people) => Int32Array.from(people))
    const pipeline = new BatchPipeline(plan)
    pipeline.order(batches[0], 3)
    batches.forEach((people, index) => {
      if (index + 1 < batches.length) pipeline.order(batches[index + 1], 3)
      filler.fillTraining(own, people, 3)
      expect(contents(pipeline.take())).toEqual(contents(own))
    })
    expect(pipeline.pending).toBe(0)
    pipeline.close()
    snapshot.close()
  })

  it('leaves pictures as they are when asked for pictures alone', () => {
    const snapshot = openSnapshot(plan.snapshotFolder)
    const pixels = new Uint8Array(4 * 32 * 32 * 3)
    snapshot.readImages([7, 9, 7, 7], pixels)
    const pipeline = new BatchPipeline(plan)
    pipeline.order(Int32Array.of(7, 9), null)
    expect(pipeline.take().images).toEqual(Float32Array.from(pixels))
    pipeline.close()
    snapshot.close()
  })

  it('says what is wrong with a snapshot or an order instead of waiting for ever', () => {
    const missing = new BatchPipeline({ ...plan, snapshotFolder: join(folder, 'nowhere') })
    missing.order(Int32Array.of(0), 0)
    expect(() => missing.take()).toThrow(/manifest/)
    missing.close()
    const pipeline = new BatchPipeline(plan)
    pipeline.order(Int32Array.of(99), 0)
    expect(() => pipeline.take()).toThrow('person 99 of 20')
    pipeline.order(Int32Array.of(1), 0)
    expect(pipeline.take().tasks.some(({ active }) => active[0] === 1)).toBe(true)
    expect(() => pipeline.take()).toThrow('no batch is ordered')
    pipeline.close()
  })

  it('counts the time that was spent waiting, once', () => {
    const pipeline = new BatchPipeline(plan)
    pipeline.order(Int32Array.of(1), 0)
    pipeline.take()
    // The thread had to start first.
    expect(pipeline.takeWaited()).toBeGreaterThan(1)
    expect(pipeline.takeWaited()).toBe(0)
    pipeline.close()
  })
})

it('two views of one block share their values, and no two arrays of a view do', () => {
  const allocate = (memory: Parameters<Parameters<typeof measureMemory>[0]>[0]) => ({
    a: memory.bytes(3),
    b: memory.floats(5),
    c: memory.integers(2),
  })
  const bytes = measureMemory(allocate)
  expect(bytes).toBe(3 * 64)
  const block = new SharedArrayBuffer(bytes)
  const [left, right] = [allocate(memoryOf(block)), allocate(memoryOf(block))]
  left.a.fill(255)
  left.b.set([1, 2, 3, 4, 5])
  left.c.set([-1, 7])
  expect(Object.values(right).map((array) => [...array])).toEqual([
    [255, 255, 255],
    [1, 2, 3, 4, 5],
    [-1, 7],
  ])
})
