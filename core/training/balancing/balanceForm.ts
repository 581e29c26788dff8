import type { FeedShape } from '../../tensor/program.ts'
import type { BalancingChoices } from '../balancingChoices.ts'

/** What of the choices decides which operations a training step consists of. */
export interface BalanceForm extends Pick<BalancingChoices, 'weighting' | 'aggregation' | 'gradient'> {
  readonly cagradC: number
  /** For GradSplit: how many stages are split, and the lane of each task (see lanesOfTasks). */
  readonly split: {
    readonly stages: number
    readonly lanes: readonly number[]
  } | null
}

/** Names of the feeds and outputs of a balanced step. */
export const balanceKeys = {
  weights: 'taskWeights',
  floors: 'taskFloors',
  order: 'conflictOrder',
  rows: 'splitRows',
  losses: 'taskLosses',
  norms: 'taskNorms',
} as const

/** Whether losses are simply added up and differentiated, which needs none of this. */
export function isPlain({ weighting, aggregation, gradient }: BalanceForm): boolean {
  return weighting === 'equal' && aggregation === 'sum' && gradient === 'none'
}

/**
 * Feeds of a balanced step for K tasks: `taskWeights` [K], 0 for a task that is absent; `taskFloors` [K], what of each loss no
 * network can get below; for PCGrad `conflictOrder` [K−1,K,K]; for GradSplit `splitRows` [lanes,B,K]. None where it is plain.
 */
export function balanceFeeds(form: BalanceForm, tasks: number, batch: number): Record<string, FeedShape> {
  if (isPlain(form)) return {}
  const float = (shape: number[]): FeedShape => ({ shape, dtype: 'float32' })
  const feeds: Record<string, FeedShape> = {
    [balanceKeys.weights]: float([tasks]),
    [balanceKeys.floors]: float([tasks]),
  }
  if (form.gradient === 'pcgrad') feeds[balanceKeys.order] = float([tasks - 1, tasks, tasks])
  if (form.split !== null) feeds[balanceKeys.rows] = float([Math.max(...form.split.lanes) + 1, batch, tasks])
  return feeds
}
