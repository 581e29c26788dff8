import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { smallFilterFeeds, smallFilterPrograms, smallFilterWeights } from '../tensor/trace/smallFilter.ts'
import { PredictionSession } from './predictionSession.ts'

beforeAll(() => {
  loadTensorflow()
})

describe('a prediction session', () => {
  it('gives the same from the same weights, prepared or not, and for more programs than it keeps prepared', () => {
    const [, predict] = smallFilterPrograms(4)
    const state = new Map(smallFilterWeights.map(({ name, initial }) => [name, initial.map((value) => 2 * value)]))
    const session = new PredictionSession(smallFilterWeights, state)
    const images = smallFilterFeeds(4)['images']
    const valueOf = (name: string, prepared: boolean): Float32Array | Int32Array =>
      session.run({ ...predict, name }, { images }, prepared)['value']
    const expected = valueOf('at once', false)
    const initial = new PredictionSession(
      smallFilterWeights,
      new Map(smallFilterWeights.map(({ name, initial }) => [name, initial])),
    )
    expect(initial.run(predict, { images }, false)['value']).not.toEqual(expected)
    for (const round of [1, 2]) {
      for (let at = 0; at < 10; at++) {
        const found = valueOf(`prepared ${at}`, true)
        expected.forEach((value, index) => expect(found[index], `round ${round}, program ${at}`).toBeCloseTo(value, 5))
      }
    }
    expect(valueOf('at once', false)).toEqual(expected)
    session.dispose()
    initial.dispose()
  })
})
