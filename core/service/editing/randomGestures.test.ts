import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFixture, type EditingFixture } from './editingFixture.ts'
import { playRandomGestures } from './randomGestures.ts'

let fixture: EditingFixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.close())

test('after each of 1,000 random gestures, undone and redone at random, labels and people are as a plain reference has them', async () => {
  const played = await playRandomGestures(fixture, { seed: 20, gestures: 1000 })
  expect(played.differences).toEqual([])
  // So that the test means something: all kinds of turns were taken.
  expect(played.undone).toBeGreaterThan(100)
  expect(played.redone).toBeGreaterThan(30)
  expect(played.refused).toBeGreaterThan(10)
}, 60_000)
