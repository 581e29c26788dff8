import { describe, expect, it } from 'vitest'
import { trainingOptions } from '../../../core/api/training.ts'
import { linesOf, setMethods } from './setLines.ts'

const options = trainingOptions.parse({ epochs: 7, weighting: 'dwa' })

describe('the lines of a set', () => {
  it('are each task alone and then the methods, all with the choices of the form', () => {
    const lines = linesOf(options, ['parts', 'depth'], ['gls', 'equal'], true)
    expect(lines.map(({ line, options: { tasks } }) => [line, tasks])).toEqual([
      ['single', ['parts']],
      ['single', ['depth']],
      ['equal weights', ['parts', 'depth']],
      ['GLS', ['parts', 'depth']],
    ])
    expect(lines.every(({ options: { epochs } }) => epochs === 7)).toBe(true)
    expect(lines[2].options.weighting).toBe('equal')
    expect(lines[3].options.aggregation).toBe('geometric')
  })

  it('leave the form as it is where that is wanted, and nothing stands alone among one task', () => {
    const lines = linesOf(options, ['parts'], ['form'], true)
    expect(lines).toHaveLength(1)
    expect(lines[0].options).toEqual({ ...options, tasks: ['parts'] })
  })

  it('have titles of their own', () => {
    expect(new Set(setMethods.map(({ title }) => title)).size).toBe(setMethods.length)
  })
})
