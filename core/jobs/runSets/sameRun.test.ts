import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from '../../store/project.ts'
import { defaultConfiguration, type RunRequest } from '../../training/configuration.ts'
import { findSameRun } from './sameRun.ts'

let folder = ''
let project: Project
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-same-'))
  project = createProject(join(folder, 'p.mend'))
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

const configuration: RunRequest = { ...defaultConfiguration, tasks: ['parts'], seed: 3 }
const freeze = { validationShare: 0.1, margin: 0.15 }

function add(changes: Partial<RunRequest>, status: 'done' | 'failed' = 'done', snapshot = 'abc'): number {
  return project.transaction((writer) => {
    const stored = { ...configuration, ...changes, freeze }
    const run = writer.runs.insert({ kind: 'train', status, configuration: stored })
    writer.runs.update(run, { snapshot })
    return run
  })
}
const found = (): number | undefined => findSameRun(project, 'abc', configuration, 'train')?.id

describe('a run that exists', () => {
  it('is found by its training set and configuration, however often it wrote checkpoints', () => {
    add({ seed: 4 })
    const same = add({ checkpointEvery: 5 })
    expect(found()).toBe(same)
  })

  it('is not found with another training set, another choice, unfinished, or taken away', () => {
    add({}, 'done', 'other')
    add({ epochs: 99 })
    add({ balancing: { ...configuration.balancing, cagradC: 0.4 } })
    add({}, 'failed')
    const removed = add({})
    project.transaction((writer) => writer.runs.setRemoved(removed, true))
    expect(found()).toBeUndefined()
  })

  it('of an earlier version, without the choices of today, counts with what they meant', () => {
    const { balancing: _, ...earlier } = configuration
    const id = project.transaction((writer) => {
      const run = writer.runs.insert({ kind: 'train', status: 'done', configuration: { ...earlier, freeze } })
      writer.runs.update(run, { snapshot: 'abc' })
      return run
    })
    expect(found()).toBe(id)
  })

  it('is found whatever was said of distillation, where nothing is distilled', () => {
    const same = add({ distillation: 7 })
    expect(found()).toBe(same)
    const slim = { ...configuration, model: 'slim-tiny' } as const
    add({ model: 'slim-tiny', distillation: 7 })
    expect(findSameRun(project, 'abc', slim, 'train')).toBeUndefined()
    const one = add({ model: 'slim-tiny', onlyWidth: 0.5, distillation: 7 })
    expect(findSameRun(project, 'abc', { ...slim, onlyWidth: 0.5 }, 'train')?.id).toBe(one)
  })

  it('on planted errors is no ordinary run', () => {
    const id = add({})
    project.transaction((writer) => writer.connection.run("UPDATE run SET kind = 'audit' WHERE id = ?", id))
    expect(found()).toBeUndefined()
    expect(findSameRun(project, 'abc', configuration, 'audit')?.id).toBe(id)
  })
})
