import { z } from 'zod'
import { aggregations, defaultBalancing, gradientMethods, weightings } from '../training/balancingChoices.ts'
import { defaultConfiguration } from '../training/configuration.ts'
import { modelNames, networkNames, normNames, slimWidths } from '../training/networkChoices.ts'
import { projectInput } from './project.ts'

const standard = defaultBalancing

/** Parameters of weighting, aggregation and gradient methods; see core/training/balancingChoices.ts. */
export const balancingOptions = z.object({
  dwaTemperature: z.number().positive().max(100).default(standard.dwaTemperature),
  dtpGamma: z.number().min(0).max(10).default(standard.dtpGamma),
  gradnormAlpha: z.number().min(0).max(10).default(standard.gradnormAlpha),
  achievementGamma: z.number().positive().max(10).default(standard.achievementGamma),
  achievementMargin: z.number().min(0).max(1).default(standard.achievementMargin),
  potentials: z.record(z.string(), z.number().positive().max(1)).default({}),
  cagradC: z.number().min(0).max(1).default(standard.cagradC),
  negativeRelations: z.array(z.tuple([z.string(), z.string()])).default([]),
  splitStages: z.number().int().min(1).max(16).default(standard.splitStages),
})

/** Training choices; what is missing is the default of core/training/configuration.ts. */
export const trainingOptions = z.object({
  /** Missing: every trainable task of the project that has labels. */
  tasks: z.array(z.string().min(1)).min(1).optional(),
  model: z.enum(modelNames).default(defaultConfiguration.model),
  /** How the tasks share it. */
  network: z.enum(networkNames).default(defaultConfiguration.network),
  norm: z.enum(normNames).default(defaultConfiguration.norm),
  /** For `rcm`: a run whose convolutions are the filter bank; null for random filters. */
  bank: z.number().int().positive().nullable().default(null),
  /** A slim model of this width alone, as a network of its own; null for all widths. */
  onlyWidth: z.literal(slimWidths).nullable().default(null),
  /** λ of slim models: how much narrow encoders are to be like the widest; 0 is off. */
  distillation: z.number().min(0).max(100).default(defaultConfiguration.distillation),
  height: z.number().int().min(16).max(1024).default(defaultConfiguration.height),
  width: z.number().int().min(16).max(1024).default(defaultConfiguration.width),
  epochs: z.number().int().min(1).max(10_000).default(defaultConfiguration.epochs),
  /** `auto`: the largest, up to 64, whose step fits into memory; found when the run starts and then part of its configuration. */
  batch: z.union([z.number().int().min(1).max(1024), z.literal('auto')]).default(defaultConfiguration.batch),
  learningRate: z.number().positive().max(10).default(defaultConfiguration.learningRate),
  weightDecay: z.number().min(0).max(1).default(defaultConfiguration.weightDecay),
  clipNorm: z.number().positive().default(defaultConfiguration.clipNorm),
  parameters: z.enum(['component', 'instance', 'none']).default(defaultConfiguration.parameters),
  /** lr/B of methods.md 1: heavy-ball is stable below 2(1+μ). */
  parameterRate: z.number().positive().max(3.8).default(defaultConfiguration.parameterRate),
  parameterMomentum: z.number().min(0).max(0.999).default(defaultConfiguration.parameterMomentum),
  warmupEpochs: z.number().int().min(0).default(defaultConfiguration.warmupEpochs),
  weighting: z.enum(weightings).default(defaultConfiguration.weighting),
  aggregation: z.enum(aggregations).default(defaultConfiguration.aggregation),
  gradient: z.enum(gradientMethods).default(defaultConfiguration.gradient),
  balancing: balancingOptions.default(() => balancingOptions.parse({})),
  augment: z.enum(['none', 'light', 'strong']).default(defaultConfiguration.augment),
  engine: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm']).default(defaultConfiguration.engine),
  seed: z.number().int().min(0).max(0xffffffff).default(defaultConfiguration.seed),
  checkpointEvery: z.number().int().min(1).default(defaultConfiguration.checkpointEvery),
  /** Share of the people of sources without splits that validate instead of train. */
  validationShare: z.number().min(0).max(0.5).default(0.1),
  /** Room around a person's box, as a share of its sides. */
  margin: z.number().min(0).max(2).default(0.15),
  /** Train on at most this many people. */
  limit: z.number().int().positive().optional(),
  /** Learn from these sources only (their numbers), e.g. to evaluate on another; missing: from all. */
  sources: z.array(z.number().int().positive()).min(1).optional(),
})
export type TrainingOptions = z.infer<typeof trainingOptions>

export const startTrainingInput = projectInput.extend({ options: trainingOptions })
export const resumeTrainingInput = projectInput.extend({ run: z.number().int() })

const metrics = z.record(z.string(), z.record(z.string(), z.number().nullable()))

/** Result of a `train` job: cli.md `train --json`, last event, and what the ranking found. */
export const trainResult = z.object({
  run: z.number().int(),
  engine: z.string(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  metrics,
  epoch: z.number().int(),
  /** Task → labels ranked, labels flagged as probably wrong, the estimated share of wrong labels (null: no clear corruption). */
  suspects: z.record(
    z.string(),
    z.object({ ranked: z.number().int(), flagged: z.number().int(), estimatedNoise: z.number().nullable() }),
  ),
})
export type TrainResult = z.infer<typeof trainResult>

export const runSummary = z.object({
  run: z.number().int(),
  kind: z.enum(['train', 'audit']),
  state: z.string(),
  startedAt: z.string(),
  tasks: z.array(z.string()),
  model: z.string(),
  size: z.string(),
  epochs: z.number().int(),
  /** Epochs finished. */
  epoch: z.number().int(),
  parameters: z.string(),
  engine: z.string().nullable(),
  seed: z.number(),
  /** What a person wrote to tell the run apart; '' without. */
  note: z.string(),
  metrics,
})
export type RunSummary = z.infer<typeof runSummary>

export const compareInput = projectInput.extend({ runs: z.array(z.number().int()).min(2) })
export const comparison = z.object({
  runs: z.array(runSummary),
  rows: z.array(
    z.object({
      task: z.string(),
      metric: z.string(),
      better: z.enum(['higher', 'lower']),
      /** In the order of `runs`; null where a run has no such figure. */
      values: z.array(z.number().nullable()),
      /** Position of the best value in `values`; null where all are equal or there is none. */
      best: z.number().int().nullable(),
    }),
  ),
})
export type Comparison = z.infer<typeof comparison>

export const noiseChoice = z.object({ task: z.string(), kind: z.string() })
export const auditInput = projectInput.extend({
  options: trainingOptions,
  /** Share of the present training labels of each audited task that is corrupted. */
  noise: z.number().min(0).max(0.9).default(0.2),
  /** Task (or task kind) → kind of noise; a missing task gets its kind's first (the paper's). */
  kinds: z.array(noiseChoice).default([]),
})
const perSignal = z.record(z.string(), z.number().nullable())

/** cli.md `audit --json`, of one task. */
export const auditTask = z.object({
  kind: z.string(),
  planted: z.number().int(),
  noise: z.number(),
  /** Share, in percent, of the planted labels among the top `planted` by each signal. */
  detection: z
    .object({
      ilt: z.number().nullable(),
      meanLoss: z.number().nullable(),
      lastLoss: z.number().nullable(),
      combined: z.number().nullable(),
    })
    .catchall(z.number().nullable()),
  auroc: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  estimatedNoise: z.number().nullable(),
  flagged: z.number().int(),
  falseFlags: z.number().int(),
  signals: z.record(
    z.string(),
    z.object({
      auroc: z.number().nullable(),
      averagePrecision: z.number().nullable(),
      detection: z.number().nullable(),
    }),
  ),
  metrics: perSignal,
})
export type AuditTask = z.infer<typeof auditTask>

/** Result of an `audit` job: cli.md `audit --json`. */
export const auditResult = z.object({
  engine: z.string(),
  model: z.string(),
  size: z.string(),
  epochs: z.number().int(),
  people: z.number().int(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  /** The run whose folder keeps records and predictions; its labels are the corrupted copies. */
  run: z.number().int(),
  tasks: z.record(z.string(), auditTask),
})
export type AuditResult = z.infer<typeof auditResult>
