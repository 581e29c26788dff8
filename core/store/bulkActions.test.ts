import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smallProject } from './browse/smallProject.ts'
import {
  applyBulk,
  beginBulk,
  endBulk,
  partSize,
  actionsOf,
  releaseAction,
  writePart,
  type BulkChange,
  type BulkWork,
} from './bulkActions.ts'
import { beginUndo, nothingUndone, undoBulk, undoPart, withdrawPart } from './bulkUndo.ts'
import type { Project } from './project.ts'

let project: Project
let remove: () => void
beforeEach(() => ({ project, remove } = smallProject()))
afterEach(() => remove())

const apply = (people: readonly number[], change: BulkChange) =>
  project.transaction(({ connection }) => applyBulk(connection, people, change, 'Ada'))
const undo = (action?: number) => project.transaction(({ connection }) => undoBulk(connection, action, 'Ada'))
const states = (): string[] =>
  project.connection
    .all<{ text: string }>("SELECT id || ' ' || state AS text FROM label ORDER BY id")
    .map(({ text }) => text)

/** Everything that hangs on people, as the database has it. */
function everything(): unknown {
  const tables = ['image', 'person', 'person_source', 'label', 'label_revision', 'suspect', 'assignment', 'label_fact']
  return tables.map((table) => project.connection.all(`SELECT * FROM ${table}`))
}

describe('an action on many people', () => {
  test('verifies the labels of a task that have a value, each with a revision', () => {
    const { changed, title } = apply([1, 2, 3, 4, 5], { type: 'verify', tasks: ['tags'] })
    expect([changed, title]).toEqual([3, 'Verified 3 labels of tags'])
    expect(states()).toEqual(['1 verified', '2 verified', '3 verified', '4 labelled', '5 verified'])
    expect(project.labels.revisions(1)).toMatchObject([{ by: 'Ada', state: 'labelled' }])
  })

  test('is undone by a revision of its own, but not where somebody changed the label since', () => {
    const { action } = apply([1, 2], { type: 'reject', tasks: ['tags'] })
    project.transaction((writer) =>
      writer.labels.apply(
        2,
        { type: 'set-state', mark: { state: 'verified', origin: 'imported' } },
        { by: 'Bob', why: 'no' },
      ),
    )
    expect(undo(action ?? 0)).toMatchObject({ restored: 1, skipped: 1 })
    expect(states().slice(0, 2)).toEqual(['1 labelled', '2 verified'])
    expect(project.labels.revisions(1).map((revision) => revision.state)).toEqual(['labelled', 'rejected'])
  })

  test('sets the split of the pictures and gives back what each had', () => {
    expect(apply([1, 3], { type: 'set-split', split: 'val' })).toMatchObject({ changed: 2 })
    expect([project.images.get(1)?.split, project.images.get(2)?.split]).toEqual(['val', 'val'])
    undo()
    expect([project.images.get(1)?.split, project.images.get(2)?.split]).toEqual(['train', null])
  })

  test('assigns people, and takes back only what nobody assigned anew', () => {
    const assignees = () => project.connection.all('SELECT person_id AS person, assignee FROM assignment ORDER BY 1')
    apply([1, 2], { type: 'assign', assignee: 'Ada' })
    const { action } = apply([1, 2], { type: 'assign', assignee: 'Bob' })
    apply([2], { type: 'assign', assignee: 'Cy' })
    expect(undo(action ?? 0)).toMatchObject({ restored: 1, skipped: 1 })
    expect(assignees()).toEqual([
      { person: 1, assignee: 'Ada' },
      { person: 2, assignee: 'Cy' },
    ])
  })

  test('deletes people with all that hangs on them, and brings everything back as it was', () => {
    apply([1], { type: 'assign', assignee: 'Ada' })
    apply([1, 3], { type: 'verify' })
    const before = everything()
    expect(apply([1, 3, 99], { type: 'delete' })).toMatchObject({ changed: 2, title: 'Deleted 2 people' })
    expect(project.people.get(1)).toBeUndefined()
    expect(project.connection.all('SELECT 1 FROM suspect')).toEqual([])
    expect(undo()).toMatchObject({ restored: 2, skipped: 0 })
    expect(everything()).toEqual(before)
    expect(project.connection.all('SELECT 1 FROM removed_label')).toEqual([])
  })

  test('brings deleted people back without what has gone meanwhile', () => {
    apply([1, 3], { type: 'delete' })
    project.transaction(({ connection }) => {
      connection.script("DELETE FROM image WHERE id = 2; DELETE FROM run; DELETE FROM task WHERE name = 'tags'")
    })
    expect(undo()).toMatchObject({ restored: 1, skipped: 1 })
    expect(project.labels.currentOf(1).map(({ task }) => task)).toEqual(['joints'])
  })

  test('that changes nothing leaves nothing to undo', () => {
    expect(apply([3], { type: 'verify' })).toMatchObject({ action: null, changed: 0 })
    expect(() => undo()).toThrow(expect.objectContaining({ code: 'nothing-to-undo' }))
  })

  test('on a task that is not there is refused and changes nothing', () => {
    expect(() => apply([1], { type: 'verify', tasks: ['gone'] })).toThrow(
      expect.objectContaining({ code: 'unknown-task' }),
    )
    expect(project.connection.all('SELECT 1 FROM bulk_action')).toEqual([])
  })
})

describe('an action that is written part by part', () => {
  const begin = (change: BulkChange) =>
    project.transaction(({ connection }) => beginBulk(connection, change, 'Ada', process.pid))
  const part = (work: BulkWork, people: readonly number[], changed: number) =>
    project.transaction(({ connection }) => writePart(connection, work, people, changed))
  const release = () =>
    project.transaction(({ connection }) => {
      for (const action of actionsOf(connection, process.pid)) releaseAction(connection, action)
    })
  const titles = () => project.connection.all('SELECT title, process FROM bulk_action')

  test('is undone as one, and by nobody before it is complete', () => {
    const before = states()
    const work = begin({ type: 'verify', tasks: ['tags'] })
    const changed = part(work, [3, 4, 5], part(work, [1, 2], 0))
    expect(titles()).toEqual([{ title: 'Verified 3 labels of tags, unfinished', process: process.pid }])
    expect(() => undo(work.action)).toThrow(expect.objectContaining({ code: 'action-under-way' }))
    expect(() => undo()).toThrow(expect.objectContaining({ code: 'nothing-to-undo' }))
    project.transaction(({ connection }) => endBulk(connection, work, changed))
    expect(titles()).toEqual([{ title: 'Verified 3 labels of tags', process: null }])
    expect(undo()).toMatchObject({ restored: 3, skipped: 0 })
    expect(states()).toEqual(before)
  })

  test('whose process was killed stays as far as it came, says so, and can be undone', () => {
    const before = states()
    part(begin({ type: 'verify', tasks: ['tags'] }), [1], 0)
    release()
    expect(titles()).toEqual([{ title: 'Verified 1 label of tags, unfinished', process: null }])
    expect(undo()).toMatchObject({ restored: 1, skipped: 0 })
    expect(states()).toEqual(before)
  })

  test.each<BulkChange>([
    { type: 'verify' },
    { type: 'set-split', split: 'test' },
    { type: 'assign', assignee: 'Bob' },
    { type: 'delete' },
  ])('leaves nothing behind when it is given up: $type', (change) => {
    const before = everything()
    const work = begin(change)
    part(work, [3], part(work, [1], 0))
    expect(everything()).not.toEqual(before)
    const withdraw = () =>
      project.transaction(({ connection }) => withdrawPart(connection, work.action, work.change.type))
    expect(withdraw()).toBe(true)
    expect(withdraw()).toBe(false)
    expect(everything()).toEqual(before)
  })

  test('is given up but for what somebody changed since', () => {
    const work = begin({ type: 'reject', tasks: ['tags'] })
    part(work, [1, 2], 0)
    const verified = { type: 'set-state', mark: { state: 'verified', origin: 'imported' } } as const
    project.transaction((writer) => writer.labels.apply(2, verified, { by: 'Bob', why: 'no' }))
    project.transaction(({ connection }) => withdrawPart(connection, work.action, 'reject'))
    expect(states().slice(0, 2)).toEqual(['1 labelled', '2 verified'])
    expect([1, 2].map((label) => project.labels.revisions(label).length)).toEqual([0, 2])
  })

  test('goes on being undone where an undo was interrupted', () => {
    const people = Array.from({ length: 300 }, (_, at) => 100 + at)
    project.transaction((writer) => {
      for (const id of people) writer.connection.run('INSERT INTO person (id, image_id) VALUES (?, 1)', id)
    })
    apply(people, { type: 'delete' })
    const count = () => project.connection.one<{ n: number }>('SELECT count(*) AS n FROM person WHERE id >= 100').n
    project.transaction(({ connection }) => {
      const work = beginUndo(connection, undefined, 'Ada', process.pid)
      expect(undoPart(connection, work, nothingUndone)).toEqual({ looked: partSize, restored: partSize })
    })
    expect(count()).toBe(partSize)
    release()
    expect(undo()).toMatchObject({ restored: 300 - partSize, skipped: 0 })
    expect(count()).toBe(300)
  })
})
