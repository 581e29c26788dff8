import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFixture, pose, setJoints, stored, type EditingFixture } from './editingFixture.ts'

let fixture: EditingFixture
beforeEach(() => (fixture = openFixture()))
afterEach(() => fixture.close())

const input = () => ({ project: fixture.folder, task: 'pose' })
const joints = () => {
  const value = fixture.look((project) => project.labels.get(1))?.value
  return value?.kind === 'keypoints' ? value.joints.map(({ x, y, v }) => [x, y, v]) : null
}
const visibleJoints = () =>
  fixture.look(
    ({ connection }) =>
      connection.one<{ n: number }>('SELECT visible_joints AS n FROM label_fact WHERE label_id = 1').n,
  )

/** foot first, a new neck, left gone; head (10, 5), right (12, 12) hidden, foot absent. */
const draft = {
  joints: [
    { name: 'foot', from: 3 },
    { name: 'top of the head', from: 0 },
    { name: 'neck', from: null },
    { name: 'right', from: 2 },
  ],
  edges: [[1, 2] as [number, number]],
  flip: [0, 1, 2, 3],
}

const neckAt = (x: number, y: number) => ({
  type: 'set-joints' as const,
  joints: [{ index: 2, name: 'neck', joint: [x, y, 2] as [number, number, number] }],
})

test('a preview says how many labels have a joint that goes, and changes nothing', async () => {
  const { version } = await fixture.client.templates.state(input())
  const preview = await fixture.client.templates.preview({ ...input(), base: version, draft })
  expect(preview).toEqual({
    labels: 1,
    added: ['neck'],
    removed: [{ name: 'left', labels: 1 }],
    renamed: [{ from: 'head', to: 'top of the head' }],
    reordered: true,
    limbs: { added: 1, removed: 1 },
    paired: true,
    changed: true,
  })
  expect((await fixture.client.templates.state(input())).version).toBe(version)
})

test('labels read in the new template at once, and are as they were when it is taken back', async () => {
  const before = joints()
  const { version } = await fixture.client.templates.state(input())
  const changed = await fixture.client.templates.change({ ...input(), base: version, draft, why: 'less' })
  expect(joints()).toEqual([
    [0, 0, 3],
    [10, 5, 2],
    [0, 0, 0],
    [12, 12, 1],
  ])
  expect(visibleJoints()).toBe(1)
  expect(changed.history.map(({ why, by, template }) => [why, by, template.joints.length])).toEqual([
    ['less', 'you', 4],
  ])

  const revision = changed.history[0].revision
  const restore = { ...input(), base: changed.version, revision }
  expect((await fixture.client.templates.previewRestore(restore)).added).toEqual(['left'])
  await fixture.client.templates.restore(restore)
  expect(joints()).toEqual(before)
  expect(visibleJoints()).toBe(2)
})

test('an edit of a label leaves the values of joints that the template no longer has, and older edits can be undone', async () => {
  const first = stored(await fixture.apply(1, 'pose', 0, setJoints({ head: [1, 1, 2] })))
  const { version } = await fixture.client.templates.state(input())
  const changed = await fixture.client.templates.change({ ...input(), base: version, draft, why: 'less' })
  const base = first.labels[0].revision
  stored(await fixture.apply(1, 'pose', base, neckAt(7, 8)))
  expect(joints()?.[2]).toEqual([7, 8, 2])
  await fixture.client.editing.undo({ project: fixture.folder, image: 1 })
  await fixture.client.editing.undo({ project: fixture.folder, image: 1 })
  expect(joints()?.[1]).toEqual([10, 5, 2])
  await fixture.client.editing.redo({ project: fixture.folder, image: 1 })
  await fixture.client.editing.redo({ project: fixture.folder, image: 1 })
  const { revision } = changed.history[0]
  await fixture.client.templates.restore({ ...input(), base: changed.version, revision })
  // head as edited before, left as it always was, right and foot too.
  expect(joints()).toEqual([
    [1, 1, 2],
    [8, 12, 2],
    [12, 12, 1],
    [0, 0, 3],
  ])
})

test('a change that was made on another version of the template is refused', async () => {
  const { version } = await fixture.client.templates.state(input())
  await fixture.client.templates.change({ ...input(), base: version, draft, why: 'less' })
  await expect(
    fixture.client.templates.change({ ...input(), base: version, draft, why: 'again' }),
  ).rejects.toMatchObject({ data: { code: 'template-changed' } })
})

test('a new label made in an edited template has its joints where they belong', async () => {
  const { version } = await fixture.client.templates.state(input())
  await fixture.client.templates.change({ ...input(), base: version, draft, why: 'less' })
  const placed = draft.joints.map(({ name }, index) => {
    return { index, name, joint: [index + 1, 1, 2] as [number, number, number] }
  })
  const result = stored(await fixture.apply(2, 'pose', null, { type: 'set-joints', joints: placed }))
  const label = fixture.look((project) => project.labels.get(result.labels[0].label))?.value
  expect(label?.kind === 'keypoints' && label.joints.map(({ x }) => x)).toEqual([1, 2, 3, 4])
})

test('what a window drew by the former template reaches the joint of that name, and no other', async () => {
  const { version } = await fixture.client.templates.state(input())
  await fixture.client.templates.change({ ...input(), base: version, draft, why: 'less' })
  stored(await fixture.apply(1, 'pose', 0, setJoints({ foot: [3, 4, 2] })))
  expect(joints()).toEqual([
    [3, 4, 2],
    [10, 5, 2],
    [0, 0, 0],
    [12, 12, 1],
  ])
  const { revision } = fixture.look(({ connection }) =>
    connection.one<{ revision: number }>('SELECT max(id) AS revision FROM label_revision'),
  )
  for (const gone of ['head', 'left'] as const) {
    await expect(fixture.apply(1, 'pose', revision, setJoints({ [gone]: [1, 1, 2] }))).rejects.toMatchObject({
      data: { code: 'edit-misfit' },
      message: `pose has no joint “${gone}”`,
    })
  }
  expect(joints()?.[0]).toEqual([3, 4, 2])
})

test('a project gets a task with a skeleton that comes with the product, once', async () => {
  const made = await fixture.client.templates.create({ project: fixture.folder, task: 'body', skeleton: 'coco-17' })
  expect(made.template.joints).toHaveLength(17)
  expect(made.template.joints[1]).toBe('left eye')
  expect(made.labels).toBe(0)
  await expect(
    fixture.client.templates.create({ project: fixture.folder, task: 'body', skeleton: 'coco-17' }),
  ).rejects.toMatchObject({ data: { code: 'task-exists' } })
  expect((await fixture.client.templates.shipped()).map(({ template }) => template.joints.length)).toEqual([
    17, 14, 16, 14,
  ])
})

test('an own template begins with one joint, and becomes what it is made', async () => {
  const { project } = input()
  const made = await fixture.client.templates.create({ project, task: ' hand ', skeleton: null })
  expect(made.template).toEqual({ joints: ['joint 1'], edges: [], flip: [0] })
  const hand = {
    joints: [
      { name: 'wrist', from: 0 },
      { name: 'thumb', from: null },
    ],
    edges: [[0, 1] as [number, number]],
    flip: [0, 1],
  }
  const changed = await fixture.client.templates.change({
    ...{ project, task: 'hand', base: made.version, draft: hand, why: 'a hand' },
  })
  expect(changed.template).toEqual({ joints: ['wrist', 'thumb'], edges: [[0, 1]], flip: [0, 1] })
})

test('the fixture’s pose is what these tests work out by hand', () => {
  expect(pose.kind === 'keypoints' && pose.joints.map(({ v }) => v)).toEqual([2, 2, 1, 3])
})
