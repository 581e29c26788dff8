import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LabelChange } from '../../api/editing.ts'
import { componentNames } from '../../dataset/task.ts'
import { frozenFolder } from '../../jobs/runPredictions.ts'
import { createProject } from '../../store/project.ts'
import { createPredictionWriter, emptyEpoch, writeEpoch, writeRecordedTasks } from '../../training/runFiles.ts'
import { squareTasks, writeSquareSnapshot } from '../../training/smallSnapshot.ts'
import { openInProcessClient, type InProcessClient } from '../inProcessClient.ts'
import { stored } from './editingFixture.ts'

let root: string
let folder: string
let service: InProcessClient

/** Person 1 in a picture of 32×32 with labels 1 `place` and 2 `mask`; run 1 was trained on them and predicted other values. */
beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-ghosts-'))
  folder = path.join(root, 'p.mend')
  using project = createProject(folder)
  const tasks = [
    {
      name: 'place',
      value: {
        kind: 'keypoints',
        joints: [
          { x: 4, y: 5, v: 2 },
          { x: 9, y: 5, v: 1 },
        ],
      },
    },
    { name: 'mask', value: { kind: 'parts', left: 0, top: 0, width: 2, height: 1, data: Uint8Array.of(1, 1) } },
  ] as const
  project.transaction((writer) => {
    const file = path.join(folder, 'a.jpg')
    const image = writer.images.insert({ sha256: '0'.repeat(64), dHash: 0n, width: 32, height: 32, file, split: null })
    const person = writer.people.insert({ image, box: { x: 0, y: 0, width: 32, height: 32 } })
    for (const { name, value } of tasks) {
      const task = writer.tasks.insert(name, squareTasks[name])
      writer.labels.insert({ person, task, source: null, value, state: 'labelled', origin: 'imported', current: true })
    }
    writer.runs.insert({ kind: 'train', status: 'done', configuration: {} })
  })
  const run = project.runFolder(1)
  await writeSquareSnapshot(path.join(run, frozenFolder), 1)
  const recorded = tasks.map(({ name }, at) => {
    const { kind } = squareTasks[name]
    const components = componentNames(squareTasks[name])
    return { name, kind, components, labels: Float64Array.of(at + 1), people: Int32Array.of(0) }
  })
  writeRecordedTasks(run, recorded)
  writeEpoch(
    run,
    1,
    recorded.map(({ components }) => emptyEpoch(1, components.length)),
  )
  const mask = new Uint8Array(32 * 32)
  mask.fill(1, 1, 4)
  const rows = [Float32Array.of(20, 21, 2, 22, 23, 2), mask]
  rows.forEach((row, at) => {
    const writer = createPredictionWriter(run, at, tasks[at].name)
    writer.append(row)
    writer.finish(1)
  })
  service = openInProcessClient()
})
afterEach(async () => {
  await service.close()
  rmSync(root, { recursive: true, force: true })
})

const accept = (task: string, change: LabelChange) =>
  service.client.editing.apply({
    project: folder,
    image: 1,
    gesture: `gesture-${task}`,
    reason: 'accepted',
    edits: [{ person: 1, task, base: 0, change }],
  })

test('a ghost is what the newest finished run predicts, in pixels of the picture', async () => {
  const ghosts = await service.client.editing.ghosts({ project: folder, people: [1], tasks: ['place'] })
  expect(ghosts).toEqual([
    {
      person: 1,
      task: 'place',
      label: 1,
      run: 1,
      value: {
        kind: 'keypoints',
        joints: [
          [20, 21, 2],
          [22, 23, 1],
        ],
      },
    },
  ])
  const both = await service.client.editing.ghosts({ project: folder, people: [1] })
  expect(both.map(({ task }) => task)).toEqual(['place', 'mask'])
})

test('it is accepted as a whole, as the work of a model', async () => {
  const { labels } = stored(await accept('place', { type: 'accept' }))
  expect(labels[0]).toMatchObject({
    origin: 'model',
    after: {
      type: 'value',
      value: {
        joints: [
          [20, 21, 2],
          [22, 23, 1],
        ],
      },
    },
  })
})

test('or one joint of it, or one part', async () => {
  const joint = stored(await accept('place', { type: 'accept', components: ['right corner'] }))
  expect(joint.labels[0]).toMatchObject({
    origin: 'human',
    after: {
      type: 'value',
      value: {
        joints: [
          [4, 5, 2],
          [22, 23, 1],
        ],
      },
    },
  })
  // Given 1 at x = 0, 1; predicted at 1, 2, 3: x = 0 goes, 2 and 3 come.
  const part = stored(await accept('mask', { type: 'accept', components: ['square'] }))
  expect(part.labels[0].after).toMatchObject({ type: 'paint', left: 0, top: 0, width: 4, height: 1 })
})
