import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunSetLine } from '../../api/runSets.ts'
import { trainingOptions } from '../../api/training.ts'
import { createProject, type Project } from '../../store/project.ts'
import { createRunSet } from './createRunSet.ts'
import { membersOf } from './memberRequest.ts'
import { detailRunSet, removeRunSet, summariseRunSets } from './runSetSummaries.ts'

let folder = ''
let project: Project
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-create-set-'))
  project = createProject(join(folder, 'p.mend'))
  project.transaction((writer) => {
    const tasks = ['hats', 'bags'].map((name) => writer.tasks.insert(name, { kind: 'attributes', attributes: [name] }))
    const file = join(folder, 'a.jpg')
    const image = writer.images.insert({
      sha256: '1'.padStart(64, '0'),
      dHash: 0n,
      width: 4,
      height: 8,
      file,
      split: null,
    })
    const person = writer.people.insert({ image, box: null })
    const label = { person, source: null, state: 'labelled', origin: 'imported', current: true } as const
    for (const task of tasks) writer.labels.insert({ ...label, task, value: { kind: 'attributes', values: [true] } })
  })
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

function line(name: string, tasks: string[], more: Partial<RunSetLine> = {}, choices: object = {}): RunSetLine {
  return { line: name, options: trainingOptions.parse({ tasks, ...choices }), ...more }
}
function create(lines: RunSetLine[], seeds = [1, 2], name = 'set'): number {
  return createRunSet(project, { name, purpose: 'comparison', lines, seeds })
}

describe('a new set of runs', () => {
  it('has every line with every seed, whole seeds first, and trains all on one set of their tasks', () => {
    const set = create([line('single', ['hats']), line('single', ['bags']), line('joint', ['hats', 'bags'])])
    const members = membersOf(project, set)
    expect(members.map(({ line: name, options }) => [name, options.tasks.join(), options.seed])).toEqual([
      ['single', 'hats', 1],
      ['single', 'bags', 1],
      ['joint', 'hats,bags', 1],
      ['single', 'hats', 2],
      ['single', 'bags', 2],
      ['joint', 'hats,bags', 2],
    ])
    expect(members.every(({ frozenTasks }) => [...frozenTasks].sort().join() === 'bags,hats')).toBe(true)
    expect(members.every(({ run }) => run === null)).toBe(true)
  })

  it('freezes apart what differs in its pictures or its errors', () => {
    const noise = { share: 0.4, choices: [{ task: 'hats', kind: 'flip' }] }
    const set = create(
      [line('a', ['hats']), line('b', ['bags'], {}, { height: 64 }), line('c', ['hats'], { noise })],
      [1],
    )
    expect(membersOf(project, set).map(({ frozenTasks }) => frozenTasks)).toEqual([['hats'], ['bags'], ['hats']])
  })

  it('waits, knows no time left, and is forgotten without a trace of its own', () => {
    const set = create([line('a', ['hats'])])
    expect(detailRunSet(project, set, null)).toMatchObject({
      summary: { name: 'set', runs: 2, done: 0, epochs: 40, epochsDone: 0, secondsLeft: null, job: null },
      members: [
        { state: 'waiting', run: null },
        { state: 'waiting', run: null },
      ],
    })
    expect(() => removeRunSet(project, set, 'job')).toThrow(expect.objectContaining({ code: 'run-set-busy' }))
    removeRunSet(project, set, null)
    expect(summariseRunSets(project, () => null)).toEqual([])
  })

  it('refuses lines and seeds that are the same, names that are taken, unknown tasks and banks', () => {
    const code = (expected: string) => expect.objectContaining({ code: expected }) as Error
    const one = line('a', ['hats'])
    expect(() => create([one, one])).toThrow(code('run-set-repeats'))
    expect(() => create([one], [1, 1])).toThrow(code('run-set-repeats'))
    expect(() => create([line('a', ['legs'])])).toThrow(code('unknown-task'))
    expect(() => create([line('rcm', ['hats'], { bank: 'joint' })])).toThrow(code('unknown-line'))
    const unfit = { share: 0.4, choices: [{ task: 'hats', kind: 'swap' }] }
    expect(() => create([line('a', ['hats'], { noise: unfit })])).toThrow(code('noise-kind-unknown'))
    create([one])
    expect(() => create([one])).toThrow(code('run-set-exists'))
    expect(() => detailRunSet(project, 99, null)).toThrow(code('unknown-run-set'))
  })
})
