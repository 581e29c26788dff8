/**
 * How a run of a controllable tree is divided, and how its hypernetworks are trained (methods.md 6). The paper trains each for 30,000
 * steps; of fewer steps, what happens after a number of them happens after the same share.
 */

/** The tasks' own networks; which parent each node takes; how the normalisations change. */
export const treePhases = ['anchors', 'edges', 'norms'] as const
export type TreePhase = (typeof treePhases)[number]

/** What people are told. */
export const treePhaseTitles: Readonly<Record<TreePhase, string>> = {
  anchors: 'each task’s own network',
  edges: 'what is shared',
  norms: 'adapting what is shared',
}

const paperSteps = 30_000
const edgeRate = 1e-3
const [rateFactor, rateSteps] = [0.3, 14_000]
const [firstTemperature, temperatureFactor, temperatureSteps] = [5, 0.97, 300]

export interface PhaseMoment {
  readonly phase: TreePhase
  /** Epochs of the run before the phase, and in it. */
  readonly first: number
  readonly epochs: number
}

/** Which phase an epoch (from 0, of 3 at least) is in: half of all are the anchors', a quarter each the hypernetworks'. */
export function phaseOf(epoch: number, epochs: number): PhaseMoment {
  const each = Math.max(1, Math.floor(epochs / 4))
  const anchors = epochs - 2 * each
  if (epoch < anchors) return { phase: 'anchors', first: 0, epochs: anchors }
  if (epoch < anchors + each) return { phase: 'edges', first: anchors, epochs: each }
  return { phase: 'norms', first: anchors + each, epochs: each }
}

/** Adam's rate of both hypernetworks at a step (from 0) of a phase: 10⁻³, × 0.3 after every 14,000 of 30,000 steps. */
export function hypernetworkRate(step: number, steps: number): number {
  return edgeRate * rateFactor ** Math.floor(step / scaled(rateSteps, steps))
}

/** Gumbel-softmax's temperature at a step (from 0) of a phase: 5, × 0.97 after every 300 of 30,000 steps. */
export function edgeTemperature(step: number, steps: number): number {
  return firstTemperature * temperatureFactor ** Math.floor(step / scaled(temperatureSteps, steps))
}

function scaled(interval: number, steps: number): number {
  return interval * Math.min(1, steps / paperSteps)
}
