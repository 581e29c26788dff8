import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import type { RunChange } from '../store/runs.ts'
import type { TrainerEvent } from '../training/protocol.ts'
import type { JobContext } from './jobRunner.ts'
import { TrainerHost } from './trainerHost.ts'

export type TrainerDone = Extract<TrainerEvent, { event: 'done' }>
type EpochReport = Extract<TrainerEvent, { event: 'epoch' }>

export interface SuperviseOptions {
  readonly project: Project
  readonly run: number
  /** The program that trains; tests give another that speaks the protocol. */
  readonly script?: string
}

/** JSON and SQL have no NaN. */
function figure(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

export function figures(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, figure(value)]))
}

export function taskFigures(
  metrics: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Record<string, Record<string, number | null>> {
  return Object.fromEntries(Object.entries(metrics).map(([task, values]) => [task, figures(values)]))
}

function storeEpoch(project: Project, run: number, event: EpochReport): void {
  const { epoch } = event
  project.transaction((writer) => {
    for (const [task, value] of Object.entries(event.losses)) {
      writer.runs.setMetric(run, { epoch, task, name: 'loss', value })
    }
    for (const [task, values] of Object.entries(event.metrics)) {
      for (const [name, value] of Object.entries(values)) writer.runs.setMetric(run, { epoch, task, name, value })
    }
    for (const [task, { s, loss }] of Object.entries(event.distributions ?? {})) {
      if (s !== null) writer.history.setDistribution(run, { task, epoch, quantity: 's', quantiles: s })
      if (loss !== null) writer.history.setDistribution(run, { task, epoch, quantity: 'loss', quantiles: loss })
    }
    const { imagesPerSecond, rssMb } = event
    writer.history.setEpoch(run, { epoch, imagesPerSecond: figure(imagesPerSecond), rssMb: figure(rssMb) })
    writer.runs.update(run, { epoch })
  })
}

/** Writes down what happened to a run, with the time, and its new state where it has one. */
function storeEvent(project: Project, run: number, kind: string, detail: unknown, change: RunChange = {}): void {
  project.transaction((writer) => {
    writer.history.addEvent(run, kind, detail)
    writer.runs.update(run, change)
  })
}

/**
 * Runs the trainer on a prepared run folder to its end: writes engine, epochs and metrics into the project as they come
 * and passes them on to the job's watchers; an abort of the job becomes a `stop`, which keeps a checkpoint.
 * @throws MendError with the trainer's own code when it failed.
 */
export async function superviseTrainer(options: SuperviseOptions, context: JobContext): Promise<TrainerDone> {
  const { project, run } = options
  const host = new TrainerHost({ runFolder: project.runFolder(run), script: options.script })
  const stop = (): void => void host.stop()
  if (context.signal.aborted) stop()
  context.signal.addEventListener('abort', stop, { once: true })
  context.setControls({
    pause: () => host.send({ command: 'pause' }),
    resume: () => host.send({ command: 'resume' }),
  })
  try {
    for await (const event of host.events) {
      if (event.event === 'failed') throw new MendError(event.code, event.message, event.hint)
      if (event.event === 'done') return event
      handle(project, run, event, context)
    }
    throw new MendError('trainer-crashed', 'the trainer ended without a word', 'continue the run with --resume')
  } finally {
    context.signal.removeEventListener('abort', stop)
    await host.stop(5000)
  }
}

const asked = z.looseObject({ batch: z.literal('auto') })

/** The batch that a run found for itself becomes part of its configuration: it is continued, and repeated, with it. */
function foundBatch(project: Project, run: number, { batch }: Extract<TrainerEvent, { event: 'ready' }>): RunChange {
  const { data } = asked.safeParse(project.runs.get(run)?.configuration)
  return data === undefined ? {} : { configuration: { ...data, batch } }
}

function handle(
  project: Project,
  run: number,
  event: Exclude<TrainerEvent, { event: 'done' | 'failed' }>,
  context: JobContext,
): void {
  switch (event.event) {
    case 'ready':
      storeEvent(project, run, 'ready', event, {
        status: 'running',
        engine: event.engine,
        ...foundBatch(project, run, event),
      })
      context.notice(event)
      break
    case 'trial':
      context.progress({
        stage: 'looking for the largest batch',
        done: event.number - 1,
        total: event.atMost,
        unit: 'trials',
        detail: `trying ${event.batch}`,
      })
      break
    case 'step':
      context.progress({
        stage: `epoch ${event.epoch}: ${event.phase === undefined ? '' : `${event.phase}, `}trained`,
        done: event.step,
        total: event.steps,
        unit: 'steps',
        detail: Number.isFinite(event.imagesPerSecond) ? `${Math.round(event.imagesPerSecond)} images/s` : undefined,
      })
      break
    case 'epoch':
      storeEpoch(project, run, event)
      context.notice({
        ...event,
        losses: figures(event.losses),
        metrics: taskFigures(event.metrics),
        imagesPerSecond: figure(event.imagesPerSecond) ?? 0,
      })
      break
    case 'paused':
      storeEvent(project, run, 'paused', { epoch: event.epoch }, { status: 'paused' })
      break
    case 'resumed':
      storeEvent(project, run, 'resumed', { epoch: event.epoch }, { status: 'running' })
      break
    case 'checkpoint':
    case 'warning':
      storeEvent(project, run, event.event, event)
      context.notice(event)
      break
  }
}
