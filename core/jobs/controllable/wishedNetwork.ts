import type { Project } from '../../store/project.ts'
import type { Choice, Preferences } from '../../training/controllable/controller.ts'
import { chosenNetwork } from '../../training/controllable/preferences.ts'
import type { NetworkWish } from '../../training/controllable/preferences.ts'
import { requireControlledRun } from './controlledRuns.ts'

/** What a caller says of what matters and what it may cost. */
export interface PartialWish {
  /** By task; missing: all alike. */
  readonly preferences?: Preferences
  /** Multiply–adds of an image; missing: those of the largest network. */
  readonly budget?: number
}

/**
 * The network of a run that a wish is answered with, and the wish with nothing left unsaid.
 * @throws MendError `not-controllable`, `unknown-run`, `budget-infeasible`, `preference-invalid`, `unknown-task`
 */
export async function wishedNetwork(
  project: Project,
  run: number,
  { preferences, budget }: PartialWish,
): Promise<{ wish: NetworkWish; computed: Pick<Choice, 'configuration' | 'macs' | 'parameters'> }> {
  const { controller } = await requireControlledRun(project, run)
  const wish = {
    preferences: preferences ?? Object.fromEntries(controller.tasks.map((task) => [task, 1])),
    budget: budget ?? controller.maximumMacs,
  }
  const { configuration, macs, parameters } = chosenNetwork(controller, wish.preferences, wish.budget)
  return { wish, computed: { configuration, macs, parameters } }
}
