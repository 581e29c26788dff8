import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LabelState, Split } from '../dataset/label.ts'
import { countFreezePeople, streamFreezePeople, type FreezeQuery, type FrozenPerson } from './freezePeople.ts'
import { createProject, type Project } from './project.ts'

let root: string
let project: Project
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-freeze-'))
  project = createProject(path.join(root, 'p.mend'))
  project.transaction(({ tasks }) => {
    tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] })
    tasks.insert('pose', { kind: 'keypoints', joints: ['nose'], edges: [], flip: [0] })
  })
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

const query: FreezeQuery = { tasks: ['tags'], validationShare: 0.1, seed: 1 }

function add(index: number, state: LabelState, split: Split | null = null): number {
  return project.transaction((writer) => {
    const sha256 = (index + 1).toString(16).padStart(64, '0')
    const file = path.join(root, `${index}.jpg`)
    const image = writer.images.insert({ sha256, dHash: 0n, width: 4, height: 8, file, split })
    const person = writer.people.insert({ image, box: { x: 1, y: 2, width: 2, height: 3 } })
    const value = state === 'unlabelled' ? null : ({ kind: 'attributes', values: [true] } as const)
    return writer.labels.insert({ person, task: 1, source: null, value, state, origin: 'imported', current: true })
  })
}

async function frozen(changes: Partial<FreezeQuery> = {}): Promise<FrozenPerson[]> {
  const people: FrozenPerson[] = []
  for await (const person of streamFreezePeople(project, { ...query, ...changes })) people.push(person)
  return people
}

describe('people to freeze', () => {
  test('are those with a labelled or verified label of a task that is asked for', async () => {
    const states: LabelState[] = ['labelled', 'verified', 'rejected', 'unlabelled']
    const labels = states.map((state, index) => add(index, state))
    const people = await frozen()
    expect(people.map(({ labels: { tags } }) => tags.labelId)).toEqual(labels.slice(0, 2))
    expect(people[0]).toMatchObject({
      person: 1,
      file: path.join(root, '0.jpg'),
      size: { width: 4, height: 8 },
      box: { x: 1, y: 2, width: 2, height: 3 },
      labels: { tags: { value: { kind: 'attributes', values: [true] } } },
    })
    expect(await frozen({ tasks: ['pose'] })).toEqual([])
    expect(countFreezePeople(project, query)).toBe(2)
  })

  test('keep their split, and without one get one that only the picture and the seed decide', async () => {
    add(0, 'labelled', 'test')
    for (let index = 1; index <= 400; index++) add(index, 'labelled')
    const people = await frozen()
    expect(people[0].split).toBe('test')
    const validating = people.filter(({ split }) => split === 'val').length
    // 400 draws at 0.1: 40 ± 3 standard deviations of 6
    expect(validating).toBeGreaterThan(22)
    expect(validating).toBeLessThan(58)
    expect(await frozen()).toEqual(people)
    const other = await frozen({ seed: 2 })
    expect(other.map(({ split }) => split)).not.toEqual(people.map(({ split }) => split))
    expect((await frozen({ validationShare: 0 })).every(({ split }) => split !== 'val')).toBe(true)
  })

  test('validate by person where identities are frozen: nobody is learnt from and validated with', async () => {
    project.transaction((writer) => {
      const task = writer.tasks.insert('who', { kind: 'identity' })
      for (let index = 0; index < 300; index++) {
        const sha256 = (index + 1).toString(16).padStart(64, '0')
        const file = path.join(root, `${index}.jpg`)
        const image = writer.images.insert({ sha256, dHash: 0n, width: 4, height: 8, file, split: null })
        const person = writer.people.insert({ image, box: null })
        const value = { kind: 'identity', identity: `person ${index % 100}`, camera: index % 3 } as const
        const label = {
          person,
          task,
          source: null,
          value,
          state: 'labelled',
          origin: 'imported',
          current: true,
        } as const
        writer.labels.insert(label)
      }
    })
    const people = await frozen({ tasks: ['who'], validationShare: 0.2 })
    const splitsOf = new Map<string, Set<Split>>()
    for (const { split, labels } of people) {
      const { value } = labels.who
      const identity = value.kind === 'identity' ? (value.identity ?? '') : ''
      splitsOf.set(identity, (splitsOf.get(identity) ?? new Set()).add(split))
    }
    expect(splitsOf.size).toBe(100)
    for (const splits of splitsOf.values()) expect(splits.size).toBe(1)
    // 100 draws at 0.2: 20 ± 3 standard deviations of 4
    const validating = [...splitsOf.values()].filter((splits) => splits.has('val')).length
    expect(validating).toBeGreaterThan(8)
    expect(validating).toBeLessThan(32)
  })

  test('of chosen sources are those who came with one, with its labels and those made in the project', async () => {
    const labels = [0, 1, 2].map((index) => add(index, 'labelled'))
    project.transaction((writer) => {
      const source = { format: 'coco', folder: '', mapping: {}, report: {} }
      const [a, b] = ['a', 'b'].map((name) => writer.sources.insert({ ...source, name }))
      writer.people.addSource(1, { source: a, key: null, box: null })
      writer.people.addSource(2, { source: b, key: null, box: null })
      writer.people.addSource(3, { source: b, key: null, box: null })
      writer.people.addSource(3, { source: a, key: null, box: null })
      writer.connection.run('UPDATE label SET source_id = ? WHERE id IN (?, ?)', b, labels[1], labels[2])
    })
    const ids = async (...sources: number[]): Promise<number[]> =>
      (await frozen({ sources })).map(({ person }) => person)
    // Person 1 came with a and has a label of the project's own; person 3 came with both, but its label is b's.
    expect(await ids(1)).toEqual([1])
    expect(await ids(2)).toEqual([2, 3])
    expect(await ids(1, 2)).toEqual([1, 2, 3])
    expect(countFreezePeople(project, { ...query, sources: [2] })).toBe(2)
    expect(countFreezePeople(project, { ...query, sources: [1] })).toBe(1)
  })

  test('a limit draws evenly, the same for the same seed, and a larger limit only adds', async () => {
    for (let index = 0; index < 60; index++) add(index, 'labelled')
    const people = async (limit: number, seed = 1): Promise<number[]> =>
      (await frozen({ limit, seed })).map(({ person }) => person)
    const ten = await people(10)
    const twenty = await people(20)
    expect([ten.length, twenty.length]).toEqual([10, 20])
    expect(ten.every((person) => twenty.includes(person))).toBe(true)
    expect(Math.max(...ten)).toBeGreaterThan(30)
    expect(await people(10)).toEqual(ten)
    expect(await people(10, 2)).not.toEqual(ten)
    expect(countFreezePeople(project, { ...query, limit: 10 })).toBe(10)
  })
})
