import { MendError } from '../dataset/mendError.ts'
import { checkConfirmed, discardPlan, type ImportPlan } from '../jobs/importPlan.ts'
import type { Project } from '../store/project.ts'

/** Plans that were made and wait to be applied or discarded; each lives as long as this process. */
export class ImportPlans {
  readonly #plans = new Map<string, ImportPlan>()

  add(plan: ImportPlan): ImportPlan {
    this.#plans.set(plan.summary.plan, plan)
    return plan
  }

  /** @throws MendError `plan-unknown` */
  get(id: string): ImportPlan {
    const plan = this.#plans.get(id)
    if (plan !== undefined) return plan
    throw new MendError('plan-unknown', `there is no import plan ${id}`, 'plan the import again')
  }

  /** Plans of a project, in the order in which they were made. */
  of(project: Project): ImportPlan[] {
    return [...this.#plans.values()].filter((plan) => plan.project === project)
  }

  /** Hands the plan out to be applied. @throws MendError `mapping-doubtful`: it then stays */
  takeConfirmed(id: string): ImportPlan {
    checkConfirmed(this.get(id))
    return this.take(id)
  }

  /** Discards the plan where there still is one. */
  discard(id: string): boolean {
    return this.#plans.has(id) && discardPlan(this.take(id))
  }

  /** Hands the plan out for good: it is applied or discarded once. */
  take(id: string): ImportPlan {
    const plan = this.get(id)
    this.#plans.delete(id)
    return plan
  }

  close(): void {
    for (const plan of this.#plans.values()) discardPlan(plan)
    this.#plans.clear()
  }
}
