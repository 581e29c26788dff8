import { describe, expect, it } from 'vitest'
import { multiplyAdds, slimWidth, taskPreferences } from './optionParsers.ts'

describe('budgets', () => {
  it('are multiply-adds, in thousands, millions or billions where a letter says so', () => {
    expect(['20M', '1.5G', '800k', '918656', '2e6', ' 3 m '].map(multiplyAdds)).toEqual([
      20e6, 1.5e9, 800e3, 918656, 2e6, 3e6,
    ])
    for (const text of ['', 'M', '-1M', '0', '20T', '1,5M', 'much']) expect(() => multiplyAdds(text)).toThrow(/20M/)
  })
})

describe('preferences', () => {
  it('are a number for each task, also given one by one', () => {
    expect(taskPreferences('parts=.7,keypoints=.3')).toEqual({ parts: 0.7, keypoints: 0.3 })
    expect(taskPreferences('look=0', { parts: 1 })).toEqual({ parts: 1, look: 0 })
    for (const text of ['', 'parts', 'parts=', 'parts=-1', 'parts=x']) expect(() => taskPreferences(text)).toThrow()
  })
})

describe('the width of a network of one width', () => {
  it('is one of those that are trained', () => {
    expect(['.25', '0.5', '1'].map(slimWidth)).toEqual([0.25, 0.5, 1])
    expect(() => slimWidth('.3')).toThrow(/0.25, 0.5, 0.75, 1/)
  })
})
