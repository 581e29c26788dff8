import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { patchRuns } from '../../dataset/editing/maskRuns.ts'
import type { LabelValue } from '../../dataset/label.ts'
import type { Label } from '../../store/labels.ts'
import { openFixture, parts, pose, setJoints, setTags, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.close())

const code = (expected: string): unknown =>
  expect.objectContaining({ data: expect.objectContaining({ code: expected }) })

function labelOf(person: number, task: string): Label | undefined {
  return fixture.look((project) => project.labels.currentOf(person, [task]).at(0))
}

function patch(left: number, top: number, width: number, height: number, cells: readonly number[]) {
  const after = Uint8Array.from(cells)
  return patchRuns({ bounds: { left, top, width, height }, before: after, after })
}

describe('one gesture', () => {
  test('moves a joint, is one revision and says what the next edit is based on', async () => {
    const result = stored(await fixture.apply(1, 'pose', 0, setJoints({ left: [7, 13, 2] })))
    expect(labelOf(1, 'pose')).toMatchObject({
      state: 'labelled',
      origin: 'human',
      touched: true,
      value: {
        joints: [
          { x: 10, y: 5, v: 2 },
          { x: 7, y: 13, v: 2 },
          { x: 12, y: 12, v: 1 },
          { x: 0, y: 0, v: 3 },
        ],
      },
    })
    expect(result.labels).toMatchObject([{ person: 1, task: 'pose', revision: 1, after: null }])
    expect(result.history).toEqual({ undo: 'test set-joints', redo: null, undoable: 1, redoable: 0 })
    expect(fixture.look((project) => project.labels.revisions(1))).toMatchObject([
      { by: 'Ann', why: 'test set-joints', origin: 'imported', state: 'labelled', value: pose },
    ])
  })

  test('paints a rectangle of a mask, whose window grows to hold it', async () => {
    // Shoe at (5, 3) … (6, 4): one pixel inside the window of (2, 1) … (5, 3), three beyond it.
    stored(await fixture.apply(1, 'parts', 0, { type: 'paint', ...patch(5, 3, 2, 2, [3, 3, 0, 3]) }))
    const value: LabelValue = {
      kind: 'parts',
      left: 2,
      top: 1,
      width: 5,
      height: 4,
      data: Uint8Array.from([1, 1, 1, 1, 0, 2, 2, 2, 2, 0, 2, 2, 2, 3, 3, 0, 0, 0, 0, 3]),
    }
    expect(labelOf(1, 'parts')?.value).toEqual(value)
  })

  test('begins a label where the person has none', async () => {
    const result = stored(await fixture.apply(2, 'parts', null, { type: 'paint', ...patch(30, 20, 2, 1, [2, 2]) }))
    expect(labelOf(2, 'parts')).toMatchObject({
      source: null,
      state: 'labelled',
      value: { left: 30, top: 20, width: 2, height: 1, data: Uint8Array.from([2, 2]) },
    })
    expect(result.labels[0].revision).toBe(1)
    stored(await fixture.apply(2, 'pose', null, setJoints({ head: [30, 4, 2] })))
    expect(labelOf(2, 'pose')?.value).toEqual({
      kind: 'keypoints',
      joints: [
        { x: 30, y: 4, v: 2 },
        { x: 0, y: 0, v: 0 },
        { x: 0, y: 0, v: 0 },
        { x: 0, y: 0, v: 0 },
      ],
    })
  })

  test('answers attributes, names a person, marks depth as invalid, verifies', async () => {
    stored(await fixture.apply(1, 'tags', 0, setTags({ bag: false })))
    expect(labelOf(1, 'tags')?.value).toEqual({ kind: 'attributes', values: [true, false] })
    const bob = { kind: 'identity', identity: 'bob', camera: null } as const
    stored(await fixture.apply(2, 'who', null, { type: 'set-value', value: bob }))
    expect(labelOf(2, 'who')?.value).toEqual(bob)
    const marked = stored(
      await fixture.apply(1, 'depth', 0, { type: 'invalidate', ...patch(1, 0, 2, 2, [1, 1, 0, 1]) }),
    )
    expect(labelOf(1, 'depth')?.value).toMatchObject({ data: Uint16Array.from([10, 0, 30, 40]) })
    // The window, which does not work it out itself, is told what is left: only the second cell is invalid.
    const { after } = marked.labels[0]
    const shown = after?.type === 'value' && after.value?.kind === 'depth' ? after.value.levels : ''
    expect([...Buffer.from(shown, 'base64')].map((level) => level > 0)).toEqual([true, false, true, true])
    stored(await fixture.apply(1, 'pose', 0, { type: 'set-state', state: 'verified' }))
    expect(labelOf(1, 'pose')).toMatchObject({ state: 'verified', origin: 'imported', value: pose })
  })

  test('that takes the last answer away leaves no label', async () => {
    stored(await fixture.apply(1, 'tags', 0, setTags({ hat: null })))
    expect(labelOf(1, 'tags')).toMatchObject({ state: 'unlabelled', value: null })
  })

  test('copies a label to another person: at its place, or from box to box', async () => {
    const { id } = labelOf(1, 'pose') ?? { id: 0 }
    const copied = stored(await fixture.apply(2, 'pose', null, { type: 'copy', from: id, align: 'box' }))
    // The box of 20×25 at (2, 1) becomes one of 10×25 at (22, 1).
    const joints = [
      [26, 5, 2],
      [25, 12, 2],
      [27, 12, 1],
      [0, 0, 3],
    ]
    expect(copied.labels[0].after).toEqual({ type: 'value', value: { kind: 'keypoints', joints } })
    stored(await fixture.apply(3, 'pose', null, { type: 'copy', from: id, align: 'place' }, { image: 2 }))
    expect(labelOf(3, 'pose')?.value).toEqual(pose)
  })
})

describe('two windows', () => {
  const verify = { type: 'set-state', state: 'verified' } as const

  test('notice each other: nothing is stored, and what is there is shown with who made it', async () => {
    stored(await fixture.apply(1, 'pose', 0, verify, { by: 'Ben' }))
    const late = await fixture.apply(1, 'pose', 0, setJoints({ head: [1, 1, 2] }))
    expect(late).toMatchObject({
      outcome: 'label-changed',
      conflicts: [
        { kind: 'label', person: 1, task: 'pose', revision: 1, state: 'verified', by: 'Ben', why: 'test set-state' },
      ],
    })
    expect(labelOf(1, 'pose')).toMatchObject({ state: 'verified', value: pose })
    const again = await fixture.apply(1, 'pose', 1, setJoints({ head: [1, 1, 2] }))
    expect(again.outcome).toBe('stored')
  })

  test('begin a label at once: the second is told', async () => {
    const stroke = { type: 'paint', ...patch(0, 0, 1, 1, [1]) } as const
    stored(await fixture.apply(2, 'parts', null, stroke))
    expect(await fixture.apply(2, 'parts', null, stroke)).toMatchObject({ conflicts: [{ revision: 1 }] })
  })

  test('of a gesture on several labels all is stored or nothing', async () => {
    stored(await fixture.apply(1, 'tags', 0, verify))
    const edits = ['pose', 'tags'].map((task) => ({ person: 1, task, base: 0, change: verify }))
    const gesture = { project: fixture.folder, image: 1, gesture: 'together', reason: 'both', edits }
    expect(await fixture.client.editing.apply(gesture)).toMatchObject({ conflicts: [{ task: 'tags' }] })
    expect(labelOf(1, 'pose')?.state).toBe('labelled')
  })

  test('a gesture whose answer was lost is stored once', async () => {
    const stroke = { type: 'paint', ...patch(2, 1, 1, 1, [3]) } as const
    const first = stored(await fixture.apply(1, 'parts', 0, stroke, { gesture: 'lost-answer' }))
    const second = stored(await fixture.apply(1, 'parts', 0, stroke, { gesture: 'lost-answer' }))
    expect(second.labels).toMatchObject([{ revision: first.labels[0].revision }])
    expect(second.history.undoable).toBe(1)
    expect(fixture.look((project) => project.labels.revisions(2))).toHaveLength(1)
  })
})

describe('what does not suit', () => {
  test.each([
    [
      'a joint that the template lacks',
      'pose',
      { type: 'set-joints', joints: [{ index: 0, name: 'tail', joint: [1, 1, 2] }] },
    ],
    ['a stroke beyond the picture', 'parts', { type: 'paint', ...patch(39, 0, 2, 1, [1, 1]) }],
    ['a part that the task lacks', 'parts', { type: 'paint', ...patch(0, 0, 1, 1, [4]) }],
    ['runs that do not fill the rectangle', 'parts', { type: 'paint', ...patch(0, 0, 1, 1, [1]), width: 2 }],
    ['runs that are no base64', 'parts', { type: 'paint', left: 0, top: 0, width: 1, height: 1, runs: '%%%' }],
    [
      'a value of another kind',
      'tags',
      { type: 'set-value', value: { kind: 'identity', identity: 'x', camera: null } },
    ],
    ['a stroke on a task without parts', 'pose', { type: 'paint', ...patch(0, 0, 1, 1, [1]) }],
    ['a copy of another task', 'pose', { type: 'copy', from: 2, align: 'place' }],
  ] as const)('%s is refused and nothing is stored', async (_, task, change) => {
    await expect(fixture.apply(1, task, 0, change as never)).rejects.toEqual(code('edit-misfit'))
    expect(fixture.look((project) => project.connection.all('SELECT id FROM gesture'))).toEqual([])
    expect(labelOf(1, 'parts')?.value).toEqual(parts)
  })

  test('people and tasks that are gone are told', async () => {
    const verify = { type: 'set-state', state: 'verified' } as const
    await expect(fixture.apply(9, 'pose', null, verify)).rejects.toEqual(code('person-unknown'))
    await expect(fixture.apply(1, 'none', null, verify)).rejects.toEqual(code('unknown-task'))
    await expect(fixture.apply(1, 'pose', 0, verify, { image: 9 })).rejects.toEqual(code('image-unknown'))
  })
})
