import { expect, test } from 'vitest'
import { findLeakage } from './leakage.ts'

test('an identity and a near-duplicate on both sides of a split are reported, and nothing else', () => {
  const identities = [
    { identity: 'm/1', split: 'train' as const },
    { identity: 'm/1', split: 'val' as const },
    { identity: 'm/2', split: 'train' as const },
    { identity: 'm/2', split: null },
  ]
  const picture = (path: string, split: 'train' | 'test' | null) => ({ path, split })
  const near = [
    { a: picture('a.jpg', 'train'), b: picture('b.jpg', 'test') },
    { a: picture('a.jpg', 'train'), b: picture('c.jpg', 'train') },
    { a: picture('a.jpg', null), b: picture('d.jpg', 'test') },
  ]
  expect(findLeakage(identities, near)).toEqual([
    { kind: 'identity', what: 'm/1', splits: ['train', 'val'] },
    { kind: 'near-duplicate', what: 'a.jpg ~ b.jpg', splits: ['test', 'train'] },
  ])
})
