import { expect, test } from 'vitest'
import { differencesOf } from './runDifferences.ts'
import { emptyDetail } from './runFixture.ts'

test('only choices that differ are listed, in the words of the form', () => {
  const first = emptyDetail(['parts'], 1)
  const second = emptyDetail(['parts'], 2)
  const changed = { ...second, options: { ...second.options, seed: 7, learningRate: 0.001 } }
  expect(differencesOf([first, changed])).toEqual([
    { title: 'learning rate', values: ['0.003', '0.001'] },
    { title: 'seed', values: ['1', '7'] },
  ])
  expect(differencesOf([first, second])).toEqual([])
})

test('choices about parameters do not count in a run without them', () => {
  const first = emptyDetail(['parts'], 1)
  const none = { ...first, options: { ...first.options, parameters: 'none' as const } }
  const otherRate = { ...none, options: { ...none.options, parameterRate: 0.9 } }
  expect(differencesOf([none, otherRate])).toEqual([])
})
