import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluateResult, type EvaluateResult } from '../api/evaluation.ts'
import { trainResult, type TrainResult } from '../api/training.ts'
import { openInProcessClient, type InProcessClient } from '../service/inProcessClient.ts'

let root: string
let project: string
let service: InProcessClient
let trained: TrainResult

/** A run over everybody of one source; 14% of them validate, and were never learnt from. */
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-evaluate-'))
  project = path.join(root, 'p.mend')
  service = openInProcessClient()
  const size = { height: 32, width: 16 }
  await finished(
    (await service.client.projects.synthesize({ project, profile: 'full', people: 56, seed: 1, ...size })).job,
  )
  const options = { ...size, epochs: 1, batch: 16, tasks: ['attributes', 'vector'] }
  trained = trainResult.parse(await finished((await service.client.training.start({ project, options })).job))
}, 240_000)
afterAll(async () => {
  await service.close()
  rmSync(root, { recursive: true, force: true })
})

async function finished(job: string): Promise<unknown> {
  for await (const event of await service.client.jobs.watch({ job })) {
    if (event.type === 'done') return event.result
    if (event.type === 'failed') throw Object.assign(new Error(event.error.message), event.error)
    if (event.type === 'cancelled') throw new Error(event.hint)
  }
  throw new Error('the job ended without a word')
}

async function evaluate(choices: { source?: number; tasks?: string[] } = {}): Promise<EvaluateResult> {
  const { job } = await service.client.runSets.evaluate({ project, run: trained.run, source: 1, ...choices })
  return evaluateResult.parse(await finished(job))
}

test('a run is measured on the people of a source whom it did not learn from, with the numbers of its own validation', async () => {
  const { people } = await service.client.runs.detail({ project, run: trained.run })
  const result = await evaluate()
  expect(result).toMatchObject({ sourceName: 'full', people: people?.val, trainedOn: people?.train })
  expect(result.tasks['attributes'].people).toBe(people?.val)
  for (const task of ['attributes', 'vector']) {
    for (const [name, value] of Object.entries(trained.metrics[task])) {
      expect(result.tasks[task].metrics[name], `${task} ${name}`).toBeCloseTo(value ?? NaN, 5)
    }
  }
  const kept = await service.client.runSets.evaluations({ project, run: trained.run })
  expect(kept.map(({ task, source }) => [task, source])).toEqual([
    ['attributes', 1],
    ['vector', 1],
  ])
  expect(kept[0].metrics).toEqual(result.tasks['attributes'].metrics)
  expect(readdirSync(path.join(project, 'runs', '1')).filter((name) => name.startsWith('evaluating'))).toEqual([])
}, 120_000)

test('a task that the run did not learn and a source that there is not are refused', async () => {
  await expect(evaluate({ tasks: ['parts'] })).rejects.toMatchObject({ code: 'unknown-task' })
  await expect(evaluate({ source: 7 })).rejects.toMatchObject({ code: 'unknown-source' })
})
