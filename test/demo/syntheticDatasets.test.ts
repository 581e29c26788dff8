import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabelValue } from '../../core/dataset/label.ts'
import { sourceFormat } from '../../core/formats/registry.ts'
import { applyImport } from '../../core/jobs/applyImport.ts'
import { planImport } from '../../core/jobs/importSource.ts'
import { createProject } from '../../core/store/project.ts'
import { personLabels, syntheticPeople } from '../../core/synthetic/dataset.ts'
import { readAnswerSheet } from '../../scripts/demo/plantedErrors.ts'
import { writeSyntheticDatasets, type SyntheticDatasets } from '../../scripts/demo/syntheticDatasets.ts'

/** 10 identities of four pictures: 6 go to each dataset, 2 to both; identities 2 and 9 validate. */
const people = 40
const size = { width: 32, height: 64 }
let folder = ''
let made: SyntheticDatasets

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-demo-'))
  const errors = [
    { task: 'parts', kind: 'derange' },
    { task: 'keypoints', kind: 'derange' },
  ]
  made = await writeSyntheticDatasets({ folder, people, seed: 5, ...size, share: 0.25, errors })
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Name of the picture → value of the task, as the format reads it from disk. */
async function read(dataset: string, task: string): Promise<Map<string, LabelValue>> {
  const values = new Map<string, LabelValue>()
  const source = path.join(folder, dataset)
  for await (const record of sourceFormat(dataset === 'clothes' ? 'coco' : 'mend-bundle').read(source)) {
    if (record.type === 'skipped') throw new Error(`${record.where}: ${record.detail}`)
    const value = record.people[0].labels[task]
    if (value !== undefined) values.set(path.basename(record.path, '.png'), value)
  }
  return values
}

/** Labels as they were drawn, of the people whose value on disk differs from them. */
async function changed(dataset: string, task: string): Promise<string[]> {
  const drawn = new Map<string, LabelValue>()
  for (const { name, person } of syntheticPeople({ profile: 'full', people, seed: 5, ...size })) {
    drawn.set(name, personLabels(person)[task])
  }
  return [...(await read(dataset, task))]
    .filter(([name, value]) => comparable(value) !== comparable(drawn.get(name)))
    .map(([name]) => name)
    .sort()
}

/** Masks by their pixels, joints by their places: to the hundredth of a pixel, and none where nobody looked. */
function comparable(value: LabelValue | undefined): string {
  if (value?.kind === 'keypoints')
    return JSON.stringify(value.joints.map(({ x, y, v }) => [x.toFixed(2), y.toFixed(2), v]))
  if (value?.kind !== 'parts') throw new Error('not a mask')
  const mask = new Uint8Array(size.width * size.height)
  for (let row = 0; row < value.height; row++) {
    const line = value.data.subarray(row * value.width, (row + 1) * value.width)
    mask.set(line, (value.top + row) * size.width + value.left)
  }
  return mask.join()
}

describe('the datasets of the demo', () => {
  it('are two, with three fifths of the people each and one fifth in both', () => {
    expect(made.inBoth).toBe(8)
    expect(made.datasets.map(({ name, report }) => [name, report.format, report.images, report.labels])).toEqual([
      ['clothes', 'coco', 24, { parts: 24, attributes: 24 }],
      ['poses', 'mend-bundle', 24, { keypoints: 24, depth: 24, vector: 24 }],
    ])
    expect(readdirSync(folder).sort()).toEqual(['clothes', 'planted.json', 'poses'])
  })

  it('have exactly the share of wrong labels that the answer sheet names, and no other', async () => {
    const [parts, keypoints] = await readAnswerSheet(path.join(folder, 'planted.json'))
    // Clothes: identities 0 1 2 5 6 7, of which 2 validates: 20 labels. Poses: 2 3 4 7 8 9 without 2 and 9: 16.
    expect([parts.labels, parts.people.length]).toEqual([20, 5])
    expect([keypoints.labels, keypoints.people.length]).toEqual([16, 4])
    expect(await changed('clothes', 'parts')).toEqual(parts.people)
    expect(await changed('poses', 'keypoints')).toEqual(keypoints.people)
  })

  it('do not say what was planted', () => {
    const text = readFileSync(path.join(folder, 'poses', 'images.jsonl'), 'utf8')
    expect(text).not.toMatch(/derange|planted|corrupt/)
  })

  it('import again without questions, and pictures of both become one image with one person', async () => {
    const project = createProject(path.join(folder, 'p.mend'))
    try {
      for (const name of ['clothes', 'poses']) {
        const plan = await planImport(project, path.join(folder, name))
        expect(plan.summary.doubtful).toEqual([])
        const report = await applyImport(plan)
        const shared = name === 'clothes' ? 0 : 8
        expect(report).toMatchObject({
          images: 24,
          people: 24,
          merged: { images: shared, people: shared },
          skipped: [],
        })
      }
      expect(project.coverage()).toMatchObject({ images: 40, people: 40, labels: 24 * 5 })
    } finally {
      project.close()
    }
  })
})
