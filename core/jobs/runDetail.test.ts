import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trainingOptions } from '../api/training.ts'
import { createProject, openProject, type Project } from '../store/project.ts'
import { defaultConfiguration } from '../training/configuration.ts'
import { markInterrupted } from './recovery.ts'
import { removeRun, restoreRun } from './removeRun.ts'
import { detailRun } from './runDetail.ts'
import { encodeEpochLabels } from './runLabelBlob.ts'
import { lockRun } from './runLock.ts'
import { listRuns } from './runSummaries.ts'
import { superviseTrainer } from './trainerSupervisor.ts'

let folder = ''
let project: Project

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-detail-'))
  project = createProject(join(folder, 'p.mend'))
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

function newRun(status: 'running' | 'done' | 'queued' = 'running'): number {
  const freeze = { validationShare: 0.2, margin: 0.15, limit: 50 }
  const configuration = { ...defaultConfiguration, tasks: ['parts'], seed: 9, freeze }
  const run = project.transaction((writer) => writer.runs.insert({ kind: 'train', status, configuration }))
  mkdirSync(project.runFolder(run), { recursive: true })
  return run
}

describe('the detail of a run', () => {
  it('has what was asked for, so that the same run can be started again', () => {
    expect(detailRun(project, newRun()).options).toEqual(
      trainingOptions.parse({ tasks: ['parts'], seed: 9, validationShare: 0.2, limit: 50 }),
    )
  })

  it('has speed and events as the trainer told them, in the middle of the run', async () => {
    const run = newRun()
    writeFileSync(join(project.runFolder(run), 'behaviour.json'), JSON.stringify({ kind: 'partial-lines' }))
    const context = {
      signal: new AbortController().signal,
      progress: () => undefined,
      notice: () => undefined,
      setControls: () => undefined,
    }
    await superviseTrainer({ project, run, script: resolve('test/cli/children/protocolChild.ts') }, context)
    const detail = detailRun(project, run)
    expect(detail).toMatchObject({ epochs: [1], imagesPerSecond: [5], rssMb: [1] })
    expect(detail.engine).toEqual({ name: 'none', device: 'cpu', reason: 'größe', weights: 1, macs: 1 })
    expect(detail.tasks).toEqual([{ task: 'parts', loss: [null], metrics: {}, parameters: [null], losses: [null] }])
    expect(detail.events.map(({ kind }) => kind)).toEqual(['ready', 'warning'])
  })

  it('works out distributions of a run that did not write them down, once', () => {
    const run = newRun('done')
    const values = Float32Array.from({ length: 101 }, (_, at) => at)
    const none = new Float32Array(101).fill(NaN)
    const record = {
      epoch: 1,
      loss: values,
      s: none,
      margin: none,
      lowMargin: none,
      softmin: none,
      swapLoss: none,
      componentLoss: none,
      componentS: none,
      componentSurprise: none,
    }
    project.transaction((writer) => {
      writer.runs.setLabels(run, 'parts', 1, encodeEpochLabels(record))
      writer.runs.setMetric(run, { epoch: 1, task: 'parts', name: 'loss', value: 50 })
      writer.runs.update(run, { epoch: 1 })
    })
    const [parts] = detailRun(project, run).tasks
    expect(parts).toMatchObject({ loss: [50], losses: [[1, 5, 25, 50, 75, 95, 99]], parameters: [null] })
    expect(project.history.distributions(run)).toEqual([
      { task: 'parts', epoch: 1, quantity: 'loss', quantiles: [1, 5, 25, 50, 75, 95, 99] },
    ])
    project.transaction((writer) => writer.runs.setLabels(run, 'parts', 1, new Uint8Array(12)))
    expect(detailRun(project, run).tasks[0].losses).toEqual([[1, 5, 25, 50, 75, 95, 99]])
  })

  it('a run that waits in a process that died is interrupted and can be continued', () => {
    const run = newRun('queued')
    lockRun(project.runFolder(run), null)
    expect(detailRun(project, run).continuable).toBe(false)
    rmSync(join(project.runFolder(run), 'run.lock'))
    markInterrupted(project)
    expect(detailRun(project, run)).toMatchObject({ summary: { state: 'interrupted' }, continuable: true })
  })
})

describe('a run that is taken away', () => {
  it('is out of every list until it is put back, and gone with its files a day later', () => {
    const run = newRun('done')
    removeRun(project, run)
    expect(listRuns(project)).toEqual([])
    expect(() => detailRun(project, run)).toThrow(/has no run/)
    restoreRun(project, run)
    expect(listRuns(project).map((each) => each.run)).toEqual([run])

    removeRun(project, run)
    project.close()
    project = openProject(join(folder, 'p.mend'))
    restoreRun(project, run)
    project.transaction((writer) =>
      writer.connection.run("UPDATE run SET removed_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", run),
    )
    project.close()
    project = openProject(join(folder, 'p.mend'))
    expect(() => restoreRun(project, run)).toThrow(/has no run/)
    expect(() => lockRun(project.runFolder(run), null)).toThrow(/ENOENT/)
  })

  it('must not be under way', () => {
    const run = newRun()
    lockRun(project.runFolder(run), null)
    expect(() => removeRun(project, run)).toThrow(/under way/)
  })
})
