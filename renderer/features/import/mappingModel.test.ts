import { describe, expect, test } from 'vitest'
import type { SourceSurvey } from '../../../core/api/importing.ts'
import { parseMapping, type Mapping } from '../../../core/dataset/mapping.ts'
import { confirmed, inverted, mappingRows, targetNames, withTarget } from './mappingModel.ts'

const survey: SourceSurvey = {
  survey: 's',
  name: 'poses',
  format: 'coco',
  images: 3,
  looked: 3,
  people: 4,
  skipped: [],
  tasks: {
    keypoints: {
      kind: 'keypoints',
      labels: 4,
      examples: ['0'],
      components: [
        { name: 'left ankle', count: 3, examples: ['1'] },
        { name: 'left kne', count: 4, examples: [] },
        { name: 'tail', count: 0, examples: [] },
      ],
    },
  },
  tagLists: {},
  mapping: null,
  synonyms: { sided: [['ankle', 'ank']], names: [] },
  projectTasks: [
    { name: 'joints', kind: 'keypoints', components: ['left_ankle', 'left_knee'] },
    { name: 'pose', kind: 'keypoints', components: ['l_ank'] },
    { name: 'clothes', kind: 'parts', components: ['background'] },
  ],
}

const mapping: Mapping = parseMapping({
  version: 1,
  format: 'coco',
  tasks: {
    keypoints: {
      kind: 'keypoints',
      to: 'joints',
      confidence: 0.67,
      reason: 'synonym',
      components: [
        { from: 'left ankle', to: 'left_ankle', reason: 'exact' },
        { from: 'left kne', to: 'left_knee', reason: 'edit-distance', confidence: 0.89 },
        { from: 'tail', to: 'tail', reason: 'new' },
      ],
    },
  },
})

const row = (from: string, of: Mapping = mapping) => {
  const found = mappingRows(of, survey).find((each) => each.from === from)
  if (found === undefined) throw new Error(`no row ${from}`)
  return found
}

describe('the mapping table', () => {
  test('tells sure from doubtful names and from those that an existing task lacks, with counts and examples', () => {
    expect(mappingRows(mapping, survey).map(({ from, state, count }) => [from, state, count])).toEqual([
      ['keypoints', 'sure', 4],
      ['left ankle', 'sure', 3],
      ['left kne', 'doubtful', 4],
      ['tail', 'unmatched', 0],
    ])
    expect(row('left ankle').examples).toEqual(['1'])
  })

  test('a confirmed guess is sure, another target too, and a name that is not imported stays in view', () => {
    expect(row('left kne', confirmed(mapping, row('left kne')))).toMatchObject({ state: 'sure', to: 'left_knee' })
    const moved = withTarget(mapping, survey, row('tail'), 'left_knee')
    expect(row('tail', moved)).toMatchObject({ state: 'sure', to: 'left_knee', reason: 'confirmed' })
    expect(row('tail', withTarget(mapping, survey, row('tail'), null))).toMatchObject({ state: 'ignored', to: null })
  })

  test('a task that is sent to another one has its names proposed anew; one that is ignored hides them', () => {
    const moved = withTarget(mapping, survey, row('keypoints'), 'pose')
    expect(moved.tasks.keypoints.components.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['left ankle', 'l_ank', 'synonym'],
      ['left kne', 'left kne', 'new'],
      ['tail', 'tail', 'new'],
    ])
    const fresh = withTarget(mapping, survey, row('keypoints'), 'my joints')
    expect(mappingRows(fresh, survey).map(({ state }) => state)).toEqual(['sure', 'new', 'new', 'new'])
    expect(mappingRows(withTarget(mapping, survey, row('keypoints'), null), survey)).toHaveLength(1)
  })

  test('names are offered of the same kind of task, and of the task that is the target', () => {
    expect(targetNames(mapping, survey, row('keypoints'))).toEqual(['joints', 'pose'])
    expect(targetNames(mapping, survey, row('tail'))).toEqual(['left_ankle', 'left_knee', 'tail'])
  })

  test('inverting an attribute is undone by inverting it again', () => {
    const once = inverted(mapping, row('tail'))
    expect(row('tail', once).inverted).toBe(true)
    expect(row('tail', inverted(once, row('tail', once))).inverted).toBe(false)
  })
})
