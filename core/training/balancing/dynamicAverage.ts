import { softmax } from './softmax.ts'

/**
 * Dynamic weight average: K·softmax(r/T) with r = L(e−1)/L(e−2), a task's mean losses of the last two epochs; r = 1, hence even
 * weights, where one of them is not known (Liu, Johns & Davison, *End-to-End Multi-Task Learning with Attention*, CVPR 2019,
 * eq. 7). A slow task gains weight.
 */
export function dynamicAverageWeights(
  last: readonly (number | null)[],
  beforeLast: readonly (number | null)[],
  temperature: number,
): number[] {
  const ratios = last.map((loss, task) => {
    const before = beforeLast[task]
    return loss === null || before === null || !(before > 0) ? 1 : loss / before
  })
  return softmax(ratios.map((ratio) => ratio / temperature)).map((share) => share * last.length)
}
