import { describe, expect, it } from 'vitest'
import {
  draftDefect,
  draftFromTemplate,
  draftOf,
  draftOfStored,
  editedTemplate,
  extendedTemplate,
  plainTemplate,
  restoredTemplate,
  sameJoints,
  templateDifference,
} from './skeletonTemplate.ts'
import type { KeypointsSchema } from './task.ts'

const present: KeypointsSchema = {
  kind: 'keypoints',
  joints: ['head', 'left hand', 'right hand'],
  edges: [
    [0, 1],
    [0, 2],
  ],
  flip: [0, 2, 1],
}

/** right hand first, neck added, left hand gone. */
const draft = {
  joints: [
    { name: 'right hand', from: 2 },
    { name: 'head', from: 0 },
    { name: 'neck', from: null },
  ],
  edges: [
    [1, 2],
    [2, 0],
  ] as [number, number][],
  flip: [0, 1, 2],
}

describe('a skeleton template that is edited', () => {
  it('gives moved joints their old places and new ones a place that nothing ever had', () => {
    const edited = editedTemplate(present, draft)
    expect(edited.joints).toEqual(['right hand', 'head', 'neck'])
    expect(edited.stored).toEqual({ places: [2, 0, 3], length: 4 })
    const again = editedTemplate(edited, {
      joints: [
        { name: 'head', from: 1 },
        { name: 'tail', from: null },
      ],
      edges: [],
      flip: [0, 1],
    })
    expect(again.stored).toEqual({ places: [0, 4], length: 5 })
  })

  it('needs no places of its own while values have the joints as they are listed', () => {
    const renamed = { ...draftOf(present), joints: [{ name: ' top ', from: 0 }, ...draftOf(present).joints.slice(1)] }
    expect(editedTemplate(present, renamed)).toEqual({ ...present, joints: ['top', 'left hand', 'right hand'] })
    const longer = { joints: [...draftOf(present).joints, { name: 'tail', from: null }], edges: [], flip: [0, 2, 1, 3] }
    expect(editedTemplate(present, longer).stored).toBeUndefined()
  })

  it('comes back as it was, without giving the place of what was added since to anything else', () => {
    const edited = editedTemplate(present, draft)
    const back = restoredTemplate(edited, present)
    expect(plainTemplate(back)).toEqual(present)
    expect(back.stored).toEqual({ places: [0, 1, 2], length: 4 })
    expect(templateDifference(edited, draftOfStored(edited, present))).toMatchObject({
      added: ['left hand'],
      removed: [{ index: 2, name: 'neck' }],
      reordered: true,
    })
  })

  it('takes joints that an import adds at its end behind all places ever given', () => {
    const edited = editedTemplate(present, draft)
    const extended = { ...plainTemplate(edited), joints: [...edited.joints, 'tail'], flip: [0, 1, 2, 3] }
    expect(extendedTemplate(edited, extended).stored).toEqual({ places: [2, 0, 3, 4], length: 5 })
    expect(extendedTemplate(present, extended).stored).toBeUndefined()
  })

  it('says which joint of another version has the same values', () => {
    expect(sameJoints(present, editedTemplate(present, draft))).toEqual([2, 0, null])
  })

  it('says what a draft changes, and nothing of one that changes nothing', () => {
    expect(templateDifference(present, draft)).toEqual({
      added: ['neck'],
      removed: [{ index: 1, name: 'left hand' }],
      renamed: [],
      reordered: true,
      limbs: { added: 2, removed: 2 },
      paired: true,
      changed: true,
    })
    expect(templateDifference(present, draftOf(present)).changed).toBe(false)
  })

  it('knows joints of another template by their names, however they are written', () => {
    const wanted: KeypointsSchema = {
      kind: 'keypoints',
      joints: ['left_hand', 'tail_end'],
      edges: [[0, 1]],
      flip: [0, 1],
    }
    expect(draftFromTemplate(present, wanted).joints).toEqual([
      { name: 'left hand', from: 1 },
      { name: 'tail end', from: null },
    ])
  })

  it('refuses what is no template: no joints, one name twice, one joint twice, limbs to nowhere, pairs of one', () => {
    const of = draftOf(present)
    expect(draftDefect(present, of)).toBeNull()
    expect(draftDefect(present, { joints: [], edges: [], flip: [] })).toMatch(/at least one/)
    const same = { name: 'head', from: null }
    expect(draftDefect(present, { joints: [...of.joints, same], edges: [], flip: [0, 2, 1, 3] })).toMatch(/“head”/)
    const twice = { name: 'hat', from: 0 }
    expect(draftDefect(present, { joints: [...of.joints, twice], edges: [], flip: [0, 2, 1, 3] })).toMatch(/become two/)
    expect(draftDefect(present, { ...of, edges: [[1, 3]] })).toMatch(/limb/)
    expect(draftDefect(present, { ...of, flip: [0, 2, 0] })).toMatch(/pairs/)
    expect(() => editedTemplate(present, { ...of, flip: [0, 2, 0] })).toThrow(/pairs/)
  })
})
