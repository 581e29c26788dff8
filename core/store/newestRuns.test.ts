import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newestRankingRun, newestRuns } from './newestRuns.ts'
import { createProject, type Project } from './project.ts'
import { insertRunSet, setMemberRun } from './runSets.ts'

let root: string
let project: Project
let tags: { id: number; label: number }
let pose: { id: number; label: number }

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-newest-'))
  project = createProject(path.join(root, 'p.mend'))
  project.transaction((writer) => {
    const file = path.join(root, 'a.jpg')
    const image = writer.images.insert({
      sha256: '1'.repeat(64),
      dHash: 0n,
      width: 8,
      height: 8,
      file,
      split: null,
    })
    const person = writer.people.insert({ image, box: null })
    const head = { person, source: null, state: 'labelled', origin: 'imported', current: true } as const
    const attributes = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] })
    const joints = writer.tasks.insert('pose', { kind: 'keypoints', joints: ['a'], edges: [], flip: [0] })
    tags = {
      id: attributes,
      label: writer.labels.insert({ ...head, task: attributes, value: { kind: 'attributes', values: [true] } }),
    }
    const value = { kind: 'keypoints', joints: [{ x: 1, y: 1, v: 2 }] } as const
    pose = { id: joints, label: writer.labels.insert({ ...head, task: joints, value }) }
  })
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const rankings = { tags: () => tags.label, pose: () => pose.label }

/** A finished run that ranked labels of the tasks. */
function ranked(...tasks: (keyof typeof rankings)[]): number {
  return project.transaction((writer) => {
    const run = writer.runs.insert({ kind: 'train', status: 'done', configuration: {} })
    for (const task of tasks) {
      const label = rankings[task]()
      writer.suspects.replace(run, task, [
        { label, rank: 1, score: 1, flagged: false, signals: {}, why: '', component: null, cutValue: 1 },
      ])
    }
    return run
  })
}

function makeMember(run: number): void {
  project.transaction(({ connection }) => {
    const set = insertRunSet(connection, { name: 'relations', purpose: 'relations' }, [{ line: 'pose', request: {} }])
    setMemberRun(connection, set, 0, run)
  })
}

const meant = (task: number | null): number | null => newestRankingRun(project.connection, task)

test('the run that is meant is the newest that ranked the task and was not made for a set', () => {
  const joint = ranked('tags', 'pose')
  const alone = ranked('tags')
  expect([meant(null), meant(tags.id), meant(pose.id)]).toEqual([alone, alone, joint])
  const single = ranked('pose')
  expect(meant(pose.id)).toBe(single)
  makeMember(single)
  expect([meant(null), meant(pose.id)]).toEqual([alone, joint])
  expect(newestRuns(project.connection).map(({ id }) => id)).toEqual([alone, joint, single])
})

test('where only a set’s runs ranked the task, the newest of them is meant, and a run that ranked nothing never', () => {
  const [first, second] = [ranked('pose'), ranked('pose')]
  makeMember(first)
  makeMember(second)
  ranked()
  expect([meant(pose.id), meant(null), meant(tags.id)]).toEqual([second, second, null])
})
