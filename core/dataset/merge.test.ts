import { describe, expect, test } from 'vitest'
import {
  parseConflictRule,
  planImageMerge,
  type IncomingPerson,
  type KnownLabel,
  type KnownPerson,
  type MergeQuestion,
} from './merge.ts'

const box = { x: 0, y: 0, width: 10, height: 10 }
const elsewhere = { x: 100, y: 0, width: 10, height: 10 }
const label = (overrides: Partial<KnownLabel> = {}): KnownLabel => {
  return { id: 7, source: 'a', state: 'labelled', origin: 'imported', ...overrides }
}
const known = (labels: Record<string, KnownLabel> = {}): KnownPerson => ({ id: 1, box, joints: {}, labels })
const incoming = (tasks: string[], at: IncomingPerson['box'] = box): IncomingPerson => {
  return { box: at, joints: {}, labels: Object.fromEntries(tasks.map((task) => [task, 'labelled' as const])) }
}
const question = (rule: string, overrides: Partial<MergeQuestion> = {}): MergeQuestion => {
  return { rule: parseConflictRule(rule), source: 'b', same: () => false, ...overrides }
}

describe('the same image in two sources', () => {
  test('attributes of one and pose of the other land on the same person', () => {
    const merge = planImageMerge([known({ tags: label() })], [[incoming(['pose'])]], question('first'))
    expect(merge.people).toEqual([{ record: 0, person: 0, target: { type: 'known', id: 1 }, repeated: false }])
    expect(merge.labels).toMatchObject([
      { task: 'pose', target: { id: 1 }, current: true, known: null, disputed: false },
    ])
  })

  test('somebody else on the picture is a new person', () => {
    const merge = planImageMerge([known()], [[incoming(['pose'], elsewhere)]], question('first'))
    expect(merge.people[0].target).toEqual({ type: 'fresh', index: 0 })
  })
})

describe('records of one source about one image', () => {
  test('join one person where their tasks differ', () => {
    const merge = planImageMerge([], [[incoming(['parts'])], [incoming(['tags'], null)]], question('first'))
    expect(merge.people.map(({ target, repeated }) => [target, repeated])).toEqual([
      [{ type: 'fresh', index: 0 }, false],
      [{ type: 'fresh', index: 0 }, true],
    ])
  })

  test('are two people where both label the same task, however much they overlap', () => {
    const merge = planImageMerge([], [[incoming(['pose'])], [incoming(['pose'])]], question('first'))
    expect(merge.people.map(({ target }) => target)).toEqual([
      { type: 'fresh', index: 0 },
      { type: 'fresh', index: 1 },
    ])
  })

  test('people of one record are never joined', () => {
    const merge = planImageMerge([], [[incoming(['pose']), incoming(['tags'])]], question('first'))
    expect(merge.people.map(({ target }) => target)).toEqual([
      { type: 'fresh', index: 0 },
      { type: 'fresh', index: 1 },
    ])
  })
})

describe('two labels for one person and task', () => {
  const decide = (rule: string, theirs: KnownLabel, overrides: Partial<MergeQuestion> = {}): [boolean, boolean] => {
    const merge = planImageMerge([known({ pose: theirs })], [[incoming(['pose'])]], question(rule, overrides))
    return [merge.labels[0].current, merge.labels[0].disputed]
  }

  test('the rule chooses which is in force, and the difference is noted', () => {
    expect(decide('first', label())).toEqual([false, true])
    expect(decide('last', label())).toEqual([true, true])
    expect(decide('source:b', label())).toEqual([true, true])
    expect(decide('source:a', label())).toEqual([false, true])
  })

  test('labels that say the same are no dispute', () => {
    expect(decide('last', label(), { same: () => true })).toEqual([false, false])
  })

  test('"ask" takes the answer, and the known label until there is one', () => {
    expect(decide('ask', label())).toEqual([false, true])
    expect(decide('ask', label(), { answers: new Map([[7, 'incoming']]) })).toEqual([true, true])
  })

  test('what a person made or confirmed is not displaced by an import', () => {
    expect(decide('last', label({ origin: 'human' }))).toEqual([false, true])
    expect(decide('last', label({ state: 'verified' }))).toEqual([false, true])
  })

  test('a rejected or cleared label gives way', () => {
    expect(decide('first', label({ state: 'rejected' }))).toEqual([true, true])
    expect(decide('first', label({ state: 'unlabelled' }))).toEqual([true, false])
  })

  test('a rule that nobody knows is refused', () => {
    expect(() => parseConflictRule('newest')).toThrow(expect.objectContaining({ code: 'rule-unknown' }))
    expect(() => parseConflictRule('source:')).toThrow(expect.objectContaining({ code: 'rule-unknown' }))
  })
})
