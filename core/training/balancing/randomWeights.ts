import { Random } from '../../synthetic/random.ts'
import { softmax } from './softmax.ts'

/**
 * Random loss weighting: w = softmax(z), z ~ N(0, 1) anew each step, so E[w] = 1/K (Lin et al., *Reasonable Effectiveness of
 * Random Weighting*, TMLR 2022). The draw is named by seed and step.
 */
export function randomWeights(tasks: number, seed: number, update: number): number[] {
  const random = new Random(seed, 'task weights', update)
  return softmax(Array.from({ length: tasks }, () => random.normal()))
}
