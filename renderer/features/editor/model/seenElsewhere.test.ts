import { expect, test } from 'vitest'
import type { EditsEvent } from '../../../../core/api/editing.ts'
import { SeenElsewhere } from './seenElsewhere.ts'
import { emptyLabel, type SessionPerson } from './sessionLabel.ts'

const box = { x: 1, y: 2, width: 30, height: 40 }
const history: EditsEvent['history'] = { undo: null, redo: null, undoable: 0, redoable: 0 }

function watched(person: number, revision: number, by: string | null = null): EditsEvent['people'][number] {
  return { person, box, labels: [{ task: 'pose', label: person * 10, revision, state: 'labelled', by, at: null }] }
}

function shown(person: number, revision: number): SessionPerson {
  return { person, box, labels: new Map([['pose', { ...emptyLabel('pose'), label: person * 10, revision }]]) }
}

function seenOf(...events: readonly Partial<EditsEvent>[]): SeenElsewhere {
  const seen = new SeenElsewhere()
  for (const event of events) seen.take({ whole: false, people: [], removed: [], tasks: null, history, ...event })
  return seen
}

const both = { whole: true, people: [watched(1, 5), watched(2, 6)] }

test('a picture that shows what the service has differs in nothing', () => {
  expect(seenOf(both).difference([shown(1, 5), shown(2, 6)])).toBeNull()
})

test('who changed a label since is told, though only their person was sent', () => {
  expect(seenOf(both, { people: [watched(2, 9, 'Ben')] }).difference([shown(1, 5), shown(2, 6)])).toEqual({ by: 'Ben' })
})

test('people who came, went or got another box are differences', () => {
  expect(seenOf(both).difference([shown(1, 5)])).toEqual({ by: null })
  expect(seenOf(both, { removed: [2] }).difference([shown(1, 5), shown(2, 6)])).toEqual({ by: null })
  const moved = { ...watched(2, 6), box: { ...box, x: 2 } }
  expect(seenOf(both, { people: [moved] }).difference([shown(1, 5), shown(2, 6)])).toEqual({ by: null })
})

test('a stream that begins again replaces all that was seen', () => {
  const again = { whole: true, people: [watched(1, 5)] }
  expect(seenOf(both, again).difference([shown(1, 5)])).toBeNull()
})

test('a task with another template differs from what is shown, and one that nothing is told of does not', () => {
  const pose = { name: 'pose', schema: { kind: 'attributes' as const, attributes: ['hat'] } }
  const grown = { ...pose, schema: { ...pose.schema, attributes: ['hat', 'bag'] } }
  expect(seenOf(both).hasOtherTasks([pose])).toBe(false)
  expect(seenOf({ ...both, tasks: [pose] }, { people: [watched(2, 7)] }).hasOtherTasks([pose])).toBe(false)
  expect(seenOf({ ...both, tasks: [pose] }, { tasks: [grown] }).hasOtherTasks([pose])).toBe(true)
})
