import { describe, expect, it } from 'vitest'
import { channelOwners, fillSplitRows, lanesOfTasks, relationMatrix, splitWeights } from './splitPlan.ts'

describe('what GradSplit divides', () => {
  const names = ['stem/kernel', 'stage0/a', 'stage1/a', 'stage2/a', 'stage3/a', 'decoder/merge/kernel']

  it('is the last stages and what follows them', () => {
    expect([...splitWeights(names, 2)]).toEqual(['stage2/a', 'stage3/a', 'decoder/merge/kernel'])
    expect([...splitWeights(['down0/a', 'down1/a', 'up3/a'], 1)]).toEqual(['down1/a', 'up3/a'])
  })

  it('is every convolution with as many stages as there are', () => {
    expect([...splitWeights(names, 4)]).toEqual(names)
  })

  it('gives each task one run of channels, along the groups of norms where they suffice', () => {
    const owners = channelOwners(128, 4)
    expect(owners.every((owner, at) => owner === Math.floor(at / 32))).toBe(true)
    for (const [channels, tasks] of [
      [32, 3],
      [64, 5],
      [10, 3],
      [16, 4],
    ]) {
      const dealt = channelOwners(channels, tasks)
      expect([...dealt]).toEqual([...dealt].sort((a, b) => a - b))
      expect(new Set(dealt).size, `${channels} among ${tasks}`).toBe(tasks)
    }
    // Two groups of 16 for the first of three tasks in 64 channels, never a group for two.
    const three = channelOwners(64, 3)
    for (let at = 0; at < 64; at++) expect(three[at]).toBe(three[at - (at % 16)])
  })

  it('lets a task’s channels learn from all but those that harm it', () => {
    expect(
      relationMatrix(
        ['a', 'b', 'c'],
        [
          ['a', 'b'],
          ['c', 'a'],
        ],
      ),
    ).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [1, 1, 1],
    ])
  })
})

describe('lanes of the backward pass', () => {
  it('are one for tasks that nobody has together, and one each for tasks that somebody has all of', () => {
    expect(lanesOfTasks(4, () => false)).toEqual([0, 0, 0, 0])
    expect(lanesOfTasks(3, () => true)).toEqual([0, 1, 2])
    // Two sources: a and b come together, c and d do.
    expect(lanesOfTasks(4, (x, y) => x < 2 === y < 2)).toEqual([0, 1, 0, 1])
  })

  it('mask each image by its own task where tasks share one', () => {
    const relations = relationMatrix(['a', 'b'], [['a', 'b']])
    const rows = new Float32Array(1 * 2 * 2)
    fillSplitRows(
      rows,
      relations,
      [0, 0],
      [
        [1, 0],
        [0, 1],
      ],
    )
    // Image 0 is a's: only a's channels learn from it. Image 1 is b's: both do.
    expect([...rows]).toEqual([1, 0, 1, 1])
    const apart = new Float32Array(2 * 2 * 2)
    fillSplitRows(
      apart,
      relations,
      [0, 1],
      [
        [1, 0],
        [0, 1],
      ],
    )
    expect([...apart]).toEqual([1, 0, 1, 0, 1, 1, 1, 1])
  })
})
