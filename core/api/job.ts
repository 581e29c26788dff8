import { z } from 'zod'
import { errorReport } from './error.ts'

/** Long work. `start` procedures answer with the job's id; `watch` replays its state and then follows it. */
export const jobKinds = [
  'synthesize',
  'sample',
  'survey-source',
  'plan-import',
  'apply-import',
  'preview-export',
  'export',
  'change-people',
  'train',
  'audit',
  'run-set',
  'evaluate',
  'predict',
  'sweep',
  'export-model',
  'install-engine',
] as const
export type JobKind = (typeof jobKinds)[number]

export const jobStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const
/**
 * `queued`: waits for the work before it, as runs do for one another. `interrupted`: the process that did the work died;
 * noticed by the next one that opens the project.
 */
export type JobState = (typeof jobStates)[number]

export const jobStarted = z.object({ job: z.string() })
export const jobInput = z.object({ job: z.string() })

/** A queued job's new place among those that wait, 1 for the next one; beyond the last counts as the last. */
export const reorderJobInput = jobInput.extend({ position: z.number().int().positive() })

/** How far a stage is; `total` null while unknown. */
export const jobProgress = z.object({
  stage: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  detail: z.string().optional(),
})
export type JobProgress = z.infer<typeof jobProgress>

export const jobSummary = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  project: z.string().nullable(),
  /** The project's name for people; null for work that belongs to none. */
  projectName: z.string().nullable(),
  state: z.enum(jobStates),
  /** Place among those that wait, 1 for the next one; null unless it is queued. */
  position: z.number().int().positive().nullable(),
  startedAt: z.string(),
  /** Run that the job trains, where it trains one. */
  run: z.number().int().nullable(),
  progress: jobProgress.nullable(),
})
export type JobSummary = z.infer<typeof jobSummary>

/** Losses and metrics of one finished epoch: the `epoch` event of cli.md's `train --json`. */
export const epochEvent = z.object({
  event: z.literal('epoch'),
  epoch: z.number().int(),
  epochs: z.number().int(),
  losses: z.record(z.string(), z.number().nullable()),
  metrics: z.record(z.string(), z.record(z.string(), z.number().nullable())),
  imagesPerSecond: z.number(),
  /** Share of the step time spent waiting for batches, 0 … 1. */
  waitShare: z.number().optional(),
  rssMb: z.number(),
  tensors: z.number(),
  /** Task → quantiles (1, 5, 25, 50, 75, 95 and 99%) of its labels' learned parameters s = log σ², and of their losses. */
  distributions: z
    .record(
      z.string(),
      z.object({ s: z.array(z.number()).readonly().nullable(), loss: z.array(z.number()).readonly().nullable() }),
    )
    .optional(),
})
export type EpochEvent = z.infer<typeof epochEvent>

/** Things worth telling that are neither progress nor the result. */
export const jobNotice = z.discriminatedUnion('event', [
  epochEvent,
  z.object({ event: z.literal('run'), run: z.number().int(), folder: z.string() }),
  z.object({
    event: z.literal('ready'),
    engine: z.string(),
    reason: z.string(),
    device: z.string(),
    epoch: z.number().int(),
    /** People in a step; absent in what runs of earlier versions left. */
    batch: z.number().int().optional(),
    parameters: z.number(),
    macs: z.number(),
  }),
  z.object({ event: z.literal('checkpoint'), epoch: z.number().int(), seconds: z.number() }),
  /** One run of a set: `kept` existed already; an epoch of one under way. */
  z.object({
    event: z.literal('member'),
    line: z.string(),
    seed: z.number().int(),
    run: z.number().int(),
    state: z.enum(['kept', 'started', 'epoch', 'done', 'failed']),
    epoch: z.number().int(),
    epochs: z.number().int(),
    /** What went wrong; '' where nothing did. */
    message: z.string(),
  }),
  z.object({ event: z.literal('warning'), code: z.string(), message: z.string() }),
])
export type JobNotice = z.infer<typeof jobNotice>

/**
 * What `watch` sends: first the state as it is, with the notices so far replayed, then every change; the last event is
 * `done` (its result has the schema that the starting procedure documents), `failed` or `cancelled`.
 */
export const jobEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), job: jobSummary }),
  z.object({ type: z.literal('progress'), progress: jobProgress }),
  z.object({ type: z.literal('notice'), notice: jobNotice }),
  z.object({ type: z.literal('done'), result: z.unknown() }),
  z.object({ type: z.literal('failed'), error: errorReport }),
  z.object({ type: z.literal('cancelled'), hint: z.string() }),
])
export type JobEvent = z.infer<typeof jobEvent>

/** What `follow` sends: every job as it is, then each one that is new or has changed (progress at most four times a second). */
export const jobsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('jobs'), jobs: z.array(jobSummary) }),
  z.object({ type: z.literal('job'), job: jobSummary }),
])
export type JobsEvent = z.infer<typeof jobsEvent>
