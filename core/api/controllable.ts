import { z } from 'zod'
import { runInput } from './runs.ts'

/** Networks that answer any preference and budget at prediction time (methods.md 5 and 6). */
export const controllableKinds = ['slim', 'tree'] as const
export type ControllableKind = (typeof controllableKinds)[number]

/** How much each task matters: ≥ 0, by task; only proportions count, and a task that is not named has 0. */
export const preferences = z.record(z.string(), z.number().min(0).max(1e9))
export type Preferences = z.infer<typeof preferences>

const macs = z.number()
const width = z.number().positive().max(1)

/** What is computed of a network of variable width: the share of their channels that the encoder and each decoder use. */
export const slimConfiguration = z.object({
  kind: z.literal('slim'),
  encoder: width,
  /** By task. */
  decoders: z.record(z.string(), width),
})

/** What is computed of a tree: task → the stream (named by its task) that it takes its features from, layer by layer. */
export const treeConfiguration = z.object({
  kind: z.literal('tree'),
  /** For each layer but the first, from the bottom up: the node of each task's stream → its parent in the layer below. */
  parents: z.array(z.record(z.string(), z.string())),
  /** Tasks that are preferred enough to have a say in what is shared. */
  active: z.array(z.string()),
  /** 0 … 1: how frugal the tree was asked to be. */
  frugality: z.number().min(0).max(1),
  /** Of sum 1: normalisations change with them. */
  preferences: z.record(z.string(), z.number()),
})

export const controllableConfiguration = z.discriminatedUnion('kind', [slimConfiguration, treeConfiguration])
export type ControllableConfigurationOut = z.infer<typeof controllableConfiguration>

/** What is computed of a network with a choice, and what it takes. */
export const computedNetwork = z.object({
  configuration: controllableConfiguration,
  /** Multiply-adds of an image. */
  macs,
  /** Weights that the configuration uses. */
  parameters: z.number(),
})

/** What there is to draw at full width: channels of the encoder's stages and of each decoder; layers of a tree. */
export const controllableStructure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slim'), encoder: z.array(z.number().int()), decoders: z.record(z.string(), z.number()) }),
  z.object({ kind: z.literal('tree'), layers: z.array(z.string()) }),
])

/** The figure that stands for a task; null where nothing of it was labelled. */
export const taskFigure = z.object({
  metric: z.string(),
  better: z.enum(['higher', 'lower']),
  value: z.number().nullable(),
})
const taskFigures = z.record(z.string(), taskFigure)

/** A preference and budget of the sweep, and what became of it. */
export const sweepPoint = computedNetwork.extend({
  preferences,
  budget: macs,
  /** Of an image on the sweep's engine: the fastest batch. */
  milliseconds: z.number(),
  /** Task → its figure on the validation split. */
  metrics: taskFigures,
})
export type SweepPoint = z.infer<typeof sweepPoint>

export const sweepReport = z.object({
  at: z.string(),
  /** Device that was measured on. */
  engine: z.string(),
  /** Images in a batch, by which milliseconds were measured. */
  batch: z.number().int(),
  /** People of the validation split. */
  people: z.number().int(),
  seconds: z.number(),
  points: z.array(sweepPoint),
  /** Different configurations among the points. */
  configurations: z.number().int(),
  /** Share of the box between nothing and perfect that preferences and budgets reach, 0 … 1 (see core/ranking/controllability.ts). */
  hypervolume: z.number(),
  /** Mean over the points of |F − C| / C, where the budget is one that the widest network exceeds. */
  controlError: z.number(),
  /** Largest (F − C) / C of a point above its budget; must be 0. */
  overshoot: z.number(),
  /** Rank correlation of a task's preference with its figure (better counts as more), by task; null where nothing varies. */
  spearman: z.object({ tasks: z.record(z.string(), z.number().nullable()), mean: z.number().nullable() }),
})
export type SweepReport = z.infer<typeof sweepReport>

/** What can be asked of a run's network; null for a run whose network has no choice. */
export const controllableState = z
  .object({
    kind: z.enum(controllableKinds),
    tasks: z.array(z.string()),
    structure: controllableStructure,
    /** Multiply-adds an image of the least and of the largest network. */
    minimumMacs: macs,
    maximumMacs: macs,
    maximumParameters: z.number(),
    /** The last finished sweep. */
    sweep: sweepReport.nullable(),
    /** The sweep that is under way or waits, to be followed by `jobs.watch`. */
    job: z.string().nullable(),
  })
  .nullable()
export type ControllableState = z.infer<typeof controllableState>

/** @property budget multiply-adds an image */
export const configureInput = runInput.extend({ preferences, budget: z.number().positive() })

/** What would run for a preference and a budget. */
export const configured = z.discriminatedUnion('feasible', [
  computedNetwork.extend({
    feasible: z.literal(true),
    /** An image, from the sweep; null before one. */
    milliseconds: z
      .object({
        value: z.number(),
        /** Measured of this configuration, or interpolated by multiply-adds between the two nearest measured ones. */
        basis: z.enum(['measured', 'interpolated']),
        /** Multiply-adds of the configurations that were measured. */
        of: z.array(macs),
      })
      .nullable(),
    /** Figures of the most similar configuration of the sweep; null before one. */
    expected: z
      .object({ basis: z.enum(['measured', 'nearest']), of: controllableConfiguration, metrics: taskFigures })
      .nullable(),
  }),
  z.object({ feasible: z.literal(false), minimumMacs: macs }),
])
export type Configured = z.infer<typeof configured>

export const exportModelFormats = ['safetensors', 'saved-model'] as const
export type ExportModelFormat = (typeof exportModelFormats)[number]

export const exportModelInput = runInput.extend({
  /** Missing: all tasks alike. */
  preferences: preferences.optional(),
  /** Multiply-adds an image; missing: those of the largest network. */
  budget: configureInput.shape.budget.optional(),
  /** A folder that does not exist yet, or is empty. */
  out: z.string().min(1),
  format: z.enum(exportModelFormats),
  /** Images that the exported network takes at a time. */
  batch: z.number().int().min(1).max(256).default(1),
})

/** Result of an `export-model` job. */
export const exportModelResult = computedNetwork.extend({
  run: z.number().int(),
  out: z.string(),
  format: z.enum(exportModelFormats),
  /** Files written, by name within `out`. */
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
})
export type ExportModelResult = z.infer<typeof exportModelResult>

/** Result of a `sweep` job. */
export const sweepResult = sweepReport.extend({ run: z.number().int() })
export type SweepResult = z.infer<typeof sweepResult>
