import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProject, type Project } from '../../store/project.ts'
import { defaultConfiguration } from '../../training/configuration.ts'
import { compareChosen } from './comparedRuns.ts'

let folder: string
let project: Project
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-compared-'))
  project = createProject(path.join(folder, 'p.mend'))
  project.transaction((writer) => writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] }))
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

function doneRun(seed: number, meanAccuracy: number): number {
  return project.transaction(({ runs }) => {
    const configuration = { ...defaultConfiguration, tasks: ['tags'], seed }
    const run = runs.insert({ kind: 'train', status: 'done', configuration })
    runs.setMetric(run, { epoch: 1, task: 'tags', name: 'meanAccuracy', value: meanAccuracy })
    return run
  })
}
const lines = (...runs: readonly number[]) =>
  compareChosen(project, { runs, sets: [] }).lines.map(({ line, tasks }) => [line, tasks['tags'].mean])

test('runs that differ in their seed are one line, with the mean of their figures', () => {
  expect(lines(doneRun(1, 0.5), doneRun(2, 0.7))).toEqual([['runs 1, 2', 0.6]])
})

test('a run that was trained again with the same seed is a line of its own: its labels were other ones', () => {
  const [first, second, again] = [doneRun(1, 0.5), doneRun(2, 0.7), doneRun(1, 0.9)]
  expect(lines(first, again)).toEqual([
    ['run 1', 0.5],
    ['run 3', 0.9],
  ])
  expect(lines(first, second, again)).toEqual([
    ['runs 1, 2', 0.6],
    ['run 3', 0.9],
  ])
})
