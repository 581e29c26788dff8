import { z } from 'zod'
import { balancingOptions, type Comparison, type RunSummary } from '../api/training.ts'
import { MendError } from '../dataset/mendError.ts'
import { newestRankingRun, newestRuns } from '../store/newestRuns.ts'
import type { Project } from '../store/project.ts'
import type { Run } from '../store/runs.ts'
import { aggregations, gradientMethods, weightings } from '../training/balancingChoices.ts'
import type { RunRequest } from '../training/configuration.ts'
import { modelNames, networkNames, normNames, slimWidths } from '../training/networkChoices.ts'

/** A run's configuration as the store keeps it. */
export const runConfiguration: z.ZodType<RunRequest> = z.object({
  tasks: z.array(z.string()),
  model: z.enum(modelNames),
  network: z.enum(networkNames).default('multi-head'),
  norm: z.enum(normNames).default('group'),
  bank: z.number().nullable().default(null),
  distillation: z.number().default(1),
  onlyWidth: z.literal(slimWidths).nullable().default(null),
  height: z.number(),
  width: z.number(),
  epochs: z.number(),
  batch: z.union([z.number(), z.literal('auto')]),
  learningRate: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  parameters: z.enum(['component', 'instance', 'none']),
  parameterRate: z.number(),
  parameterMomentum: z.number(),
  warmupEpochs: z.number(),
  weighting: z.enum(weightings),
  aggregation: z.enum(aggregations),
  gradient: z.enum(gradientMethods),
  balancing: balancingOptions.default(() => balancingOptions.parse({})),
  augment: z.enum(['none', 'light', 'strong']),
  engine: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm']),
  seed: z.number(),
  checkpointEvery: z.number(),
})

const storedFreeze = z.object({ freeze: z.object({ margin: z.number() }) })

/** What was added around people when a run's set was frozen, as a share of their box. */
export function freezeMargin({ configuration }: Pick<Run, 'configuration'>): number {
  return storedFreeze.parse(configuration).freeze.margin
}

const pageSize = 200

/** @throws MendError `unknown-run` */
export function findRun(project: Project, id: number): Run {
  const run = project.runs.get(id)
  if (run === undefined) throw new MendError('unknown-run', `${project.name} has no run ${id}`, 'mend runs lists them')
  return run
}

/** The run asked for, or the newest training run that is done (`newestRuns`). @throws MendError `unknown-run`, `no-run` */
export function chosenRun(project: Project, id: number | undefined): Run {
  if (id !== undefined) return findRun(project, id)
  const newest = newestRuns(project.connection).at(0)
  const run = newest && project.runs.get(newest.id)
  if (run === undefined) throw new MendError('no-run', `${project.name} has no finished run`, 'train first: mend train')
  return run
}

/**
 * The run asked for, or the one whose ranking of the task (missing: of any) is meant (`newestRankingRun`); where no run has ranked
 * any, the newest that is done. @throws MendError `unknown-run`, `no-run`
 */
export function rankingRun(project: Project, id: number | undefined, task: string | undefined): Run {
  const known = task === undefined ? null : (project.tasks.find(task)?.id ?? null)
  return chosenRun(project, id ?? newestRankingRun(project.connection, known) ?? undefined)
}

/** Task → metric → value of the newest epoch that has any. */
export function lastMetrics(project: Project, run: number): Record<string, Record<string, number | null>> {
  const all = project.runs.metrics(run)
  const metrics: Record<string, Record<string, number | null>> = {}
  const newest = new Map<string, number>()
  for (const { task, name, epoch } of all) {
    if (name === 'loss') continue
    newest.set(task, Math.max(epoch, newest.get(task) ?? 0))
  }
  for (const { task, name, epoch, value } of all) {
    if (name === 'loss' || newest.get(task) !== epoch) continue
    metrics[task] = { ...metrics[task], [name]: value }
  }
  return metrics
}

export function summariseRun(project: Project, run: Run): RunSummary {
  const configuration = runConfiguration.parse(run.configuration)
  return {
    run: run.id,
    kind: run.kind,
    state: run.status,
    startedAt: run.createdAt,
    tasks: [...configuration.tasks],
    model: configuration.model,
    size: `${configuration.height}x${configuration.width}`,
    epochs: configuration.epochs,
    epoch: run.epoch,
    parameters: configuration.parameters,
    engine: run.engine,
    seed: configuration.seed,
    note: run.note,
    metrics: lastMetrics(project, run.id),
  }
}

/** Every run, newest first. */
export function listRuns(project: Project): RunSummary[] {
  const runs: RunSummary[] = []
  for (let after = 0; ;) {
    const page = project.runs.list({ after, limit: pageSize })
    runs.push(...page.items.map((run) => summariseRun(project, run)))
    if (page.next === null) return runs.reverse()
    after = page.next
  }
}

/** Errors shrink and everything else (accuracies, mIoU, PCK, AP) grows as a network gets better. */
function betterDirection(metric: string): 'higher' | 'lower' {
  return /error|rmse|mae|loss/i.test(metric) ? 'lower' : 'higher'
}

/** Metrics of runs side by side, in the order given. @throws MendError `unknown-run` */
export function compareRuns(project: Project, ids: readonly number[]): Comparison {
  const runs = ids.map((id) => summariseRun(project, findRun(project, id)))
  const keys = new Map<string, { task: string; metric: string }>()
  for (const run of runs) {
    for (const [task, values] of Object.entries(run.metrics)) {
      for (const metric of Object.keys(values)) keys.set(JSON.stringify([task, metric]), { task, metric })
    }
  }
  const rows = [...keys.values()].map(({ task, metric }) => {
    const better = betterDirection(metric)
    const values = runs.map((run) => run.metrics[task]?.[metric] ?? null)
    const known = values.filter((value) => value !== null)
    const extreme = better === 'higher' ? Math.max(...known) : Math.min(...known)
    const differs = known.some((value) => value !== extreme)
    return { task, metric, better, values, best: differs ? values.indexOf(extreme) : null }
  })
  return { runs, rows }
}
