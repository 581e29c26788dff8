import type { TaskSchema } from '../../dataset/task.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { AugmentationRange } from '../batch/augmentation.ts'
import { createTaskLoss } from '../losses/createTaskLoss.ts'
import type { MapGeometry } from '../losses/mapSampling.ts'
import type { Standardisation } from '../losses/standardisation.ts'
import type { TaskLoss } from '../losses/taskLoss.ts'

/** Everything that filling a batch depends on besides its people; sent to the thread that does it. */
export interface BatchPlan {
  readonly snapshotFolder: string
  readonly batch: number
  readonly geometry: MapGeometry
  readonly seed: number
  /** null: crops as they are. */
  readonly augment: AugmentationRange | null
  readonly tasks: readonly { readonly name: string; readonly schema: TaskSchema; readonly scale: Standardisation }[]
}

/** One task's part of a batch: its feeds and bookkeeping, and which rows hold a label. */
export interface TaskSlot {
  readonly loss: TaskLoss
  /** [batch] 1 where the row holds something to learn from. */
  readonly active: Uint8Array
}

/** The arrays of one batch. */
export interface BatchSlot {
  /** [batch, height, width, 3] 0 … 255. */
  readonly images: Float32Array
  /** [batch, 8]; see `warpImages`. */
  readonly transforms: Float32Array
  /** [batch, 6] gain and offset by channel. */
  readonly colour: Float32Array
  readonly tasks: readonly TaskSlot[]
}

/** A batch's arrays from `memory`, always asked for in the same order. */
export function createBatchSlot({ batch, geometry, tasks }: BatchPlan, memory: BatchMemory): BatchSlot {
  return {
    images: memory.floats(batch * geometry.cropHeight * geometry.cropWidth * 3),
    transforms: memory.floats(batch * 8),
    colour: memory.floats(batch * 6),
    tasks: tasks.map(({ schema, scale }) => ({
      loss: createTaskLoss(schema, batch, geometry, scale, memory),
      active: memory.bytes(batch),
    })),
  }
}
