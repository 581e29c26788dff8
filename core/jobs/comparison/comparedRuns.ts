import { z } from 'zod'
import type { LineComparison } from '../../api/comparison.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Project } from '../../store/project.ts'
import type { Run } from '../../store/runs.ts'
import { tableMetric } from '../../training/metrics/taskAccuracy.ts'
import { foundRunSet } from '../runSets/createRunSet.ts'
import { membersOf } from '../runSets/memberRequest.ts'
import { configurationKey } from '../runSets/sameRun.ts'
import { findRun, lastMetrics, runConfiguration } from '../runSummaries.ts'
import { compareLines, type LineRun, type TableTask } from './compareLines.ts'

export interface ComparedChoice {
  readonly runs: readonly number[]
  readonly sets: readonly number[]
  readonly against?: string
}

const size = z.looseObject({ parameters: z.number(), macs: z.number() })

/** Weights and multiply-adds an image, as the trainer told them; null before it did. */
function networkSize(project: Project, run: number): z.infer<typeof size> | null {
  const ready = project.history.events(run).findLast(({ kind }) => kind === 'ready')
  return size.safeParse(ready?.detail).data ?? null
}

interface NamedRun {
  readonly line: string
  readonly run: Run
}

/**
 * Runs that differ in nothing but their seed are one line, called after all of them. The same seed once more is another line:
 * people train again because they changed labels, and want to see what that did.
 */
function plainLines(project: Project, ids: readonly number[]): NamedRun[] {
  const groups = new Map<string, Run[]>()
  const times = new Map<string, number>()
  for (const id of new Set(ids)) {
    const run = findRun(project, id)
    const configuration = runConfiguration.parse(run.configuration)
    const own = JSON.stringify([configurationKey(configuration), run.kind])
    const time = times.get(own) ?? 0
    times.set(own, time + 1)
    const key = JSON.stringify([configurationKey({ ...configuration, seed: 0 }), run.kind, time])
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].flatMap((runs) => {
    const line = `${runs.length === 1 ? 'run' : 'runs'} ${runs.map(({ id }) => id).join(', ')}`
    return runs.map((run) => ({ line, run }))
  })
}

/** Runs of a set that are done, by the set's lines. */
function setLines(project: Project, id: number): NamedRun[] {
  foundRunSet(project, id)
  return membersOf(project, id).flatMap(({ line, run: made }) => {
    const run = made === null ? undefined : project.runs.get(made)
    return run?.status === 'done' ? [{ line, run }] : []
  })
}

function tableTasks(project: Project, runs: readonly NamedRun[]): TableTask[] {
  const measured = runs.map(({ run }) => lastMetrics(project, run.id))
  return project.tasks.all().flatMap(({ name, schema }) => {
    const metrics = measured.find((own) => name in own && tableMetric(schema.kind, own[name]) !== null)?.[name]
    const metric = metrics === undefined ? null : tableMetric(schema.kind, metrics)
    if (metric === null) return []
    return [{ task: name, metric, better: metric === 'rmse' ? ('lower' as const) : ('higher' as const) }]
  })
}

function lineRun(project: Project, { line, run }: NamedRun, tasks: readonly TableTask[]): LineRun {
  const configuration = runConfiguration.parse(run.configuration)
  const metrics = lastMetrics(project, run.id)
  const figures = tasks.flatMap(({ task, metric }) => {
    const value = metrics[task]?.[metric]
    return typeof value === 'number' ? [[task, value] as const] : []
  })
  const found = networkSize(project, run.id)
  return {
    line,
    run: run.id,
    seed: configuration.seed,
    tasks: configuration.tasks,
    apart: configuration.network === 'single',
    figures: Object.fromEntries(figures),
    weights: found?.parameters ?? null,
    macs: found?.macs ?? null,
    imagesPerSecond: run.imagesPerSecond ?? project.history.epochs(run.id).at(-1)?.imagesPerSecond ?? null,
  }
}

/**
 * Runs and sets of runs in the papers' table. A run that is named twice counts once.
 * @throws MendError `unknown-run`, `unknown-run-set`, `unknown-line`, `nothing-to-compare`
 */
export function compareChosen(project: Project, { runs, sets, against }: ComparedChoice): LineComparison {
  const named = [...sets.flatMap((set) => setLines(project, set)), ...plainLines(project, runs)]
  const once = named.filter(({ run }, at) => named.findIndex((other) => other.run.id === run.id) === at)
  if (once.length === 0) {
    throw new MendError('nothing-to-compare', 'none of these runs is done', 'mend runs and mend sets list them')
  }
  const lines = [...new Set(once.map(({ line }) => line))]
  if (against !== undefined && !lines.includes(against)) {
    throw new MendError('unknown-line', `no line is called ${against}`, `the lines: ${lines.join('; ')}`)
  }
  const tasks = tableTasks(project, once)
  const table = once.map((run) => lineRun(project, run, tasks))
  return compareLines(table, tasks, against)
}
