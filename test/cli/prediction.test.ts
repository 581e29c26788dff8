import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { predictResult, type PredictResult } from '../../core/api/prediction.ts'
import type { JobEvent } from '../../core/api/job.ts'
import { openProject, type Project } from '../../core/store/project.ts'
import { openInProcessClient, type InProcessClient } from '../../core/service/inProcessClient.ts'

let root: string
let folder: string
let service: InProcessClient

/** Four sources of one task each, eight people a source (two identities), and a run that learnt all four tasks for an epoch. */
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-predict-'))
  folder = path.join(root, 'p.mend')
  service = openInProcessClient()
  const size = { height: 32, width: 16 }
  const made = { project: folder, profile: 'partial', people: 64, seed: 1, ...size } as const
  await finished((await service.client.projects.synthesize(made)).job)
  const tasks = ['attributes', 'identity', 'keypoints', 'parts']
  const options = { ...size, tasks, epochs: 1, batch: 16 }
  await finished((await service.client.training.start({ project: folder, options })).job)
}, 120_000)
afterAll(async () => {
  await service.close()
  rmSync(root, { recursive: true, force: true })
})

async function finished(job: string, onEvent: (event: JobEvent) => void = () => undefined): Promise<unknown> {
  for await (const event of await service.client.jobs.watch({ job })) {
    onEvent(event)
    if (event.type === 'done') return event.result
    if (event.type === 'failed' || event.type === 'cancelled') throw new Error(JSON.stringify(event))
  }
  throw new Error('the job ended without a word')
}

async function predict(choices: object = {}): Promise<PredictResult> {
  const { job } = await service.client.prediction.start({ project: folder, ...choices })
  return predictResult.parse(await finished(job))
}

function looking<T>(look: (project: Project) => T): T {
  using project = openProject(folder)
  return look(project)
}

const modelLabels = (): number =>
  looking(({ connection }) => connection.one<{ n: number }>("SELECT count(*) AS n FROM label WHERE origin = 'model'").n)

describe('prediction', () => {
  test('labels whoever lacks a label, as the model’s, and one undo takes back what nobody touched', async () => {
    const before = looking((project) => project.labels.currentOf(1, ['attributes']))
    const result = await predict({ tasks: ['attributes', 'parts'] })
    // 16 of 64 people have each: 48 lack it.
    expect(result).toMatchObject({ run: 1, people: 64, skipped: 0, labels: { attributes: 48, parts: 48 }, out: null })
    expect(modelLabels()).toBe(96)
    looking((project) => {
      const [label] = project.labels.currentOf(5, ['attributes'])
      expect(label).toMatchObject({ origin: 'model', state: 'labelled', source: null, touched: false })
      expect(label.value?.kind === 'attributes' && label.value.values.every((value) => value !== null)).toBe(true)
      // Who had a label keeps it.
      expect(project.labels.currentOf(1, ['attributes'])).toEqual(before)
    })
    const [action] = await service.client.browse.actions({ project: folder })
    expect(action.title).toBe('Predicted 96 labels of attributes, parts (run 1)')
    // What somebody touched since stays.
    looking((project) =>
      project.transaction(({ labels }) => {
        const [label] = project.labels.currentOf(5, ['attributes'])
        const verified = { type: 'set-state', mark: { state: 'verified', origin: 'human' } } as const
        labels.apply(label.id, verified, { by: 'ann', why: 'right' })
      }),
    )
    const undone = await service.client.browse.undo({ project: folder, action: result.action ?? undefined })
    expect(undone).toMatchObject({ restored: 95, skipped: 1 })
    expect(modelLabels()).toBe(0)
    expect(looking((project) => project.labels.currentOf(5, ['attributes']))).toMatchObject([{ state: 'verified' }])
  })

  test('a file holds everybody who is chosen, a line a task, embeddings of length 1 among them', async () => {
    const out = path.join(root, 'said.jsonl')
    const result = await predict({ filter: 'split=val,source=keypoints', out })
    const line = z.object({ person: z.number(), task: z.string(), value: z.looseObject({ kind: z.string() }) })
    const lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((text) => line.parse(JSON.parse(text)))
    const wanted = looking(({ connection }) =>
      connection.all<{ id: number }>(
        `SELECT person.id FROM person JOIN image ON image.id = image_id JOIN person_source ON person_id = person.id
         JOIN source ON source.id = source_id WHERE image.split = 'val' AND source.name = 'keypoints'`,
      ),
    ).map(({ id }) => id)
    expect(wanted.length).toBeGreaterThan(0)
    expect([...new Set(lines.map(({ person }) => person))]).toEqual(wanted)
    expect(result.labels['parts']).toBe(wanted.length)
    expect(result.action).toBeNull()
    const { value } = lines.find(({ task }) => task === 'identity') ?? { value: null }
    const { values } = z.object({ kind: z.literal('embedding'), values: z.array(z.number()) }).parse(value)
    expect(Math.hypot(...values)).toBeCloseTo(1, 4)
    await expect(predict({ out })).rejects.toThrow('file-exists')
  })

  test('a cancel takes back what was written and leaves nothing behind', async () => {
    const labels = modelLabels()
    const { job } = await service.client.prediction.start({ project: folder, tasks: ['keypoints'] })
    await expect(
      finished(job, (event) => {
        if (event.type === 'progress' && event.progress.stage === 'cropped') void service.client.jobs.cancel({ job })
      }),
    ).rejects.toThrow('cancelled')
    expect(modelLabels()).toBe(labels)
    expect(readdirSync(path.join(folder, 'runs', '1')).filter((name) => name.startsWith('predicting'))).toEqual([])
  })

  test('a run that did not learn the task, and one that does not exist, are refused', async () => {
    await expect(predict({ tasks: ['depth'] })).rejects.toThrow('unknown-task')
    await expect(predict({ run: 9 })).rejects.toThrow('unknown-run')
    expect(existsSync(path.join(folder, 'runs', '9'))).toBe(false)
  })

  test('people are found by likeness among everybody whom the run has seen', async () => {
    const [known] = looking(({ connection }) =>
      connection.all<{ person: number; identity: string }>(
        'SELECT person_id AS person, identity FROM label_fact WHERE identity IS NOT NULL ORDER BY person_id',
      ),
    )
    const asked = { project: folder, task: 'identity', person: known.person, limit: 100 }
    const similar = await service.client.prediction.similar(asked)
    expect(similar).toMatchObject({ run: 1, known: true })
    const identities = similar.people.flatMap(({ identity }) => (identity === null ? [] : [identity]))
    // The others, once each; nobody is like themselves.
    expect(new Set(identities).size).toBe(identities.length)
    expect(identities).not.toContain(known.identity)
    expect(identities.length).toBe(3)
    const order = similar.people.map(({ similarity }) => similarity)
    expect(order).toEqual([...order].sort((a, b) => b - a))
    expect(Math.max(...order)).toBeLessThanOrEqual(1.0001)
    await expect(service.client.prediction.similar({ ...asked, task: 'parts' })).rejects.toThrow(
      'no task that says who',
    )
  })
})
