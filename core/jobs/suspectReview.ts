import type {
  QueuedSuspect,
  QueuePage,
  SuspectFacets,
  SuspectFilter,
  SuspectSort,
  SuspectsOverview,
  SuspectTask,
} from '../api/suspects.ts'
import { MendError } from '../dataset/mendError.ts'
import { suspectHeadline } from '../ranking/headline.ts'
import { signalFields, signalNames } from '../ranking/signalFields.ts'
import { newestRankingRun } from '../store/newestRuns.ts'
import type { Project } from '../store/project.ts'
import type { Run } from '../store/runs.ts'
import { undoableBatches } from '../store/suspectDecisions.ts'
import {
  componentFacets,
  countQueue,
  decisionCounts,
  listQueue,
  makeSignalOrder,
  placeBySignal,
  queuedSuspect,
  rankedRuns,
  sourceFacets,
  type QueuedSuspect as StoredSuspect,
} from '../store/suspectQueue.ts'
import { moveCut } from '../store/suspectSummaries.ts'
import type { Task } from '../store/tasks.ts'
import { findRun, runConfiguration } from './runSummaries.ts'
import { completeSummaries, taskSummary } from './suspectSummary.ts'
import { checkTask } from './suspects.ts'

/** A task of the project by name. @throws MendError `unknown-task` */
export function reviewedTask(project: Project, name: string): Task {
  checkTask(project, name)
  const task = project.tasks.find(name)
  if (task === undefined) throw new MendError('unknown-task', `there is no task ${name}`, 'list the tasks again')
  return task
}

function describeRun(run: Run): SuspectsOverview['runs'][number] {
  const { tasks, parameters, height, width } = runConfiguration.parse(run.configuration)
  return {
    run: run.id,
    startedAt: run.createdAt,
    epoch: run.epoch,
    tasks: [...tasks],
    parameters,
    size: `${height}×${width}`,
  }
}

function overviewOfTask(project: Project, run: number, task: Task): SuspectTask | null {
  const { connection } = project
  const counts = decisionCounts(connection, run, task.id)
  const decided = (decision: string): number => counts.find((one) => one.decision === decision)?.count ?? 0
  const reviewed = taskSummary(project, run, task.id)
  const ranked = reviewed?.summary.labels ?? countQueue(connection, run, task.id, {})
  if (ranked === 0) return null
  const flagged = countQueue(connection, run, task.id, { flagged: true })
  const distribution = reviewed?.summary.distribution ?? null
  return {
    task: task.name,
    kind: task.schema.kind,
    ranked,
    flagged,
    decided: {
      keep: decided('keep'),
      reject: decided('reject'),
      acceptPrediction: decided('accept-prediction'),
      fix: decided('fix'),
      skip: decided('skip'),
    },
    flaggedDecided: counts.reduce((sum, one) => sum + one.flagged, 0),
    cut: reviewed && {
      verdict: reviewed.summary.cut.verdict,
      signal: reviewed.summary.cut.signal,
      title: signalFields[reviewed.summary.cut.signal].title,
      proposed: reviewed.summary.cut.threshold,
      threshold: reviewed.chosenCut ?? reviewed.summary.cut.threshold,
      estimatedNoise: reviewed.summary.cut.estimatedNoise,
      explanation: reviewed.summary.cut.explanation,
    },
    distribution: distribution && {
      ...distribution,
      counts: [...distribution.counts],
      wrong: distribution.wrong && [...distribution.wrong],
    },
    signals: signalNames
      .filter((name) => reviewed?.summary.signals[name] !== undefined)
      .map((name) => ({ name, title: signalFields[name].title })),
  }
}

/**
 * The runs that ranked labels, and what one of them (where none is named, `newestRankingRun`) says of each of its tasks.
 * @throws MendError `unknown-run`
 */
export function suspectsOverview(project: Project, chosen: number | undefined): SuspectsOverview {
  const runs = rankedRuns(project.connection)
  const run = chosen ?? newestRankingRun(project.connection, null) ?? runs[0] ?? null
  if (run === null) return { runs: [], run: null, tasks: [], undoable: 0 }
  findRun(project, run)
  const tasks = project.tasks.all()
  completeSummaries(
    project,
    run,
    tasks.filter((task) => countQueue(project.connection, run, task.id, {}) > 0),
  )
  return {
    runs: runs.map((id) => describeRun(findRun(project, id))),
    run,
    tasks: tasks.map((task) => overviewOfTask(project, run, task)).filter((task) => task !== null),
    undoable: undoableBatches(project.connection, run),
  }
}

/** What one task of a run looks like now; after a decision or a moved cut. @throws MendError `unknown-task` */
export function suspectTaskOverview(project: Project, run: number, name: string): SuspectTask {
  const overview = overviewOfTask(project, run, reviewedTask(project, name))
  if (overview !== null) return overview
  throw new MendError('not-ranked', `run ${run} ranked no labels of ${name}`, 'choose another task or run')
}

/** A row of the store as the contract has it. */
export function queuedView(row: StoredSuspect, task: Task): QueuedSuspect {
  const { family, ...rest } = row
  return { ...rest, headline: suspectHeadline({ kind: task.schema.kind, family, component: row.component }) }
}

export interface QueueQuery {
  readonly run: number
  readonly task: string
  readonly filter: SuspectFilter
  readonly sort: SuspectSort
  readonly at?: { readonly after: number } | { readonly before: number } | { readonly around: number }
  readonly limit: number
}

/** Place of a label in the order asked for; 0, the start, where it is not in it. */
function placeOf(project: Project, run: number, task: number, sort: SuspectSort, label: number): number {
  const { connection } = project
  if (sort !== 'rank') return placeBySignal(connection, { run, task, signal: sort }, label) ?? 0
  return queuedSuspect(connection, run, label)?.rank ?? 0
}

/**
 * A stretch of a task's suspects, worst first. Around a label: a third of the stretch comes before it, and the label's place
 * is in it only if it passes the filter.
 * @throws MendError `unknown-task`
 */
export function suspectQueue(project: Project, query: QueueQuery): QueuePage {
  const { run, filter, sort, at, limit } = query
  const task = reviewedTask(project, query.task)
  if (sort !== 'rank') {
    project.transaction(({ connection }) => {
      makeSignalOrder(connection, { run, task: task.id, signal: sort })
    })
  }
  const list = (from: number, count: number, backwards = false): StoredSuspect[] =>
    listQueue(project.connection, { run, task: task.id, filter, sort, from, backwards, limit: count })
  const view = (rows: readonly StoredSuspect[], before: boolean, after: boolean): QueuePage => ({
    items: rows.map((row) => queuedView(row, task)),
    before,
    after,
  })
  if (at !== undefined && 'before' in at) {
    const rows = list(at.before, limit + 1, true)
    const shown = rows.slice(-limit)
    return view(shown, rows.length > limit, true)
  }
  const place = at === undefined ? 0 : 'after' in at ? at.after : placeOf(project, run, task.id, sort, at.around) - 1
  const earlier = at !== undefined && 'around' in at ? Math.floor(limit / 3) : 0
  const above = place <= 0 ? [] : list(place + 1, Math.max(1, earlier + 1), true)
  const shownAbove = earlier === 0 ? [] : above.slice(-earlier)
  const below = list(place, limit - shownAbove.length + 1)
  const shownBelow = below.slice(0, limit - shownAbove.length)
  return view([...shownAbove, ...shownBelow], above.length > shownAbove.length, below.length > shownBelow.length)
}

/** How many suspects pass a filter. @throws MendError `unknown-task` */
export function countSuspects(project: Project, run: number, task: string, filter: SuspectFilter): number {
  return countQueue(project.connection, run, reviewedTask(project, task).id, filter)
}

/** What the queue can be narrowed to. @throws MendError `unknown-task` */
export function suspectFacets(project: Project, run: number, task: string): SuspectFacets {
  const { id } = reviewedTask(project, task)
  return {
    components: componentFacets(project.connection, run, id),
    sources: sourceFacets(project.connection, run, id),
  }
}

/**
 * Puts a task's cut elsewhere, or back where the ranking proposes it: flags change with it, everywhere.
 * @throws MendError `unknown-task`, `not-ranked`, `cut-unknown`
 */
export function moveSuspectCut(project: Project, run: number, name: string, cut: number | 'proposed'): SuspectTask {
  const task = reviewedTask(project, name)
  const reviewed = taskSummary(project, run, task.id)
  if (reviewed === null) {
    throw new MendError('cut-unknown', `run ${run} has no distribution of ${name}`, 'train again to get one')
  }
  const threshold = cut === 'proposed' ? reviewed.summary.cut.threshold : cut
  project.transaction(({ connection }) => {
    moveCut(connection, { run, task: task.id }, threshold, cut !== 'proposed')
  })
  return suspectTaskOverview(project, run, name)
}
