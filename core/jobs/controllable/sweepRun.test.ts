import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobProgress } from '../../api/job.ts'
import { createProject, type Project } from '../../store/project.ts'
import { writeDrawnRun } from '../../training/controllable/drawnRun.ts'
import type { Measured } from '../../training/controllable/sweep.ts'
import { runDescription } from '../../training/modelExport/descriptionRunner.ts'
import { JobCancelled, type JobContext } from '../jobRunner.ts'
import { configureRun, controllableState } from './controllableState.ts'
import { exportNetwork } from './exportNetwork.ts'
import { sweepRun } from './sweepRun.ts'

const folder = mkdtempSync(join(tmpdir(), 'mend-sweep-'))
let project: Project
let run = 0

beforeAll(async () => {
  project = createProject(join(folder, 'p.mend'))
  const choices = { model: 'slim-tiny', tasks: ['look'], engine: 'wasm' } as const
  // The run's row comes first, since its folder is named by it.
  run = project.transaction((writer) => writer.runs.insert({ kind: 'train', status: 'done', configuration: {} }))
  const { configuration } = await writeDrawnRun(project.runFolder(run), choices)
  project.transaction((writer) =>
    writer.runs.update(run, { configuration: { ...configuration, freeze: { margin: 0.15 } } }),
  )
})
afterAll(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A job that is cancelled when so much has been measured. */
function jobUntil(done: number): JobContext & { seen: JobProgress[] } {
  const abort = new AbortController()
  const seen: JobProgress[] = []
  const progress = (each: JobProgress): void => {
    seen.push(each)
    if (each.done >= done) abort.abort()
  }
  return { signal: abort.signal, progress, notice: () => undefined, setControls: () => undefined, seen }
}

describe('a sweep', () => {
  it('goes on where it was cancelled, and its report is what the run is known by', async () => {
    await expect(sweepRun(project, run, jobUntil(1))).rejects.toBeInstanceOf(JobCancelled)
    expect((await controllableState(project, run, null))?.sweep).toBe(null)
    const file = join(project.runFolder(run), 'sweep', 'measured.jsonl')
    const [first] = readFileSync(file, 'utf8').trim().split('\n')
    // A figure that no engine measures shows that it was not measured again.
    const measured = JSON.parse(first) as Measured
    writeFileSync(file, `${JSON.stringify({ ...measured, milliseconds: 12345 })}\n`)

    const job = jobUntil(Infinity)
    const result = await sweepRun(project, run, job)
    expect(existsSync(file)).toBe(false)
    expect(job.seen.at(-1)).toMatchObject({
      stage: 'measured',
      done: result.configurations,
      total: result.configurations,
    })
    // One task: one preference at six budgets. Every fifth of 20 people validates.
    expect(result.points).toHaveLength(6)
    expect(result.people).toBe(4)
    expect(result.overshoot).toBe(0)
    expect(result.points.filter(({ milliseconds }) => milliseconds === 12345)).not.toHaveLength(0)
    for (const { budget, macs, metrics } of result.points) {
      expect(macs).toBeLessThanOrEqual(budget)
      expect(metrics['look']).toMatchObject({ metric: 'meanAccuracy', better: 'higher' })
    }
    const state = await controllableState(project, run, null)
    expect(state?.sweep?.points).toEqual(result.points)
    const last = result.points[5]
    expect(await configureRun(project, run, { look: 3 }, last.budget)).toMatchObject({
      feasible: true,
      macs: last.macs,
      milliseconds: { value: last.milliseconds, basis: 'measured' },
      expected: { basis: 'measured', metrics: last.metrics },
    })
    // Two processes start, each with an engine.
  }, 180_000)

  it('does not count for weights that were trained further', async () => {
    const file = join(project.runFolder(run), 'checkpoint', 'state.safetensors')
    writeFileSync(file, readFileSync(file))
    expect((await controllableState(project, run, null))?.sweep).toBe(null)
  })
})

describe('an export', () => {
  it('is a folder with a model that runs, and nothing is left beside it', async () => {
    const state = await controllableState(project, run, null)
    const budget = state?.minimumMacs ?? 0
    const out = join(folder, 'small')
    const wish = { preferences: { look: 1 }, budget }
    const options = { run, wish, format: 'safetensors', batch: 1, out } as const
    const result = await exportNetwork(project, options, jobUntil(Infinity))
    expect(result.configuration).toEqual({ kind: 'slim', encoder: 0.25, decoders: { look: 0.25 } })
    expect(result.files.map(({ name }) => name).sort()).toEqual(['model.json', 'model.safetensors'])
    const { look } = runDescription(out, new Float32Array(32 * 32 * 3).fill(90))
    expect(look.every((value) => value > 0 && value < 1)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['p.mend', 'small'])
    expect(readdirSync(project.runFolder(run)).filter((name) => name.startsWith('exporting'))).toEqual([])
    const again = exportNetwork(project, options, jobUntil(Infinity))
    await expect(again).rejects.toMatchObject({ code: 'output-exists' })
  })

  it('below the least names it, and writes nothing', async () => {
    const out = join(folder, 'none')
    const wish = { preferences: { look: 1 }, budget: 10 }
    const found = exportNetwork(project, { run, wish, format: 'safetensors', batch: 1, out }, jobUntil(Infinity))
    await expect(found).rejects.toMatchObject({ code: 'budget-infeasible' })
    expect(existsSync(out)).toBe(false)
  })
})
