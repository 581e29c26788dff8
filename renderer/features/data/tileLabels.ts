import { ref, shallowRef } from 'vue'
import type { DrawnPerson, TaskView } from '../../../core/api/labels.ts'
import { client } from '../../api/client.ts'

const keptPeople = 4000
const mostAtOnce = 100

/** Labels of people as tiles draw them, loaded in batches for what is in sight. `side`: cells of rasters. */
export class TileLabels {
  readonly #people = new Map<number, DrawnPerson>()
  readonly #asked = new Set<number>()
  #abort: AbortController | null = null
  /** Grows when labels arrive. */
  readonly arrivals = ref(0)
  readonly tasks = shallowRef<readonly TaskView[]>([])
  readonly error = shallowRef<unknown>(null)
  readonly side: number

  constructor(side: number) {
    this.side = side
  }

  get(person: number): DrawnPerson | undefined {
    return this.#people.get(person)
  }

  clear(): void {
    this.#abort?.abort()
    this.#abort = null
    this.#people.clear()
    this.#asked.clear()
  }

  /** Loads labels of these people, of these tasks; what was asked for before and is not among them is dropped. */
  want(project: string, people: readonly number[], tasks: readonly string[]): void {
    const missing = people.filter((person) => !this.#people.has(person))
    if (missing.length === 0) return
    if (missing.every((person) => this.#asked.has(person))) return
    this.#abort?.abort()
    this.#abort = new AbortController()
    this.#asked.clear()
    missing.forEach((person) => this.#asked.add(person))
    void this.#load(project, missing, tasks, this.#abort.signal)
  }

  async #load(
    project: string,
    people: readonly number[],
    tasks: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (let at = 0; at < people.length; at += mostAtOnce) {
        const chunk = people.slice(at, at + mostAtOnce)
        const input = { project, people: chunk, tasks: [...tasks], side: this.side }
        const answer = await client.labels.ofPeople(input, { signal })
        if (signal.aborted) return
        this.tasks.value = answer.tasks
        for (const person of answer.people) this.#keep(person)
        for (const person of chunk) this.#asked.delete(person)
        this.arrivals.value++
      }
      this.error.value = null
    } catch (error) {
      if (signal.aborted) return
      for (const person of people) this.#asked.delete(person)
      this.error.value = error
    }
  }

  #keep(person: DrawnPerson): void {
    this.#people.set(person.person, person)
    for (const oldest of this.#people.keys()) {
      if (this.#people.size <= keptPeople) break
      this.#people.delete(oldest)
    }
  }
}
