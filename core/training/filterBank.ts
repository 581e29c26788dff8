import { join } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import type { WeightSpecification } from '../tensor/program.ts'
import { readSafetensors } from './checkpoints/safetensors.ts'

/** The copy of another run's checkpoint that a run with a filter bank keeps in its folder. */
export const bankFile = 'bank.safetensors'

/**
 * Sets the initial values of a network of filter banks (model/filterBank.ts) to a run's weights: frozen filters are its own, and each
 * task begins with its norms, statistics and biases, so that at first every task has that run's trunk.
 * @throws MendError `bank-mismatch` when the run has not all of the filters, `checkpoint-corrupt`
 */
export function loadBank(runFolder: string, weights: readonly WeightSpecification[]): void {
  const { tensors } = readSafetensors(join(runFolder, bankFile))
  for (const { name, initial, trainable } of weights) {
    if (name.startsWith('head/') || /\/modulator(Length)?$/.test(name)) continue
    const trained = trainable === false && /\/kernel$/.test(name)
    const found = tensors.get(`weights/${bankName(name, trained)}`)
    if (found?.length === initial.length) initial.set(found)
    else if (trained) {
      throw new MendError(
        'bank-mismatch',
        `the bank’s run has no filters ${bankName(name, trained)} of this size`,
        'name a multi-head run of the same model with --bank',
      )
    }
  }
}

/** Whatever the task, one run's weight; filters were trained there, statistics are fixed in both. */
function bankName(name: string, trained: boolean): string {
  const fixed = name.startsWith('fixed/')
  const bare = name.replace(/^fixed\//, '').replace(/^task\/.*?\/(?=(stem|stage|decoder|down|up)[^/]*\/)/, '')
  return fixed && !trained ? `fixed/${bare}` : bare
}
