import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LabelChange } from '../../api/editing.ts'
import { cellsOfRuns, patchRuns } from '../../dataset/editing/maskRuns.ts'
import { maskOfParts } from '../../dataset/editing/mask.ts'
import type { LabelValue } from '../../dataset/label.ts'
import { Random } from '../../synthetic/random.ts'
import { openInProcessClient } from '../inProcessClient.ts'
import { openFixture, parts, pose, setJoints, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.close())

const code = (expected: string): unknown =>
  expect.objectContaining({ data: expect.objectContaining({ code: expected }) })
const here = () => ({ project: fixture.folder, image: 1 })
const undo = () => fixture.client.editing.undo(here())
const redo = () => fixture.client.editing.redo(here())

function valueOf(person: number, task: string): LabelValue | null | undefined {
  return fixture.look((project) => project.labels.currentOf(person, [task]).at(0)?.value)
}

const setHead = (x: number): LabelChange => setJoints({ head: [x, 5, 2] })
const headOf = (person = 1): number | undefined => {
  const value = valueOf(person, 'pose')
  return value?.kind === 'keypoints' ? value.joints[0].x : undefined
}
function dot(x: number, y: number, part: number): LabelChange {
  const after = Uint8Array.of(part)
  return { type: 'paint', ...patchRuns({ bounds: { left: x, top: y, width: 1, height: 1 }, before: after, after }) }
}

describe('undo and redo', () => {
  test('walk a chain of gestures back and forth, each step a revision of its own', async () => {
    stored(await fixture.apply(1, 'pose', 0, setHead(11)))
    stored(await fixture.apply(1, 'pose', 1, setHead(12)))
    stored(await fixture.apply(1, 'pose', 2, setHead(13)))
    const walked: (number | undefined)[] = []
    for (const step of [undo, undo, undo, redo, redo, undo, redo, redo]) {
      stored(await step())
      walked.push(headOf())
    }
    expect(walked).toEqual([12, 11, 10, 11, 12, 11, 12, 13])
    await expect(redo()).rejects.toEqual(code('nothing-to-undo'))
    const revisions = fixture.look((project) => project.labels.revisions(1))
    expect(revisions.map((revision) => revision.why)).toEqual([
      ...['test set-joints', 'test set-joints', 'test set-joints'],
      ...['undo: test set-joints', 'undo: test set-joints', 'undo: test set-joints'],
      ...['redo: test set-joints', 'redo: test set-joints', 'undo: test set-joints'],
      ...['redo: test set-joints', 'redo: test set-joints'],
    ])
  })

  test('bring origin and state back with the value', async () => {
    stored(await fixture.apply(1, 'pose', 0, { type: 'set-state', state: 'verified' }))
    stored(await fixture.apply(1, 'pose', 1, setHead(11)))
    stored(await undo())
    expect(fixture.look((project) => project.labels.get(1))).toMatchObject({ state: 'verified', value: pose })
    stored(await undo())
    expect(fixture.look((project) => project.labels.get(1))).toMatchObject({ state: 'labelled', origin: 'imported' })
  })

  test('tell of a mask only the pixels that differ', async () => {
    stored(await fixture.apply(1, 'parts', 0, dot(3, 2, 3)))
    const { labels } = stored(await undo())
    expect(labels[0].after).toMatchObject({ type: 'paint', left: 3, top: 2, width: 1, height: 1 })
    const { after } = labels[0]
    expect(after?.type === 'paint' && Array.from(cellsOfRuns(after))).toEqual([2])
    expect(valueOf(1, 'parts')).toEqual(parts)
  })

  test('of a label that began with the gesture leave none, and bring it back', async () => {
    const begun = stored(await fixture.apply(2, 'pose', null, setHead(30)))
    stored(await undo())
    expect(valueOf(2, 'pose')).toBeNull()
    const again = stored(await redo())
    expect(headOf(2)).toBe(30)
    expect(again.labels[0].revision).toBeGreaterThan(begun.labels[0].revision)
    expect((await fixture.apply(2, 'pose', again.labels[0].revision, setHead(31))).outcome).toBe('stored')
  })

  test('of a gesture that changed one label twice take both back', async () => {
    const edits = [11, 12].map((x) => ({ person: 1, task: 'pose', base: 0, change: setHead(x) }))
    stored(await fixture.client.editing.apply({ ...here(), gesture: 'twice-one', reason: 'twice', edits }))
    expect(headOf()).toBe(12)
    stored(await undo())
    expect(headOf()).toBe(10)
    stored(await redo())
    expect(headOf()).toBe(12)
    stored(await undo())
    expect(headOf()).toBe(10)
  })

  test('end at a new gesture: what was undone cannot be done again', async () => {
    stored(await fixture.apply(1, 'pose', 0, setHead(11)))
    const { labels } = stored(await undo())
    const fresh = stored(await fixture.apply(1, 'pose', labels[0].revision, setHead(20)))
    expect(fresh.history).toMatchObject({ undoable: 1, redoable: 0, redo: null })
    await expect(redo()).rejects.toEqual(code('nothing-to-undo'))
    expect(headOf()).toBe(20)
  })

  test('sent twice, since an answer was lost, take back one gesture', async () => {
    stored(await fixture.apply(1, 'pose', 0, setHead(11), { gesture: 'first-one' }))
    stored(await fixture.apply(1, 'pose', 1, setHead(12), { gesture: 'second-one' }))
    const meant = { ...here(), gesture: 'second-one' }
    stored(await fixture.client.editing.undo(meant))
    await expect(fixture.client.editing.undo(meant)).rejects.toEqual(code('history-moved'))
    expect(headOf()).toBe(11)
    stored(await fixture.client.editing.redo(meant))
    expect(headOf()).toBe(12)
  })

  test('stay within their picture', async () => {
    stored(await fixture.apply(3, 'pose', null, setHead(3), { image: 2 }))
    await expect(undo()).rejects.toEqual(code('nothing-to-undo'))
    expect(headOf(3)).toBe(3)
  })

  test('go on after a restart of the service', async () => {
    stored(await fixture.apply(1, 'pose', 0, setHead(11)))
    stored(await fixture.apply(1, 'pose', 1, setHead(12)))
    stored(await undo())
    const later = openInProcessClient()
    try {
      expect((await later.client.editing.state(here())).history).toMatchObject({ undoable: 1, redoable: 1 })
      stored(await later.client.editing.redo(here()))
      expect(headOf()).toBe(12)
    } finally {
      await later.close()
    }
  })

  test('do not touch what somebody else changed since; the gesture leaves the history', async () => {
    stored(await fixture.apply(1, 'tags', 0, { type: 'set-state', state: 'verified' }))
    stored(await fixture.apply(1, 'pose', 0, setHead(11)))
    const selection = { type: 'people' as const, people: [1] }
    const operation = { type: 'reject' as const, tasks: ['pose'] }
    await fixture.client.browse.bulk({ project: fixture.folder, selection, operation, by: 'Ben' })
    expect(await undo()).toMatchObject({
      outcome: 'label-changed',
      conflicts: [{ kind: 'label', task: 'pose', state: 'rejected', by: 'Ben' }],
    })
    expect(headOf()).toBe(11)
    const { title } = stored(await undo())
    expect(title).toBe('test set-state')
    expect(fixture.look((project) => project.labels.get(3))?.state).toBe('labelled')
  })
})

test('random gestures with random undo and redo leave the mask that a plain list of masks says', async () => {
  const random = new Random(7)
  const first = parts.kind === 'parts' ? maskOfParts(parts, 40, 30).data : new Uint8Array()
  const states = [first]
  let at = 0
  let revision = 0
  for (let step = 0; step < 50; step++) {
    const way = random.uniform()
    if (way < 0.25 && at > 0) {
      revision = stored(await undo()).labels[0].revision
      at--
    } else if (way < 0.45 && at < states.length - 1) {
      revision = stored(await redo()).labels[0].revision
      at++
    } else {
      const [x, y, part] = [random.integer(40), random.integer(30), random.integer(4)]
      const next = states[at].slice()
      next[y * 40 + x] = part
      states.splice(++at, Infinity, next)
      revision = stored(await fixture.apply(1, 'parts', revision, dot(x, y, part))).labels[0].revision
    }
  }
  const value = valueOf(1, 'parts')
  expect(value?.kind === 'parts' && maskOfParts(value, 40, 30).data).toEqual(states[at])
})
