import { describe, expect, test } from 'vitest'
import synonyms from '../../resources/synonyms.json' with { type: 'json' }
import { doubtfulEntries, parseMapping } from './mapping.ts'
import { editDistance, foldName, matchNames, synonymGroups } from './nameMatch.ts'
import { proposeMapping } from './proposeMapping.ts'
import type { SourceSchema } from './record.ts'
import type { TaskSchema } from './task.ts'

const groups = synonymGroups(synonyms)
const source = (tasks: Record<string, TaskSchema>): SourceSchema => ({
  format: 'test',
  tasks,
  tagLists: {},
  images: null,
})
const attributes = (...names: string[]): TaskSchema => ({ kind: 'attributes', attributes: names })
const keypoints = (...joints: string[]): TaskSchema => ({
  kind: 'keypoints',
  joints,
  edges: [],
  flip: joints.map((_, j) => j),
})
const parts = (...names: string[]): TaskSchema => ({ kind: 'parts', parts: names, flip: names.map((_, p) => p) })

describe('matching names', () => {
  test('case, separators and abbreviated sides do not matter', () => {
    expect(foldName('rightAnkle')).toBe('right ankle')
    expect(foldName('R_ankle')).toBe('right ankle')
    expect(foldName('Left-Knee')).toBe('left knee')
  })

  test('left never matches right, however close the names are', () => {
    const unmatched = [{ to: null, confidence: 1, reason: 'new' }]
    expect(matchNames(['left_shoulder'], ['right_shoulder'], groups)).toEqual(unmatched)
    // Long enough for the four letters between left and right to be within a fifth.
    const [left, right] = ['left', 'right'].map((side) => `${side} lower arm of the coat`)
    expect(matchNames([left], [right], groups)).toEqual(unmatched)
  })

  test('an exact name wins over a synonym, a synonym over a resemblance', () => {
    const matches = matchNames(['pants', 'trousers', 'jakcet'], ['trousers', 'jacket'], groups)
    expect(matches.map(({ to, reason }) => [to, reason])).toEqual([
      [null, 'new'],
      [0, 'exact'],
      [1, 'edit-distance'],
    ])
    expect(matchNames(['pants'], ['trousers'], groups)[0]).toMatchObject({ to: 0, reason: 'synonym' })
  })

  test('of two equally good names the choice is doubtful', () => {
    expect(matchNames(['shoe'], ['shoes', 'footwear'], groups)[0]).toMatchObject({ to: 0, reason: 'doubtful' })
  })

  test('edit distance counts exchanged neighbours once', () => {
    expect(editDistance('jakcet', 'jacket')).toBe(1)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
  })
})

describe('proposing a mapping', () => {
  test('an empty project takes the source as it is', () => {
    const mapping = proposeMapping(source({ tags: attributes('hat', 'bag') }), {}, synonyms)
    expect(mapping.tasks.tags).toMatchObject({ to: 'tags', reason: 'new' })
    expect(mapping.tasks.tags.components).toEqual([
      { from: 'hat', to: 'hat', confidence: 1, reason: 'new' },
      { from: 'bag', to: 'bag', confidence: 1, reason: 'new' },
    ])
    expect(doubtfulEntries(mapping)).toEqual([])
  })

  test('joints of two skeletons meet by name and synonym, the rest is new', () => {
    const project = { pose: keypoints('right ankle', 'left ankle', 'neck', 'head top') }
    const mapping = proposeMapping(source({ keypoints: keypoints('nose', 'left_ankle', 'R_Ankle') }), project, synonyms)
    expect(mapping.tasks.keypoints).toMatchObject({ to: 'pose', reason: 'synonym', confidence: 2 / 3 })
    expect(mapping.tasks.keypoints.components.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['nose', 'nose', 'new'],
      ['left_ankle', 'left ankle', 'exact'],
      ['R_Ankle', 'right ankle', 'exact'],
    ])
  })

  test('a resemblance is never taken silently', () => {
    const mapping = proposeMapping(
      source({ tags: attributes('hat', 'skirt') }),
      { tags: attributes('hat', 'shirt') },
      synonyms,
    )
    expect(mapping.tasks.tags.components[1]).toMatchObject({ from: 'skirt', to: 'shirt', reason: 'edit-distance' })
    expect(doubtfulEntries(mapping)).toHaveLength(1)
    expect(doubtfulEntries(mapping)[0]).toContain('skirt → shirt')
  })

  test('tasks of one kind that share nothing stay apart; the background alone is nothing', () => {
    const project = { parts: parts('background', 'hat', 'dress') }
    const mapping = proposeMapping(source({ parts: parts('bg', 'torso', 'head') }), project, synonyms)
    expect(mapping.tasks.parts.to).toBe('parts-2')
    expect(mapping.tasks.parts.components[0]).toMatchObject({ from: 'bg', to: 'bg' })
  })

  test('depth in another unit and vectors of other components become tasks of their own', () => {
    const project: Record<string, TaskSchema> = {
      depth: { kind: 'depth', unit: 'metre' },
      pose: { kind: 'vector', components: ['a'], groups: [], flip: null },
    }
    const tasks: Record<string, TaskSchema> = {
      depth: { kind: 'depth', unit: 'disparity' },
      pose: { kind: 'vector', components: ['b'], groups: [], flip: null },
    }
    const mapping = proposeMapping(source(tasks), project, synonyms)
    expect([mapping.tasks.depth.to, mapping.tasks.pose.to]).toEqual(['depth-2', 'pose-2'])
  })

  test('the answer about tag lists travels with its reason', () => {
    const schema = {
      ...source({ tags: attributes('hat') }),
      tagLists: { tags: { exhaustive: true, reason: 'all are listed' } },
    }
    expect(proposeMapping(schema, {}, synonyms).tasks.tags).toMatchObject({
      exhaustive: true,
      exhaustiveReason: 'all are listed',
    })
  })
})

describe('a mapping as people write it', () => {
  test('reasons and confidences may be left out: what is written is confirmed', () => {
    const tasks = { tags: { kind: 'attributes', to: 'tags', components: [{ from: 'hat', to: 'cap' }] } }
    const mapping = parseMapping({ version: 1, format: 'test', tasks })
    expect(mapping.tasks.tags.components[0]).toEqual({ from: 'hat', to: 'cap', confidence: 1, reason: 'confirmed' })
    expect(doubtfulEntries(mapping)).toEqual([])
  })

  test('a mistake is named with its place', () => {
    const tasks = { tags: { kind: 'attributes', to: 'tags', components: [{ from: 'hat' }] } }
    const read = (): unknown => parseMapping({ version: 1, format: 'test', tasks }, 'map.json')
    expect(read).toThrow(expect.objectContaining({ code: 'mapping-invalid' }))
    expect(read).toThrow('map.json is not a mapping: tasks.tags.components.0.to')
  })
})
