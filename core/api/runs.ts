import { z } from 'zod'
import { errorReport } from './error.ts'
import { projectInput } from './project.ts'
import { runSummary, trainingOptions } from './training.ts'

export const runInput = projectInput.extend({ run: z.number().int() })

/** Numbers by epoch, in the order of `epochs`; null where an epoch has none. */
const course = z.array(z.number().nullable())
const quantiles = z.array(z.number()).length(7)

/** How one task fared in a run, epoch by epoch. */
export const taskCourse = z.object({
  task: z.string(),
  loss: course,
  /** Metric → its course. */
  metrics: z.record(z.string(), course),
  /** Of the labels' learned parameters s = log σ²: 1, 5, 25, 50, 75, 95 and 99%; null where the run has none. */
  parameters: z.array(quantiles.nullable()),
  /** Of the labels' losses. */
  losses: z.array(quantiles.nullable()),
})
export type TaskCourse = z.infer<typeof taskCourse>

/** What happened to a run, in words. */
export const runEvent = z.object({
  at: z.string(),
  kind: z.enum([
    'created',
    'snapshot',
    'ready',
    'paused',
    'resumed',
    'checkpoint',
    'warning',
    'stopped',
    'failed',
    'done',
    'other',
  ]),
  text: z.string(),
})
export type RunEventOut = z.infer<typeof runEvent>

export const runDetail = z.object({
  summary: runSummary,
  /** As it was asked for: `training.start` with these makes the same run. */
  options: trainingOptions,
  /** How the engine was chosen; null before the trainer was ready. */
  engine: z
    .object({
      name: z.string(),
      device: z.string(),
      reason: z.string(),
      /** Weights of the network. */
      weights: z.number(),
      /** Multiply-adds an image. */
      macs: z.number(),
    })
    .nullable(),
  /** Finished epochs, ascending. */
  epochs: z.array(z.number().int()),
  imagesPerSecond: course,
  rssMb: course,
  tasks: z.array(taskCourse),
  /** People in the training set; null before it is frozen. */
  people: z.object({ train: z.number(), val: z.number(), test: z.number() }).nullable(),
  /** The last checkpoint, from which the run can be continued. */
  checkpoint: z.object({ writtenAt: z.string(), bytes: z.number() }).nullable(),
  /** Everything that the run keeps on disk. */
  bytes: z.number(),
  seconds: z.number().nullable(),
  error: errorReport.nullable(),
  /** Task → what the ranking found, once the run is done. */
  suspects: z.record(
    z.string(),
    z.object({ ranked: z.number().int(), flagged: z.number().int(), estimatedNoise: z.number().nullable() }),
  ),
  events: z.array(runEvent),
  /** Can it be continued: it ended before its last epoch, and nobody is at work on it? */
  continuable: z.boolean(),
})
export type RunDetail = z.infer<typeof runDetail>

/** What a run with these options would use and cost. */
export const runEstimate = z.object({
  /** Missing tasks: those that would be learnt. */
  tasks: z.array(z.object({ task: z.string(), labels: z.number().int() })),
  /** People with a label of one of them, in which split; about, where splits are still to be drawn. */
  people: z.object({ train: z.number(), val: z.number(), test: z.number() }),
  /** null: the batch is found when the run starts. */
  steps: z.number().int().nullable(),
  /** The frozen training set on disk. */
  snapshotBytes: z.number(),
  freeBytes: z.number(),
  /** Most memory that the run compared with needed; null without one. */
  memoryMb: z.number().nullable(),
  totalMemoryMb: z.number(),
  /** The network's weights, and what it keeps besides them; null where choices do not go together. */
  network: z
    .object({
      parameters: z.number().int(),
      /** Running statistics and frozen filters. */
      fixedValues: z.number().int(),
      /** Multiply-adds an image. */
      macs: z.number(),
      /** Those of them that serve all tasks at once. */
      sharedMacs: z.number(),
    })
    .nullable(),
  /** Seconds of training; null before any run has measured the speed of this model. */
  seconds: z.number().nullable(),
  /** The run whose speed is the measure, and whether it was scaled from another crop size. */
  measuredBy: z.object({ run: z.number().int(), imagesPerSecond: z.number(), scaled: z.boolean() }).nullable(),
})
export type RunEstimate = z.infer<typeof runEstimate>

export const runEstimateInput = projectInput.extend({ options: trainingOptions })

/** What a project offers for learning. */
export const trainingChoices = z.object({
  people: z.number().int(),
  tasks: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      /** Joints, parts, attributes or components. */
      components: z.number().int(),
      /** Labels in force that a run would learn from. */
      labels: z.number().int(),
      verified: z.number().int(),
      /** Why it cannot be learnt; null where it can. */
      refusal: z.string().nullable(),
    }),
  ),
})
export type TrainingChoices = z.infer<typeof trainingChoices>

export const describeRunInput = runInput.extend({ note: z.string().max(200) })
export const removeRunInput = runInput
export const runRemoved = z.object({ run: z.number().int(), bytes: z.number() })
