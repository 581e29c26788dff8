import type { RunSetLine } from '../../../core/api/runSets.ts'
import type { TrainingOptions } from '../../../core/api/training.ts'

/** A way to train that can be compared with others: what it changes in the choices of the form. */
export interface SetMethod {
  readonly id: string
  readonly title: string
  readonly changes: Partial<TrainingOptions>
}

const plain = { weighting: 'equal', aggregation: 'sum', gradient: 'none', parameters: 'none' } as const

/** Ways to train the same tasks, as the papers' tables have them. */
export const setMethods: readonly SetMethod[] = [
  { id: 'form', title: 'as the form says', changes: {} },
  { id: 'equal', title: 'equal weights', changes: plain },
  { id: 'instance', title: 'instance-level parameters', changes: { ...plain, parameters: 'instance' } },
  { id: 'rlw', title: 'RLW', changes: { ...plain, weighting: 'rlw' } },
  { id: 'dwa', title: 'DWA', changes: { ...plain, weighting: 'dwa' } },
  { id: 'mtu', title: 'MTU', changes: { ...plain, weighting: 'mtu' } },
  { id: 'dtp', title: 'DTP', changes: { ...plain, weighting: 'dtp' } },
  { id: 'gls', title: 'GLS', changes: { ...plain, aggregation: 'geometric' } },
  { id: 'gradnorm', title: 'GradNorm', changes: { ...plain, weighting: 'gradnorm' } },
  {
    id: 'achievement',
    title: 'achievement, geometric',
    changes: { ...plain, weighting: 'achievement', aggregation: 'geometric' },
  },
  { id: 'gradsplit', title: 'GradSplit', changes: { ...plain, gradient: 'gradsplit' } },
  { id: 'pcgrad', title: 'PCGrad', changes: { ...plain, gradient: 'pcgrad' } },
  { id: 'cagrad', title: 'CAGrad', changes: { ...plain, gradient: 'cagrad' } },
  { id: 'batch', title: 'BatchNorm', changes: { ...plain, norm: 'batch' } },
]

/**
 * The lines of a set: each task alone where that is wanted, which the methods are then held against, and the methods.
 * `tasks`: those that are learnt, by name.
 */
export function linesOf(
  options: TrainingOptions,
  tasks: readonly string[],
  methods: readonly string[],
  single: boolean,
): RunSetLine[] {
  const base = { ...options, tasks: [...tasks] }
  const alone = single && tasks.length > 1 ? tasks : []
  return [
    ...alone.map((task) => ({ line: 'single', options: { ...base, ...plain, tasks: [task] } })),
    ...setMethods
      .filter(({ id }) => methods.includes(id))
      .map(({ title, changes }) => ({ line: title, options: { ...base, ...changes } })),
  ]
}
