import { z } from 'zod'
import { errorReport } from './error.ts'
import { projectInput } from './project.ts'
import { noiseChoice, trainingOptions } from './training.ts'

/** Errors planted into the training labels of the tasks named; validation labels stay clean. */
export const plantedNoise = z.object({
  share: z.number().min(0).max(0.9),
  choices: z.array(noiseChoice).min(1),
})
export type PlantedNoiseChoice = z.infer<typeof plantedNoise>

/** A run that belongs to a line of the table; a line may be given several times, with other tasks each time. */
export const runSetLine = z.object({
  line: z.string().trim().min(1).max(80),
  options: trainingOptions,
  noise: plantedNoise.optional(),
  /** For `rcm`: the line before it whose run of the same seed is the filter bank. */
  bank: z.string().optional(),
})
export type RunSetLine = z.infer<typeof runSetLine>

const seed = z.number().int().min(0).max(0xffffffff)
export const seedList = z.array(seed).min(1).max(20)

export const createRunSetInput = projectInput.extend({
  name: z.string().trim().min(1).max(80),
  lines: z.array(runSetLine).min(1).max(200),
  /** Every line is trained once with each; the seed of a line's options does not count. */
  seeds: seedList,
})
export const runSetInput = projectInput.extend({ set: z.number().int() })
export const runSetStarted = z.object({ set: z.number().int(), job: z.string() })

export const runSetPurposes = ['comparison', 'relations'] as const

export const runSetSummary = z.object({
  set: z.number().int(),
  name: z.string(),
  purpose: z.enum(runSetPurposes),
  createdAt: z.string(),
  runs: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  /** Epochs of all runs, and those that are trained. */
  epochs: z.number().int(),
  epochsDone: z.number().int(),
  /** Seconds of training that are left, by the speed of the runs that are done; null before any is. */
  secondsLeft: z.number().nullable(),
  /** Job that works on it or waits for its turn; null: nobody does. */
  job: z.string().nullable(),
})
export type RunSetSummary = z.infer<typeof runSetSummary>

export const runSetMember = z.object({
  line: z.string(),
  seed: z.number(),
  tasks: z.array(z.string()),
  /** null: its turn has not come. */
  run: z.number().int().nullable(),
  /** The run's state, or `waiting`. */
  state: z.string(),
  epoch: z.number().int(),
  epochs: z.number().int(),
  error: errorReport.nullable(),
})
export type RunSetMemberOut = z.infer<typeof runSetMember>

export const runSetDetail = z.object({ summary: runSetSummary, members: z.array(runSetMember) })
export type RunSetDetail = z.infer<typeof runSetDetail>

/** Result of a `run-set` job. */
export const runSetResult = z.object({
  set: z.number().int(),
  name: z.string(),
  runs: z.number().int(),
  /** Runs that existed already, with the same training set and configuration. */
  kept: z.number().int(),
  failed: z.array(z.object({ line: z.string(), seed: z.number(), message: z.string() })),
  seconds: z.number(),
})
export type RunSetResult = z.infer<typeof runSetResult>

/** How learning `from` as well changes `to`. */
export const taskRelation = z.object({
  from: z.string(),
  to: z.string(),
  /** Validation accuracy of `to` learnt alone and with `from`, means over seeds; null: not measured. */
  alone: z.number().nullable(),
  together: z.number().nullable(),
  /** (together − alone)/alone. */
  change: z.number().nullable(),
  /** Below −0.01? */
  measured: z.boolean().nullable(),
  /** What somebody decided instead. */
  decided: z.boolean().nullable(),
  /** What counts: decided, else measured. */
  negative: z.boolean().nullable(),
})
export type TaskRelation = z.infer<typeof taskRelation>

export const relationMatrix = z.object({
  /** The set of runs that measured it; null: no test yet. */
  set: z.number().int().nullable(),
  tasks: z.array(z.string()),
  pairs: z.array(taskRelation),
})
export type RelationMatrix = z.infer<typeof relationMatrix>

export const testRelationsInput = projectInput.extend({
  name: z.string().trim().min(1).max(80),
  options: trainingOptions,
  seeds: seedList,
})
export const setRelationInput = projectInput.extend({
  from: z.string(),
  to: z.string(),
  /** null: as measured. */
  negative: z.boolean().nullable(),
})

export const taskPotential = z.object({
  task: z.string(),
  /** Mean accuracy of single-task runs; null: there is none. */
  measured: z.number().nullable(),
  runs: z.number().int(),
  /** Given instead. */
  given: z.number().nullable(),
  /** What counts: given, else measured. */
  potential: z.number().nullable(),
})
export type TaskPotential = z.infer<typeof taskPotential>

export const setPotentialInput = projectInput.extend({
  task: z.string(),
  /** null: as measured. */
  accuracy: z.number().positive().max(1).nullable(),
})
