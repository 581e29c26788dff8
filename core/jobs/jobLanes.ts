interface Lane<T> {
  readonly name: string
  active: T
  waiting: T[]
}

/** Who works and who waits where jobs take turns: one job of a lane at a time, in the order they came or were put. */
export class JobLanes<T> {
  readonly #lanes = new Map<string, Lane<T>>()

  /** @returns true where the lane was free and the job has its turn; else it waits at the end. */
  enter(name: string, job: T): boolean {
    const lane = this.#lanes.get(name)
    if (lane === undefined) {
      this.#lanes.set(name, { name, active: job, waiting: [] })
      return true
    }
    lane.waiting.push(job)
    return false
  }

  /** The job has ended or given up waiting. @returns who has the turn now because of that, if anybody */
  leave(name: string, job: T): T | null {
    const lane = this.#lanes.get(name)
    if (lane === undefined) return null
    if (lane.active !== job) {
      lane.waiting = lane.waiting.filter((other) => other !== job)
      return null
    }
    const next = lane.waiting.shift()
    if (next === undefined) {
      this.#lanes.delete(name)
      return null
    }
    lane.active = next
    return next
  }

  /** Those that wait, the next one first. */
  waiting(name: string): readonly T[] {
    return this.#lanes.get(name)?.waiting ?? []
  }

  /** Puts a waiting job in place `position`, 1 for the next one. @returns false where it does not wait */
  move(name: string, job: T, position: number): boolean {
    const lane = this.#lanes.get(name)
    if (lane?.waiting.includes(job) !== true) return false
    lane.waiting = lane.waiting.filter((other) => other !== job)
    lane.waiting.splice(position - 1, 0, job)
    return true
  }
}
