import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trainingOptions } from '../api/training.ts'
import { createProject, type Project } from '../store/project.ts'
import { insertRunSet, setMemberRun } from '../store/runSets.ts'
import { defaultConfiguration } from '../training/configuration.ts'
import { potentialsOf, setPotential } from './runSets/potentials.ts'
import { relationLines, relationsOf, setRelation } from './runSets/relations.ts'
import { withProjectKnowledge } from './taskKnowledge.ts'

let folder = ''
let project: Project
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-knowledge-'))
  project = createProject(join(folder, 'p.mend'))
  project.transaction(({ tasks }) => {
    tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] })
    tasks.insert('mask', { kind: 'parts', parts: ['background', 'body'], flip: [0, 1] })
  })
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A finished run of these tasks; metrics of epochs before the last do not count. */
function addRun(metrics: Record<string, Record<string, number>>, seed: number): number {
  const configuration = { ...defaultConfiguration, tasks: Object.keys(metrics), seed, epochs: 2 }
  return project.transaction((writer) => {
    const run = writer.runs.insert({ kind: 'train', status: 'done', configuration })
    writer.runs.update(run, { snapshot: 'abc', epoch: 2 })
    for (const [task, values] of Object.entries(metrics)) {
      for (const [name, value] of Object.entries(values)) {
        writer.runs.setMetric(run, { epoch: 1, task, name, value: 0.01 })
        writer.runs.setMetric(run, { epoch: 2, task, name, value })
      }
    }
    return run
  })
}

/** tags alone .80, mask alone .50; together .79 and .60: mask harms tags, tags do not harm mask. */
function addTest(): void {
  const runs = [
    addRun({ tags: { meanAccuracy: 0.8 } }, 1),
    addRun({ mask: { meanIou: 0.5 } }, 1),
    addRun({ tags: { meanAccuracy: 0.79 }, mask: { meanIou: 0.6 } }, 1),
  ]
  const tasks = [['tags'], ['mask'], ['tags', 'mask']]
  project.transaction(({ connection }) => {
    const members = tasks.map((learnt) => ({
      line: learnt.join(' + '),
      request: { options: trainingOptions.parse({ tasks: learnt }), frozenTasks: ['tags', 'mask'] },
    }))
    const set = insertRunSet(connection, { name: 'test', purpose: 'relations' }, members)
    runs.forEach((run, at) => setMemberRun(connection, set, at, run))
  })
}

const known = (from: string, to: string) =>
  relationsOf(project).pairs.find((pair) => pair.from === from && pair.to === to)

describe('the relation test', () => {
  it('is K runs of one task and K(K − 1)/2 of two, with nothing that balances them', () => {
    const lines = relationLines(
      ['a', 'b', 'c'],
      trainingOptions.parse({ weighting: 'dwa', gradient: 'pcgrad', epochs: 4 }),
    )
    expect(lines.map(({ options }) => options.tasks)).toEqual([['a'], ['b'], ['c'], ['a', 'b'], ['a', 'c'], ['b', 'c']])
    expect(lines.every(({ options }) => options.weighting === 'equal' && options.gradient === 'none')).toBe(true)
    expect(lines.every(({ options }) => options.epochs === 4)).toBe(true)
  })

  it('is read from its runs, and what somebody decides counts instead until it is taken back', () => {
    expect(relationsOf(project)).toEqual({ set: null, tasks: [], pairs: [] })
    addTest()
    expect(known('mask', 'tags')).toMatchObject({
      alone: 0.8,
      together: 0.79,
      measured: true,
      decided: null,
      negative: true,
    })
    expect(known('tags', 'mask')).toMatchObject({ measured: false, negative: false })
    setRelation(project, 'mask', 'tags', false)
    setRelation(project, 'tags', 'mask', true)
    expect(known('mask', 'tags')).toMatchObject({ measured: true, decided: false, negative: false })
    expect(known('tags', 'mask')).toMatchObject({ measured: false, decided: true, negative: true })
    setRelation(project, 'mask', 'tags', null)
    expect(known('mask', 'tags')).toMatchObject({ decided: null, negative: true })
  })

  it('refuses tasks that there are not, and one task twice', () => {
    expect(() => setRelation(project, 'mask', 'mask', true)).toThrow(
      expect.objectContaining({ code: 'relation-with-itself' }),
    )
    expect(() => setRelation(project, 'mask', 'legs', true)).toThrow(expect.objectContaining({ code: 'unknown-task' }))
  })
})

describe('what the project knows of its tasks', () => {
  const options = (changes: object) => trainingOptions.parse({ tasks: ['tags', 'mask'], ...changes })
  const completed = (changes: object) => withProjectKnowledge(project, options(changes), project.tasks.all()).balancing

  it('is what GradSplit goes by, unless relations are given', () => {
    addTest()
    expect(completed({ gradient: 'gradsplit' }).negativeRelations).toEqual([['mask', 'tags']])
    const given = { negativeRelations: [['tags', 'mask']] }
    expect(completed({ gradient: 'gradsplit', balancing: given }).negativeRelations).toEqual([['tags', 'mask']])
    expect(completed({ gradient: 'pcgrad' }).negativeRelations).toEqual([])
  })

  it('is what achievement is measured by: the mean of single-task runs, or what was given', () => {
    addTest()
    addRun({ tags: { meanAccuracy: 0.6 } }, 2)
    // tags: (0.8 + 0.6)/2
    expect(completed({ weighting: 'achievement' }).potentials).toEqual({ tags: 0.7, mask: 0.5 })
    expect(completed({ weighting: 'achievement', balancing: { potentials: { tags: 0.9 } } }).potentials).toEqual({
      tags: 0.9,
      mask: 0.5,
    })
    setPotential(project, 'mask', 0.65)
    expect(completed({ weighting: 'achievement' }).potentials['mask']).toBe(0.65)
    expect(potentialsOf(project)[1]).toEqual({ task: 'mask', measured: 0.5, runs: 1, given: 0.65, potential: 0.65 })
    setPotential(project, 'mask', null)
    expect(completed({ weighting: 'achievement' }).potentials['mask']).toBe(0.5)
    expect(completed({ weighting: 'equal' }).potentials).toEqual({})
  })
})
