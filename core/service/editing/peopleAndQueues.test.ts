import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EditsEvent, PeopleChange } from '../../api/editing.ts'
import type { LabelValue } from '../../dataset/label.ts'
import { openFixture, parts, pose, setJoints, setTags, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.close())

const code = (expected: string): unknown =>
  expect.objectContaining({ data: expect.objectContaining({ code: expected }) })
const here = (image = 1) => ({ project: fixture.folder, image })
let gestures = 0
const head = (image = 1) => ({ ...here(image), gesture: `gesture-p${++gestures}`, reason: 'test', by: 'Ann' })
const people = (change: PeopleChange) => fixture.client.editing.people({ ...head(), change })
const undo = (image = 1) => fixture.client.editing.undo(here(image))
const redo = (image = 1) => fixture.client.editing.redo(here(image))

const valueOf = (person: number, task: string): LabelValue | null | undefined =>
  fixture.look((project) => project.labels.currentOf(person, [task]).at(0)?.value)
const boxOf = (person: number) => fixture.look((project) => project.people.get(person)?.box)
const idsIn = (image: number) => fixture.look((project) => project.people.ofImage(image).map(({ id }) => id))

describe('people', () => {
  test('are added, taken back, and come again with the same number and labels', async () => {
    const box = { x: 1, y: 2, width: 10, height: 9 }
    const added = stored(await people({ type: 'add', box }))
    expect(added.people).toEqual([{ person: 4, box, removed: false }])
    stored(await fixture.apply(4, 'tags', null, setTags({ hat: true })))
    stored(await undo())
    expect(stored(await undo()).people).toEqual([{ person: 4, box, removed: true }])
    expect(idsIn(1)).toEqual([1, 2])
    stored(await redo())
    expect(boxOf(4)).toEqual(box)
    stored(await redo())
    expect(valueOf(4, 'tags')).toEqual({ kind: 'attributes', values: [true, null] })
  })

  test('are deleted with their labels, and the editor alone undoes it', async () => {
    stored(await fixture.apply(1, 'pose', 0, { type: 'set-state', state: 'verified' }))
    stored(await people({ type: 'delete', person: 1 }))
    expect(idsIn(1)).toEqual([2])
    expect(valueOf(1, 'pose')).toBeUndefined()
    expect(await fixture.client.browse.actions({ project: fixture.folder })).toEqual([])
    await expect(fixture.client.browse.undo({ project: fixture.folder })).rejects.toEqual(code('nothing-to-undo'))
    stored(await undo())
    expect(idsIn(1)).toEqual([1, 2])
    expect(valueOf(1, 'parts')).toEqual(parts)
    // The gesture before the deletion can still be undone.
    stored(await undo())
    expect(fixture.look((project) => project.labels.get(1)?.state)).toBe('labelled')
    stored(await redo())
    stored(await redo())
    expect(idsIn(1)).toEqual([2])
  })

  test('are duplicated with box and labels a little aside, but not as the same person', async () => {
    const { people: made } = stored(await people({ type: 'duplicate', person: 1, dx: 5, dy: 2 }))
    const copy = made[0].person
    expect(boxOf(copy)).toEqual({ x: 7, y: 3, width: 20, height: 25 })
    const joints = pose.kind === 'keypoints' ? pose.joints : []
    expect(valueOf(copy, 'pose')).toEqual({
      kind: 'keypoints',
      joints: joints.map((joint) => (joint.v === 3 ? joint : { ...joint, x: joint.x + 5, y: joint.y + 2 })),
    })
    expect(valueOf(copy, 'parts')).toEqual({ ...parts, left: 7, top: 3 })
    expect([valueOf(copy, 'who'), valueOf(copy, 'depth')]).toEqual([undefined, undefined])
    stored(await undo())
    expect(idsIn(1)).toEqual([1, 2])
    stored(await redo())
    expect(valueOf(copy, 'parts')).toEqual({ ...parts, left: 7, top: 3 })
  })

  test('give a label to another person, exchanging it where that one has one', async () => {
    stored(await people({ type: 'reassign', task: 'pose', from: 1, to: 2, fromBase: 0, toBase: null }))
    expect([valueOf(1, 'pose'), valueOf(2, 'pose')]).toEqual([null, pose])
    const other = { kind: 'identity', identity: 'bob', camera: null } as const
    stored(await fixture.apply(2, 'who', null, { type: 'set-value', value: other }))
    const base = fixture.look(
      (project) => project.connection.one<{ id: number }>('SELECT max(id) AS id FROM label_revision').id,
    )
    stored(await people({ type: 'reassign', task: 'who', from: 1, to: 2, fromBase: 0, toBase: base }))
    expect([valueOf(1, 'who'), valueOf(2, 'who')]).toMatchObject([{ identity: 'bob' }, { identity: 'ann', camera: 2 }])
    const late = await people({ type: 'reassign', task: 'who', from: 1, to: 2, fromBase: 0, toBase: base })
    expect(late).toMatchObject({ outcome: 'label-changed', conflicts: [{ person: 1 }, { person: 2 }] })
    for (let step = 0; step < 3; step++) stored(await undo())
    expect([valueOf(1, 'pose'), valueOf(2, 'pose')]).toEqual([pose, null])
  })

  test('have a box that is changed from what the window shows, or not at all', async () => {
    const base = { x: 2, y: 1, width: 20, height: 25 }
    const box = { x: 4.5, y: 1, width: 17.5, height: 20 }
    stored(await people({ type: 'box', person: 1, base, box }))
    expect(boxOf(1)).toEqual(box)
    expect(await people({ type: 'box', person: 1, base, box: base })).toMatchObject({
      conflicts: [{ kind: 'box', person: 1, box }],
    })
    await expect(people({ type: 'box', person: 1, base: box, box: { ...box, width: 0 } })).rejects.toEqual(
      code('box-invalid'),
    )
    expect(stored(await undo()).people).toEqual([{ person: 1, box: base, removed: false }])
    stored(await redo())
    expect(boxOf(1)).toEqual(box)
  })
})

describe('identities', () => {
  const name = (person: number, identity: string, image = 1) =>
    fixture.apply(
      person,
      'who',
      null,
      { type: 'set-value', value: { kind: 'identity', identity, camera: null } },
      { image },
    )

  test('are offered by their names, those that begin with what was typed first', async () => {
    stored(await name(2, 'Joann'))
    stored(await name(3, 'anna', 2))
    const found = await fixture.client.editing.identities({ project: fixture.folder, task: 'who', text: 'An' })
    expect(found).toEqual([
      { identity: 'ann', people: 1, example: 1, exampleImage: 1 },
      { identity: 'anna', people: 1, example: 3, exampleImage: 2 },
      { identity: 'Joann', people: 1, example: 2, exampleImage: 1 },
    ])
  })

  test('are merged wherever they are, split again, and undone', async () => {
    stored(await name(2, 'bob'))
    stored(await name(3, 'bob', 2))
    const merge = { type: 'merge' as const, from: ['bob', 'ann'], into: 'ann' }
    const merged = stored(await fixture.client.editing.changeIdentities({ ...head(), task: 'who', change: merge }))
    expect(merged.labels.map(({ person }) => person)).toEqual([2, 3])
    expect([1, 2, 3].map((person) => valueOf(person, 'who'))).toMatchObject(Array(3).fill({ identity: 'ann' }))
    expect(valueOf(1, 'who')).toMatchObject({ camera: 2 })
    const split = { type: 'split' as const, people: [1], into: 'ann (2)' }
    stored(await fixture.client.editing.changeIdentities({ ...head(), task: 'who', change: split }))
    expect(valueOf(1, 'who')).toEqual({ kind: 'identity', identity: 'ann (2)', camera: 2 })
    stored(await undo())
    stored(await undo())
    expect([1, 2, 3].map((person) => valueOf(person, 'who'))).toMatchObject([
      { identity: 'ann' },
      { identity: 'bob' },
      { identity: 'bob' },
    ])
  })
})

describe('from picture to picture', () => {
  test('labels go to the person at the same place, and leave what is there', async () => {
    stored(await fixture.apply(3, 'tags', null, setTags({ hat: false, bag: false }), { image: 2 }))
    const taken = stored(await fixture.client.editing.propagate({ ...head(2), from: [1] }))
    expect(taken.labels.map(({ task }) => task).sort()).toEqual(['parts', 'pose', 'who'])
    expect(valueOf(3, 'pose')).toEqual(pose)
    expect(valueOf(3, 'tags')).toEqual({ kind: 'attributes', values: [false, false] })
    stored(await undo(2))
    expect(valueOf(3, 'pose')).toBeNull()
  })

  test('or to a new person where nobody is', async () => {
    const { people: made } = stored(
      await fixture.client.editing.propagate({ ...head(2), from: [2, 1], tasks: ['pose'] }),
    )
    expect(made).toEqual([{ person: 4, box: { x: 22, y: 1, width: 10, height: 25 }, removed: false }])
    expect(valueOf(3, 'pose')).toEqual(pose)
    stored(await undo(2))
    expect(idsIn(2)).toEqual([3])
  })

  test('the next person without a label is found, round the end of the list', async () => {
    const next = (after?: number, backwards = false) =>
      fixture.client.editing.next({ project: fixture.folder, task: 'pose', after, backwards })
    expect(await next()).toEqual({ person: 2, image: 1, remaining: 2 })
    expect(await next(2)).toEqual({ person: 3, image: 2, remaining: 2 })
    expect(await next(3)).toEqual({ person: 2, image: 1, remaining: 2 })
    expect(await next(2, true)).toEqual({ person: 3, image: 2, remaining: 2 })
    for (const [person, image] of [
      [2, 1],
      [3, 2],
    ]) {
      stored(await fixture.apply(person, 'pose', null, { type: 'copy', from: 1, align: 'place' }, { image }))
    }
    expect(await next()).toBeNull()
  })
})

describe('the history of a label', () => {
  test('shows every revision and brings any of them back as a new one', async () => {
    const x = (value: number) => setJoints({ head: [value, 5, 2] })
    stored(await fixture.apply(1, 'pose', 0, x(11)))
    stored(await fixture.apply(1, 'pose', 1, x(12), { by: 'Ben' }))
    const { revisions } = await fixture.client.labels.history({ project: fixture.folder, label: 1 })
    expect(revisions.map(({ revision, by }) => [revision, by])).toEqual([
      [1, 'Ann'],
      [2, 'Ben'],
    ])
    const old = await fixture.client.labels.revision({ project: fixture.folder, label: 1, revision: 1 })
    expect(old).toMatchObject({
      origin: 'imported',
      value: {
        joints: [
          [10, 5, 2],
          [8, 12, 2],
          [12, 12, 1],
          [0, 0, 3],
        ],
      },
    })
    const restore = (base: number) =>
      fixture.client.editing.restore({ ...here(), gesture: `gesture-r${base}`, label: 1, revision: 1, base })
    expect((await restore(1)).outcome).toBe('label-changed')
    stored(await restore(2))
    expect(fixture.look((project) => project.labels.get(1))).toMatchObject({ origin: 'imported', value: pose })
    stored(await undo())
    expect(valueOf(1, 'pose')).toMatchObject({ joints: [{ x: 12 }, {}, {}, {}] })
    await expect(fixture.client.labels.revision({ project: fixture.folder, label: 2, revision: 1 })).rejects.toEqual(
      code('revision-unknown'),
    )
  })
})

test('a window is told of what another one changes, and of nothing else', async () => {
  const peopleHere = [1, 2]
  const stop = new AbortController()
  const events: EditsEvent[] = []
  const reading = (async () => {
    for await (const event of await fixture.client.editing.watch(here(), { signal: stop.signal })) {
      events.push(event)
      if (events.length === 1) {
        await fixture.apply(3, 'pose', null, { type: 'copy', from: 1, align: 'place' }, { image: 2 })
        await fixture.apply(1, 'tags', 0, { type: 'set-state', state: 'verified' }, { by: 'Ben' })
      } else stop.abort()
    }
  })()
  await reading.catch((error: unknown) => expect(stop.signal.aborted, String(error)).toBe(true))
  // Ben is told of by the one person that he changed.
  expect(
    events.map(({ whole, people, removed }) => ({ whole, people: people.map(({ person }) => person), removed })),
  ).toEqual([
    { whole: true, people: peopleHere, removed: [] },
    { whole: false, people: [1], removed: [] },
  ])
  const tags = (event: EditsEvent) => event.people[0].labels.find(({ task }) => task === 'tags')
  expect(events.map(tags)).toMatchObject([
    { revision: 0, state: 'labelled', by: null },
    { state: 'verified', by: 'Ben' },
  ])
  expect(events.map(({ history }) => history.undoable)).toEqual([0, 1])
  expect(events.map(({ tasks }) => tasks?.map(({ name }) => name) ?? null)).toEqual([
    ['pose', 'parts', 'tags', 'who', 'depth'],
    null,
  ])
})

test('a window is told of a task with another template, though no label changed', async () => {
  const stop = new AbortController()
  const events: EditsEvent[] = []
  const of = { project: fixture.folder, task: 'pose' }
  const reading = (async () => {
    for await (const event of await fixture.client.editing.watch(here(), { signal: stop.signal })) {
      events.push(event)
      if (events.length > 1) stop.abort()
      else {
        const { version } = await fixture.client.templates.state(of)
        const draft = { joints: [{ name: 'head', from: 0 }], edges: [], flip: [0] }
        await fixture.client.templates.change({ ...of, base: version, draft, why: 'the head alone' })
      }
    }
  })()
  await reading.catch((error: unknown) => expect(stop.signal.aborted, String(error)).toBe(true))
  expect(events[1]).toMatchObject({ whole: false, people: [], removed: [] })
  const schema = events[1].tasks?.find(({ name }) => name === 'pose')?.schema
  expect(schema?.kind === 'keypoints' && schema.joints).toEqual(['head'])
})
