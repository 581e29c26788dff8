import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import type { Session } from '../../tensor/program.ts'
import type { RunConfiguration } from '../configuration.ts'
import { epochTensors, loadEpochTensors } from '../runFiles.ts'
import type { TaskBalance } from '../taskBalance.ts'
import type { TaskLearner } from '../taskLearner.ts'
import { checkpointFile } from '../trainedConfiguration.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import type { StoredArray } from './safetensors.ts'

/** How far a run is: epochs finished, and steps of the next one. */
export interface Progress {
  readonly epoch: number
  readonly step: number
}

/** What a run's numbers depend on from here on; random draws are named by seed and epoch, so no generator is among it. */
export interface RunState {
  readonly session: Session
  readonly learners: readonly TaskLearner[]
  readonly balance: TaskBalance
  readonly snapshot: string
  readonly configuration: RunConfiguration
}

/** Predicting needs nothing of how tasks are weighed. */
type RestoredState = Omit<RunState, 'balance'> & Partial<Pick<RunState, 'balance'>>

/** The tensor that keeps how tasks are weighed. */
const balanceState = 'balance/state'

/** Writes weights, slots, parameters, and the records of a begun epoch into the run's folder, whole or not at all. */
export function writeCheckpoint(
  runFolder: string,
  { session, learners, balance, snapshot, configuration }: RunState,
  { epoch, step }: Progress,
): void {
  const tensors = new Map<string, StoredArray>()
  for (const [name, values] of session.readState()) tensors.set(`weights/${name}`, values)
  for (const { index, parameters } of learners) {
    for (const [name, values] of parameters?.state() ?? []) tensors.set(`parameters/${index}/${name}`, values)
  }
  if (balance.state().length > 0) tensors.set(balanceState, balance.state())
  if (step > 0) {
    for (const [name, values] of epochTensors(learners.map((learner) => learner.epoch))) {
      tensors.set(`epoch/${name}`, values)
    }
  }
  const file = checkpointFile(runFolder)
  mkdirSync(dirname(file), { recursive: true })
  writeSafetensors(file, {
    metadata: {
      epoch: String(epoch),
      step: String(step),
      scales: JSON.stringify(learners.map((learner) => learner.scale)),
      snapshot,
      configuration: JSON.stringify(configuration),
    },
    tensors,
  })
}

/**
 * Puts the folder's checkpoint, where there is one, into the session and the learners.
 * @throws MendError `checkpoint-mismatch` when it belongs to another snapshot, `checkpoint-corrupt`.
 */
export function restoreCheckpoint(
  runFolder: string,
  { session, learners, balance, snapshot }: RestoredState,
): Progress {
  const file = checkpointFile(runFolder)
  if (!existsSync(file)) return { epoch: 0, step: 0 }
  const { metadata, tensors } = readSafetensors(file)
  if (metadata['snapshot'] !== snapshot) {
    throw new MendError('checkpoint-mismatch', 'the checkpoint belongs to another snapshot', 'start a new run')
  }
  const under = (prefix: string): Map<string, StoredArray> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values]),
    )
  session.writeState(under('weights/') as Map<string, Float32Array>)
  const scales = JSON.parse(metadata['scales']) as number[]
  for (const learner of learners) {
    learner.scale = scales[learner.index]
    learner.parameters?.load(under(`parameters/${learner.index}/`))
  }
  const balanced = tensors.get(balanceState)
  if (balanced instanceof Float64Array) balance?.load(balanced)
  const progress = { epoch: Number(metadata['epoch']), step: Number(metadata['step']) }
  if (progress.step > 0) {
    loadEpochTensors(
      under('epoch/'),
      learners.map((learner) => learner.epoch),
    )
  }
  return progress
}
