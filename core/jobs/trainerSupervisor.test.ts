import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobNotice } from '../api/job.ts'
import { createProject, type Project } from '../store/project.ts'
import { defaultConfiguration, type RunRequest } from '../training/configuration.ts'
import type { JobContext, JobControls } from './jobRunner.ts'
import { markInterrupted } from './recovery.ts'
import { lockRun, unlockRun } from './runLock.ts'
import { writeRunFiles } from './runPreparation.ts'
import { compareRuns, listRuns } from './runSummaries.ts'
import { superviseTrainer } from './trainerSupervisor.ts'

const script = resolve('test/cli/children/protocolChild.ts')
let folder = ''
let project: Project

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-supervisor-'))
  project = createProject(join(folder, 'p.mend'))
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

function newRun(kind: string, changes: Partial<RunRequest> = {}): number {
  const configuration = { ...defaultConfiguration, tasks: ['parts'], ...changes }
  const run = project.transaction((writer) => writer.runs.insert({ kind: 'train', status: 'running', configuration }))
  mkdirSync(project.runFolder(run), { recursive: true })
  writeFileSync(join(project.runFolder(run), 'behaviour.json'), JSON.stringify({ kind }))
  return run
}

function job(signal = new AbortController().signal): JobContext & { notices: JobNotice[]; controls: JobControls[] } {
  const notices: JobNotice[] = []
  const controls: JobControls[] = []
  return {
    signal,
    notices,
    controls,
    progress: () => undefined,
    notice: (notice) => notices.push(notice),
    setControls: (given) => controls.push(given),
  }
}

describe('superviseTrainer', () => {
  it('keeps engine, epochs and losses in the project and passes the events on', async () => {
    const run = newRun('partial-lines')
    const context = job()
    const done = await superviseTrainer({ project, run, script }, context)
    expect(done).toMatchObject({ stopped: false, epoch: 2, imagesPerSecond: 10 })
    expect(project.runs.get(run)).toMatchObject({ engine: 'none', epoch: 1, status: 'running' })
    expect(project.runs.metrics(run)).toEqual([{ epoch: 1, task: 'parts', name: 'loss', value: null }])
    expect(context.notices.map((notice) => notice.event)).toEqual(['ready', 'warning', 'epoch'])
  })

  it('makes the batch that a run has found part of its configuration, and leaves the one asked for', async () => {
    const found = newRun('partial-lines', { batch: 'auto', seed: 7 })
    await superviseTrainer({ project, run: found, script }, job())
    expect(project.runs.get(found)?.configuration).toMatchObject({ batch: 4, seed: 7 })
    const asked = newRun('partial-lines', { batch: 32 })
    await superviseTrainer({ project, run: asked, script }, job())
    expect(project.runs.get(asked)?.configuration).toMatchObject({ batch: 32 })
  })

  it('continues with the batch that was found, even where the project did not hear of it', () => {
    const run = newRun('partial-lines')
    const file = join(project.runFolder(run), 'configuration.json')
    const request = { ...defaultConfiguration, tasks: ['parts'], batch: 'auto' } as const
    writeRunFiles(project.runFolder(run), request)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ batch: 'auto' })
    writeFileSync(file, JSON.stringify({ ...request, batch: 24 }))
    writeRunFiles(project.runFolder(run), request)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ batch: 24 })
  })

  it('fails with the trainer’s last words', async () => {
    const run = newRun('crash')
    await expect(superviseTrainer({ project, run, script }, job())).rejects.toThrow(/tensor 7 is missing/)
  })

  it('pauses and resumes through the job, and an abort becomes a stop', async () => {
    const run = newRun('obedient')
    const abort = new AbortController()
    const context = job(abort.signal)
    const states: (string | undefined)[] = []
    const timer = setInterval(() => {
      const status = project.runs.get(run)?.status
      if (status !== states.at(-1)) states.push(status)
      if (states.length === 1 && context.notices.length > 0) context.controls[0].pause()
      if (states.length === 2) context.controls[0].resume()
      if (states.length === 3) abort.abort()
    }, 20)
    try {
      expect(await superviseTrainer({ project, run, script }, context)).toMatchObject({ stopped: true })
    } finally {
      clearInterval(timer)
    }
    expect(states.slice(0, 3)).toEqual(['running', 'paused', 'running'])
  })
})

describe('markInterrupted', () => {
  it('finds runs and jobs whose process is gone, and leaves those at work alone', () => {
    const [lost, working] = [newRun('x'), newRun('x')]
    lockRun(project.runFolder(working), null)
    const jobs = project.transaction((writer) => {
      const insert = (): number => writer.jobs.insert({ kind: 'train', status: 'running', parameters: {} })
      const ids = [insert(), insert()]
      writer.connection.run('UPDATE job SET process = ? WHERE id = ?', 2 ** 22 + 1, ids[0])
      return ids
    })
    expect(markInterrupted(project)).toEqual([lost])
    expect(project.runs.get(lost)?.status).toBe('interrupted')
    expect(project.runs.get(working)?.status).toBe('running')
    expect(jobs.map((id) => project.jobs.get(id)?.status)).toEqual(['interrupted', 'running'])
    unlockRun(project.runFolder(working))
    expect(markInterrupted(project)).toEqual([working])
  })
})

describe('compareRuns', () => {
  it('takes the newest epoch of each run and marks the best by the metric’s direction', () => {
    const [a, b] = [newRun('x'), newRun('x')]
    project.transaction((writer) => {
      const set = (run: number, epoch: number, name: string, value: number): void =>
        writer.runs.setMetric(run, { epoch, task: 'parts', name, value })
      set(a, 1, 'meanIou', 0.9)
      set(a, 2, 'meanIou', 0.4)
      set(b, 1, 'meanIou', 0.5)
      set(a, 2, 'absoluteError', 0.4)
      set(b, 1, 'absoluteError', 0.5)
      set(b, 1, 'loss', 0.1)
    })
    expect(compareRuns(project, [a, b]).rows).toEqual([
      { task: 'parts', metric: 'absoluteError', better: 'lower', values: [0.4, 0.5], best: 0 },
      { task: 'parts', metric: 'meanIou', better: 'higher', values: [0.4, 0.5], best: 1 },
    ])
    expect(listRuns(project).map((run) => run.run)).toEqual([b, a])
    expect(() => compareRuns(project, [a, 9])).toThrow(/no run 9/)
  })
})
