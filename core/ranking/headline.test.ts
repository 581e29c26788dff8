import { expect, test } from 'vitest'
import { suspectHeadline } from './headline.ts'

test.each([
  ['keypoints', 'swap', 'left knee', 'Left ⇄ right'],
  ['keypoints', 'component', 'head_top', 'Head top off'],
  ['keypoints', 'label', 'left knee', 'Joints as a whole'],
  ['parts', 'pixels', 'hair', 'Pixels of hair'],
  ['parts', 'component', 'sleeve', 'Sleeve misfits'],
  ['attributes', 'component', 'hat', 'Hat: yes or no?'],
  ['depth', 'label', null, 'Depth as a whole'],
  ['attributes', null, 'hat', 'Hat: yes or no?'],
] as const)('a %s label where %s speaks of %s is headed "%s"', (kind, family, component, headline) => {
  expect(suspectHeadline({ kind, family, component })).toBe(headline)
})
