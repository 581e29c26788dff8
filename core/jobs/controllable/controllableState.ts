import type { Configured, ControllableState } from '../../api/controllable.ts'
import type { Project } from '../../store/project.ts'
import type { ControllableStructure, Preferences } from '../../training/controllable/controller.ts'
import { completePreferences } from '../../training/controllable/preferences.ts'
import { controlledRun, requireControlledRun } from './controlledRuns.ts'
import { expectation } from './expectation.ts'
import { readSweep } from './sweepFile.ts'

/** @param job the sweep of the run that is under way. @throws MendError `unknown-run` */
export async function controllableState(project: Project, id: number, job: string | null): Promise<ControllableState> {
  const run = await controlledRun(project, id)
  if (run === null) return null
  const { kind, tasks, structure, minimumMacs, maximumMacs, maximumParameters } = run.controller
  return {
    kind,
    tasks: [...tasks],
    structure: drawn(structure),
    ...{ minimumMacs, maximumMacs, maximumParameters },
    sweep: readSweep(run),
    job,
  }
}

function drawn(structure: ControllableStructure): NonNullable<ControllableState>['structure'] {
  if (structure.kind === 'tree') return { kind: 'tree', layers: [...structure.layers] }
  return { kind: 'slim', encoder: [...structure.encoder], decoders: { ...structure.decoders } }
}

/**
 * What a run's network would compute for a preference and budget, and what is to be expected of it.
 * @throws MendError `unknown-run`, `not-controllable`, `unknown-task`, `preference-invalid`
 */
export async function configureRun(
  project: Project,
  id: number,
  preferences: Preferences,
  budget: number,
): Promise<Configured> {
  const run = await requireControlledRun(project, id)
  const { controller } = run
  const found = controller.choose(completePreferences(controller.tasks, preferences), budget)
  if (!found.feasible) return found
  const { configuration, macs, parameters } = found
  const expected = expectation(readSweep(run)?.points ?? [], configuration, macs)
  return { feasible: true, configuration: { ...configuration }, macs, parameters, ...expected }
}
