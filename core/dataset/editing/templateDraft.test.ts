import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draftDefect, draftOf } from '../skeletonTemplate.ts'
import type { KeypointsSchema } from '../task.ts'
import {
  addDraftJoint,
  moveDraftJoint,
  pairBySides,
  pairDraftJoints,
  removeDraftJoint,
  renameDraftJoint,
  toggleDraftLimb,
} from './templateDraft.ts'

const schema: KeypointsSchema = {
  kind: 'keypoints',
  joints: ['head', 'left hand', 'right hand', 'foot'],
  edges: [
    [0, 1],
    [0, 2],
    [2, 3],
  ],
  flip: [0, 2, 1, 3],
}
const draft = draftOf(schema)
const names = ({ joints }: typeof draft): string[] => joints.map(({ name }) => name)

test('a moved joint takes its limbs and its partner along', () => {
  const moved = moveDraftJoint(draft, 3, 0)
  expect(names(moved)).toEqual(['foot', 'head', 'left hand', 'right hand'])
  expect(moved.edges).toEqual([
    [1, 2],
    [1, 3],
    [3, 0],
  ])
  expect(moved.flip).toEqual([0, 1, 3, 2])
  expect(moveDraftJoint(draft, 0, 99).joints.at(-1)?.name).toBe('head')
})

test('a removed joint takes its limbs away and leaves its partner in the middle', () => {
  const removed = removeDraftJoint(draft, 2)
  expect(names(removed)).toEqual(['head', 'left hand', 'foot'])
  expect(removed.edges).toEqual([[0, 1]])
  expect(removed.flip).toEqual([0, 1, 2])
})

test('a new joint hangs on the last one', () => {
  const added = addDraftJoint(draft, 'toe')
  expect(added.joints[4]).toEqual({ name: 'toe', from: null })
  expect(added.edges.at(-1)).toEqual([3, 4])
  expect(added.flip).toEqual([0, 2, 1, 3, 4])
})

test('a joint that gets another partner frees both former ones', () => {
  expect(pairDraftJoints(draft, 0, 1).flip).toEqual([1, 0, 2, 3])
  expect(pairDraftJoints(draft, 1, 1).flip).toEqual([0, 1, 2, 3])
})

test('a limb is added, and taken away from either end', () => {
  const added = toggleDraftLimb(draft, 1, 3)
  expect(added.edges.at(-1)).toEqual([1, 3])
  expect(toggleDraftLimb(added, 3, 1).edges).toEqual(draft.edges)
})

test('joints are paired by what their names say of the sides', () => {
  const named = renameDraftJoint(renameDraftJoint(draft, 0, 'l_eye'), 3, 'Right Eye')
  expect(pairBySides(named).flip).toEqual([3, 2, 1, 0])
})

test('whatever is done to a draft, its limbs and pairs stay among its joints', () => {
  const step = fc.tuple(fc.nat(6), fc.nat(20), fc.nat(20))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = draft
      steps.forEach(([what, first, second], at) => {
        const count = now.joints.length
        const [a, b] = [first % count, second % count]
        if (what === 0) now = moveDraftJoint(now, a, b)
        else if (what === 1 && count > 1) now = removeDraftJoint(now, a)
        else if (what === 2) now = addDraftJoint(now, `new ${at}`)
        else if (what === 3) now = pairDraftJoints(now, a, b)
        else if (what === 4 && a !== b) now = toggleDraftLimb(now, a, b)
        else if (what === 5) now = pairBySides(now)
        else now = renameDraftJoint(now, a, `name ${at}`)
      })
      expect(draftDefect(schema, now)).toBeNull()
    }),
  )
})
