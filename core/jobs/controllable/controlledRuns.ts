import { statSync } from 'node:fs'
import { join } from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Project } from '../../store/project.ts'
import type { RunConfiguration } from '../../training/configuration.ts'
import type { Controller } from '../../training/controllable/controller.ts'
import { isControllable } from '../../training/networkChoices.ts'
import { checkpointFile } from '../../training/trainedConfiguration.ts'
import { frozenFolder } from '../runPredictions.ts'
import { findRun, runConfiguration } from '../runSummaries.ts'

/** A run whose network can be told what matters and what it may cost. */
export interface ControlledRun {
  readonly id: number
  readonly folder: string
  readonly configuration: RunConfiguration
  readonly controller: Controller
  /** Changes with the weights. */
  readonly stamp: string
}

const kept = new Map<string, ControlledRun>()
/** Cost tables of a few runs: a slider asks for the same one again and again. */
const keptAtMost = 8

/**
 * A run's controller, its cost tables made when it is first asked for; null where its network has no choice, or is not trained yet.
 * The tensor library is loaded then, since most of what the service does goes without.
 * @throws MendError `unknown-run`
 */
export async function controlledRun(project: Project, id: number): Promise<ControlledRun | null> {
  const choices = runConfiguration.parse(findRun(project, id).configuration)
  const folder = project.runFolder(id)
  const stamp = weightsStamp(folder)
  if (!isControllable(choices) || stamp === null) return null
  const known = kept.get(folder)
  if (known?.stamp === stamp) return known
  const { openController } = await import('../../training/controllable/openController.ts')
  const snapshot = openSnapshot(join(folder, frozenFolder))
  try {
    const { configuration, controller } = openController(folder, snapshot)
    const run = { id, folder, configuration, controller, stamp }
    kept.delete(folder)
    kept.set(folder, run)
    for (const oldest of [...kept.keys()].slice(0, -keptAtMost)) kept.delete(oldest)
    return run
  } finally {
    snapshot.close()
  }
}

/** @throws MendError `not-controllable`, `unknown-run` */
export async function requireControlledRun(project: Project, id: number): Promise<ControlledRun> {
  const run = await controlledRun(project, id)
  if (run !== null) return run
  throw new MendError(
    'not-controllable',
    `run ${id} has one network, whatever is preferred and allowed`,
    'train a model of any width (--model slim-tiny) or a tree (--model tree-tiny), and wait for its first checkpoint',
  )
}

/** When the weights were written; null where there are none. */
function weightsStamp(folder: string): string | null {
  const found = statSync(checkpointFile(folder), { throwIfNoEntry: false })
  return found === undefined ? null : `${found.mtimeMs} ${found.size}`
}
