import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { takeOverActions } from './bulkActions.ts'
import { beginUndo, undoBulk, withdrawPart } from './bulkUndo.ts'
import { beginPrediction, endPrediction, peopleLacking, writePredictions } from './predictedLabels.ts'
import { createProject, type Project } from './project.ts'

const yes = { kind: 'attributes', values: [true] } as const
const no = { kind: 'attributes', values: [false] } as const
const author = { by: 'ann', why: 'predicted by run 7' }

let root: string
let project: Project
/** Persons 1 … 4: a label, a label that was cleared, none, none. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mend-predicted-'))
  project = createProject(path.join(root, 'p.mend'))
  project.transaction((writer) => {
    const task = writer.tasks.insert('tags', { kind: 'attributes', attributes: ['hat'] })
    for (let index = 1; index <= 4; index++) {
      const sha256 = index.toString(16).padStart(64, '0')
      const file = path.join(root, `${index}.jpg`)
      const image = writer.images.insert({ sha256, dHash: 0n, width: 4, height: 8, file, split: null })
      const person = writer.people.insert({ image, box: null })
      const head = { person, task, source: null, origin: 'imported', current: true } as const
      if (index === 1) writer.labels.insert({ ...head, value: no, state: 'labelled' })
      if (index === 2) writer.labels.insert({ ...head, value: null, state: 'unlabelled' })
    }
  })
})
afterEach(() => {
  project.close()
  rmSync(root, { recursive: true, force: true })
})

function predict(people: readonly number[]): { written: boolean[]; action: number | null } {
  return project.transaction((writer) => {
    const action = beginPrediction(writer.connection, 'Predicted', 'ann', process.pid)
    const labels = people.map((person) => ({ person, task: 1, value: yes }))
    const written = writePredictions(writer, action, labels, author)
    return { written, action: endPrediction(writer.connection, action, 'Predicted 3 labels') }
  })
}

describe('predicted labels', () => {
  test('go to whoever has none, and to whom a label was cleared; who has one keeps it', () => {
    expect(peopleLacking(project.connection, null, [1])).toEqual([2, 3, 4])
    expect(peopleLacking(project.connection, [1, 3], [1])).toEqual([3])
    expect(predict([1, 2, 3]).written).toEqual([false, true, true])
    expect(peopleLacking(project.connection, null, [1])).toEqual([4])
    expect(project.labels.currentOf(1)[0]).toMatchObject({ value: no, origin: 'imported' })
    expect(project.labels.currentOf(3)[0]).toMatchObject({ value: yes, origin: 'model', state: 'labelled' })
    // What was cleared has a history.
    const [cleared] = project.labels.currentOf(2)
    expect(cleared).toMatchObject({ value: yes, origin: 'model' })
    expect(project.labels.revisions(cleared.id)).toMatchObject([{ state: 'unlabelled', why: 'predicted by run 7' }])
  })

  test('are taken back by one undo: new ones are gone, cleared ones are cleared again', () => {
    const { action } = predict([2, 3, 4])
    const outcome = project.transaction(({ connection }) => undoBulk(connection, action ?? undefined, 'ann'))
    expect(outcome).toMatchObject({ title: 'Predicted 3 labels', restored: 3, skipped: 0 })
    expect(project.labels.currentOf(3)).toEqual([])
    expect(project.labels.currentOf(2)[0]).toMatchObject({ value: null, state: 'unlabelled', origin: 'imported' })
    expect(peopleLacking(project.connection, null, [1])).toEqual([2, 3, 4])
  })

  test('that were changed since stay', () => {
    const { action } = predict([2, 3, 4])
    project.transaction(({ labels }) => {
      for (const person of [2, 3])
        labels.apply(
          labels.currentId(person, 1) ?? 0,
          { type: 'set-value', value: no, mark: { state: 'labelled', origin: 'human' } },
          author,
        )
    })
    const outcome = project.transaction(({ connection }) => undoBulk(connection, action ?? undefined, 'ann'))
    expect(outcome).toMatchObject({ restored: 1, skipped: 2 })
    expect(project.labels.currentOf(2)[0]).toMatchObject({ value: no, origin: 'human' })
    expect(project.labels.currentOf(3)[0]).toMatchObject({ value: no, origin: 'human' })
  })

  test('of nobody leave no action behind', () => {
    expect(predict([1])).toEqual({ written: [false], action: null })
    expect(project.connection.all('SELECT id FROM bulk_action')).toEqual([])
  })

  test('cannot be undone before they are complete; whoever takes over from a killed process can give them up', () => {
    const action = project.transaction((writer) => {
      const begun = beginPrediction(writer.connection, 'Predicted labels', 'ann', 4711)
      const labels = [2, 3].map((person) => ({ person, task: 1, value: yes }))
      writePredictions(writer, begun, labels, author)
      return begun
    })
    const undo = () => project.transaction(({ connection }) => undoBulk(connection, action, 'ann'))
    expect(undo).toThrow(expect.objectContaining({ code: 'action-under-way' }))
    const lost = project.transaction(({ connection }) => takeOverActions(connection, 4711, process.pid))
    expect(lost).toEqual([{ action, kind: 'predict' }])
    project.transaction(({ connection }) => withdrawPart(connection, action, 'predict'))
    expect(peopleLacking(project.connection, null, [1])).toEqual([2, 3, 4])
  })

  test('that are being taken back when the process is killed are let go: the rest can be undone', () => {
    const { action } = predict([2, 3])
    project.transaction(({ connection }) => {
      // As a process leaves it that was killed while it wrote, and another while it took that back.
      connection.run("UPDATE bulk_action SET title = 'Predicted labels, unfinished' WHERE id = ?", action)
      beginUndo(connection, action ?? undefined, 'ann', 4711)
    })
    expect(project.transaction(({ connection }) => takeOverActions(connection, 4711, process.pid))).toEqual([])
    const outcome = project.transaction(({ connection }) => undoBulk(connection, action ?? undefined, 'ann'))
    expect(outcome).toMatchObject({ title: 'Predicted labels', restored: 2 })
  })
})
