import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { suspectVersion } from '../../store/suspectDecisions.ts'
import { openFixture, setJoints, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
const run = 1
const [pose, tags] = [1, 3]

/** Run 1 ranked the labels of `pose` and `tags`; of `pose` one more, of person 2, as the worst. */
beforeEach(async () => {
  fixture = openFixture()
  stored(await fixture.apply(2, 'pose', null, { type: 'copy', from: pose, align: 'place' }))
  fixture.look((project) =>
    project.transaction((writer) => {
      writer.runs.insert({ kind: 'train', status: 'done', configuration: {} })
      const about = { score: -1, flagged: true, signals: {}, why: '', component: null }
      writer.suspects.replace(run, 'pose', [
        { label: 6, rank: 1, ...about },
        { label: pose, rank: 2, ...about },
      ])
      writer.suspects.replace(run, 'tags', [{ label: tags, rank: 1, ...about, flagged: false }])
    }),
  )
})
afterEach(() => fixture.close())

const code = (expected: string): unknown =>
  expect.objectContaining({ data: expect.objectContaining({ code: expected }) })
const here = () => ({ project: fixture.folder, image: 1 })
const decisionOf = (label: number) =>
  fixture.look((project) => suspectVersion(project.connection, run, label)?.decision)
const stateOf = (label: number) => fixture.look((project) => project.labels.get(label)?.state)
let gestures = 0
const resolve = (label: number, base: number, verify = true) =>
  fixture.client.editing.resolve({ ...here(), gesture: `gesture-s${++gestures}`, run, label, base, verify })
const setHead = setJoints({ head: [9, 9, 2] })

describe('a suspect that was fixed', () => {
  test('is verified and decided, with the revision that the label is at', async () => {
    const edited = stored(await fixture.apply(1, 'pose', 0, setHead))
    const closed = stored(await resolve(pose, edited.labels[0].revision))
    expect(closed.labels).toMatchObject([{ label: pose, state: 'verified' }])
    expect(decisionOf(pose)).toBe('fix')
    const logged = fixture.look((project) =>
      project.connection.all('SELECT run_id, label_id, decision, revision_id, author FROM suspect_decision'),
    )
    const revision_id = closed.labels[0].revision
    expect(logged).toEqual([{ run_id: run, label_id: pose, decision: 'fix', revision_id, author: 'you' }])
  })

  test('is open again when that is undone, and closed when it is done again', async () => {
    const edited = stored(await fixture.apply(1, 'pose', 0, setHead))
    stored(await resolve(pose, edited.labels[0].revision))
    stored(await fixture.client.editing.undo(here()))
    expect([decisionOf(pose), stateOf(pose)]).toEqual([null, 'labelled'])
    stored(await fixture.client.editing.redo(here()))
    expect([decisionOf(pose), stateOf(pose)]).toEqual(['fix', 'verified'])
    stored(await fixture.client.editing.undo(here()))
    expect([decisionOf(pose), stateOf(pose)]).toEqual([null, 'labelled'])
  })

  test('can be taken back in the queue of suspects as well; undo in the editor then leaves the decision alone', async () => {
    stored(await resolve(tags, 0, false))
    await fixture.client.suspects.undo({ project: fixture.folder, run, by: 'Ben' })
    expect(decisionOf(tags)).toBeNull()
    await fixture.client.suspects.decide({
      project: fixture.folder,
      run,
      decisions: [{ label: tags, decision: 'skip' }],
    })
    stored(await fixture.client.editing.undo(here()))
    expect(decisionOf(tags)).toBe('skip')
  })

  test('is not closed where another window changed the label, or the run never ranked it', async () => {
    stored(await fixture.apply(1, 'pose', 0, setHead))
    expect(await resolve(pose, 0)).toMatchObject({ outcome: 'label-changed', conflicts: [{ label: pose }] })
    await expect(resolve(2, 0)).rejects.toEqual(code('not-a-suspect'))
    expect([decisionOf(pose), stateOf(2)]).toEqual([null, 'labelled'])
  })
})

test('the next suspect is the next in the order of suspicion that nobody decided', async () => {
  const next = (options: { after?: number; backwards?: boolean; flagged?: boolean; undecided?: boolean } = {}) =>
    fixture.client.editing.nextSuspect({ project: fixture.folder, run, task: 'pose', ...options })
  expect(await next()).toEqual({ label: 6, person: 2, image: 1, rank: 1, remaining: 2 })
  expect(await next({ after: 6 })).toMatchObject({ label: pose, rank: 2 })
  expect(await next({ after: pose })).toBeNull()
  expect(await next({ after: pose, backwards: true })).toMatchObject({ label: 6 })
  stored(await resolve(6, 1))
  expect(await next()).toMatchObject({ label: pose, remaining: 1 })
  expect(await next({ undecided: false })).toMatchObject({ label: 6 })
  const tagged = { project: fixture.folder, run, task: 'tags', flagged: true }
  expect(await fixture.client.editing.nextSuspect(tagged)).toBeNull()
})

test('without a run that predicted, there are no ghosts and nothing can be accepted', async () => {
  expect(await fixture.client.editing.ghosts({ project: fixture.folder, people: [1, 2] })).toEqual([])
  await expect(fixture.apply(1, 'pose', 0, { type: 'accept' })).rejects.toEqual(code('no-prediction'))
})
