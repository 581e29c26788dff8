import { MendError } from '../dataset/mendError.ts'
import { outputStride } from '../model/network.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { refuseBalancing } from './balancingChoices.ts'
import type { RunConfiguration } from './configuration.ts'
import { refuseTree } from './networkChoices.ts'

/** @throws MendError `configuration-invalid` where the run cannot be trained on the snapshot as it is configured. */
export function checkConfiguration(configuration: RunConfiguration, snapshot: Snapshot): void {
  const { height, width, tasks, batch, epochs, warmupEpochs } = configuration
  const refuse = (message: string, hint: string): never => {
    throw new MendError('configuration-invalid', message, hint)
  }
  const { manifest } = snapshot
  if (height !== manifest.height || width !== manifest.width) {
    refuse(
      `the run wants ${height}×${width}, its snapshot is ${manifest.height}×${manifest.width}`,
      'freeze a new snapshot',
    )
  }
  if (height % outputStride !== 0 || width % outputStride !== 0) {
    refuse(`the size ${height}×${width} is not divisible by ${outputStride}`, 'choose e.g. --size 96x64')
  }
  if (tasks.length === 0) refuse('no task is given', 'name tasks with --tasks')
  const refused = refuseBalancing(configuration, tasks)
  if (refused !== null) refuse(refused.message, refused.hint)
  const ungrown = refuseTree(configuration, tasks)
  if (ungrown !== null) refuse(ungrown.message, ungrown.hint)
  for (const [name, value] of Object.entries({ batch, epochs, warmupEpochs })) {
    if (!Number.isInteger(value) || value < 1) refuse(`${name} is ${value}`, `give a whole number of at least 1`)
  }
}
