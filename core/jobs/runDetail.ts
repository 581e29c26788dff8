import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorReport } from '../api/error.ts'
import type { RunDetail, RunEventOut, TaskCourse } from '../api/runs.ts'
import { runEvent } from '../api/runs.ts'
import { trainResult, trainingOptions } from '../api/training.ts'
import type { Project } from '../store/project.ts'
import type { Run, RunMetric } from '../store/runs.ts'
import { courseOfDistributions } from './runDistributions.ts'
import { readRunLock } from './runLock.ts'
import { findRun, summariseRun } from './runSummaries.ts'

const checkpointFile = join('checkpoint', 'state.safetensors')

const readyDetail = z.object({
  engine: z.string(),
  device: z.string(),
  reason: z.string(),
  parameters: z.number(),
  macs: z.number(),
  epoch: z.number(),
})
const snapshotDetail = z.object({ people: z.number(), train: z.number(), val: z.number(), test: z.number() })
const freezeOptions = z.object({
  validationShare: z.number(),
  margin: z.number(),
  limit: z.number().optional(),
  sources: z.array(z.number()).optional(),
})
const storedOptions = z.looseObject({ freeze: freezeOptions })

/** The options of a run as `training.start` takes them. */
function optionsOf(run: Run): RunDetail['options'] {
  const { freeze, ...configuration } = storedOptions.parse(run.configuration)
  return trainingOptions.parse({ ...configuration, ...freeze })
}

/** Bytes of everything in a folder; 0 where there is none. */
function folderBytes(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name)
      return sum + (entry.isDirectory() ? folderBytes(path) : (statSync(path, { throwIfNoEntry: false })?.size ?? 0))
    }, 0)
  } catch {
    return 0
  }
}

const fieldsOfDetail = z.looseObject({
  epoch: z.number().optional(),
  epochs: z.number().optional(),
  seconds: z.number().nullable().optional(),
  message: z.string().optional(),
  status: z.string().optional(),
})

/** A written-down event in words; kinds of another version keep their name. */
function eventText(kind: string, detail: unknown): RunEventOut['text'] {
  const fields = fieldsOfDetail.safeParse(detail).data ?? {}
  switch (kind) {
    case 'created':
      return fields.status === 'queued' ? 'waits for its turn' : 'created'
    case 'snapshot': {
      const counts = snapshotDetail.safeParse(detail).data
      return counts === undefined ? 'training set frozen' : `training set of ${counts.people} people frozen`
    }
    case 'ready': {
      const ready = readyDetail.safeParse(detail).data
      if (ready === undefined) return 'trainer ready'
      const from = ready.epoch > 0 ? `, continuing after epoch ${ready.epoch}` : ''
      return `trainer ready on ${ready.device}${from}`
    }
    case 'paused':
      return `paused in epoch ${fields.epoch ?? '?'}`
    case 'resumed':
      return `resumed in epoch ${fields.epoch ?? '?'}`
    case 'checkpoint':
      return `checkpoint after epoch ${fields.epoch ?? '?'}, ${((fields.seconds ?? 0) * 1000).toFixed(0)} ms`
    case 'stopped':
      return 'stopped'
    case 'done':
      return `done after epoch ${fields.epoch ?? '?'}`
    default:
      return fields.message ?? kind
  }
}

function eventsOf(project: Project, run: number): RunEventOut[] {
  return project.history.events(run).map(({ at, kind, detail }) => {
    const known = runEvent.shape.kind.safeParse(kind)
    return { at, kind: known.success ? known.data : 'other', text: eventText(kind, detail) }
  })
}

/** Values of one metric on the given epochs. */
function courseOf(metrics: readonly RunMetric[], epochs: readonly number[]): (number | null)[] {
  const byEpoch = new Map(metrics.map(({ epoch, value }) => [epoch, value]))
  return epochs.map((epoch) => byEpoch.get(epoch) ?? null)
}

function taskCourses(project: Project, run: Run, tasks: readonly string[], epochs: readonly number[]): TaskCourse[] {
  const metrics = project.runs.metrics(run.id)
  const distributions = courseOfDistributions(project, run.id, tasks)
  return tasks.map((task) => {
    const own = metrics.filter((metric) => metric.task === task)
    const names = [...new Set(own.map(({ name }) => name))]
    const course = (name: string): (number | null)[] =>
      courseOf(
        own.filter((metric) => metric.name === name),
        epochs,
      )
    const quantiles = (quantity: 's' | 'loss'): (number[] | null)[] =>
      epochs.map((epoch) => {
        const found = distributions.get(`${task}/${quantity}/${epoch}`)
        return found === undefined ? null : [...found]
      })
    return {
      task,
      loss: course('loss'),
      metrics: Object.fromEntries(names.filter((name) => name !== 'loss').map((name) => [name, course(name)])),
      parameters: quantiles('s'),
      losses: quantiles('loss'),
    }
  })
}

/**
 * Everything that a window shows of one run, finished or under way: what was chosen, how it went epoch by epoch, what
 * happened, what it keeps on disk. @throws MendError `unknown-run`
 */
export function detailRun(project: Project, id: number): RunDetail {
  const run = findRun(project, id)
  const folder = project.runFolder(id)
  const summary = summariseRun(project, run)
  const recorded = new Map(project.history.epochs(id).map((epoch) => [epoch.epoch, epoch]))
  const epochs = [...new Set([...project.runs.metrics(id).map(({ epoch }) => epoch), ...recorded.keys()])]
    .filter((epoch) => epoch <= run.epoch)
    .sort((a, b) => a - b)
  const events = project.history.events(id)
  const newest = (kind: string): unknown => events.findLast((event) => event.kind === kind)?.detail
  const ready = readyDetail.safeParse(newest('ready')).data
  const counts = snapshotDetail.safeParse(newest('snapshot')).data
  const checkpoint = statSync(join(folder, checkpointFile), { throwIfNoEntry: false })
  const atWork = readRunLock(folder) !== null
  return {
    summary,
    options: optionsOf(run),
    engine:
      ready === undefined
        ? null
        : {
            name: ready.engine,
            device: ready.device,
            reason: ready.reason,
            weights: ready.parameters,
            macs: ready.macs,
          },
    epochs,
    imagesPerSecond: epochs.map((epoch) => recorded.get(epoch)?.imagesPerSecond ?? null),
    rssMb: epochs.map((epoch) => recorded.get(epoch)?.rssMb ?? null),
    tasks: taskCourses(project, run, summary.tasks, epochs),
    people: counts === undefined ? null : { train: counts.train, val: counts.val, test: counts.test },
    checkpoint: checkpoint === undefined ? null : { writtenAt: checkpoint.mtime.toISOString(), bytes: checkpoint.size },
    bytes: folderBytes(folder),
    seconds: run.seconds,
    error: errorReport.safeParse(run.error).data ?? null,
    suspects: trainResult.shape.suspects.safeParse(suspectsOf(run.result)).data ?? {},
    events: eventsOf(project, id),
    continuable: run.kind === 'train' && !atWork && run.status !== 'done',
  }
}

function suspectsOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'suspects' in result ? result.suspects : undefined
}
