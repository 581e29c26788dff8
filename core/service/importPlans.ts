import { MendError } from '../dataset/mendError.ts'
import { discardPlan, type ImportPlan } from '../jobs/importSource.ts'

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
