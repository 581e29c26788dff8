import type { TaskDistribution } from './distribution.ts'

/**
 * The trainer process speaks newline-delimited JSON: events on standard output, commands on standard input; logs go to
 * standard error. It is started as `node core/training/trainer.ts RUN_FOLDER` with RUN_FOLDER holding `configuration.json`
 * (RunRequest) and `snapshot` (a JSON file {"folder": …}); it continues from RUN_FOLDER/checkpoint when there is one.
 *
 * It writes under RUN_FOLDER: `checkpoint/` (replaced atomically), `records/` (one file per task and epoch, see
 * training/runFiles.ts), `predictions/` (one file per task, when done).
 */
export type TrainerEvent =
  | {
      readonly event: 'ready'
      readonly engine: string
      readonly reason: string
      readonly device: string
      /** Epoch that the checkpoint had finished; 0 for a fresh run. */
      readonly epoch: number
      /** People in a step: the number asked for, or the largest that was found to fit. */
      readonly batch: number
      readonly parameters: number
      readonly macs: number
    }
  /** Before `ready`, where the largest batch is looked for: one is being tried, the `number`th of `atMost`. */
  | { readonly event: 'trial'; readonly batch: number; readonly number: number; readonly atMost: number }
  | {
      readonly event: 'step'
      readonly epoch: number
      /** Of a run in phases: what is learnt in this one, for people. */
      readonly phase?: string
      readonly step: number
      readonly steps: number
      readonly loss: number
      readonly imagesPerSecond: number
    }
  | {
      readonly event: 'epoch'
      readonly epoch: number
      readonly phase?: string
      readonly epochs: number
      readonly losses: Readonly<Record<string, number>>
      readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>
      readonly imagesPerSecond: number
      /** Share of the epoch's step time that was spent waiting for a batch, 0 … 1. */
      readonly waitShare: number
      readonly rssMb: number
      readonly tensors: number
      /** Task → quantiles of its labels in this epoch. */
      readonly distributions?: Readonly<Record<string, TaskDistribution>>
    }
  /** Of a predictor (predictor.ts): people predicted so far. */
  | { readonly event: 'predicted'; readonly people: number; readonly of: number }
  /** Of a sweep (controllable/sweepProcess.ts): different configurations measured so far. */
  | { readonly event: 'measured'; readonly configurations: number; readonly of: number }
  | { readonly event: 'checkpoint'; readonly epoch: number; readonly seconds: number }
  | { readonly event: 'paused' | 'resumed'; readonly epoch: number }
  | { readonly event: 'warning'; readonly code: string; readonly message: string }
  | {
      readonly event: 'done'
      readonly stopped: boolean
      readonly epoch: number
      readonly engine: string
      readonly seconds: number
      readonly imagesPerSecond: number
      readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>
    }
  | { readonly event: 'failed'; readonly code: string; readonly message: string; readonly hint: string }

/** `stop` writes a checkpoint at the end of the current step's epoch boundary or at once, then ends with `done`. */
export type TrainerCommand =
  { readonly command: 'pause' } | { readonly command: 'resume' } | { readonly command: 'stop' }
