import type { EditsEvent } from '../../../../core/api/editing.ts'
import type { TaskView } from '../../../../core/api/labels.ts'
import type { SessionBox, SessionPerson } from './sessionLabel.ts'

type WatchedPerson = EditsEvent['people'][number]

/** What the service says everybody in the picture is at, put together from its events. */
export class SeenElsewhere {
  readonly #people = new Map<number, WatchedPerson>()
  #tasks: string | null = null

  take({ whole, people, removed, tasks }: EditsEvent): void {
    if (tasks !== null) this.#tasks = JSON.stringify(tasks)
    if (whole) this.#people.clear()
    for (const person of removed) this.#people.delete(person)
    for (const person of people) this.#people.set(person.person, person)
  }

  /** Whether a task has come or gone, or has another template: what is shown is drawn by the former one. */
  hasOtherTasks(shown: readonly TaskView[]): boolean {
    return this.#tasks !== null && this.#tasks !== JSON.stringify(shown)
  }

  /** How the service's picture differs from the one that is shown; null: in nothing. `by`: who changed a label, where one did. */
  difference(shown: readonly SessionPerson[]): { readonly by: string | null } | null {
    let differs = shown.length !== this.#people.size
    for (const { person, box, labels } of shown) {
      const seen = this.#people.get(person)
      if (seen === undefined || !isSameBox(seen.box, box)) differs = true
      const changed = seen?.labels.find(({ task, label, revision }) => {
        const known = labels.get(task)
        return known?.label !== label || known.revision !== revision
      })
      if (changed !== undefined) return { by: changed.by }
    }
    return differs ? { by: null } : null
  }
}

function isSameBox(a: SessionBox, b: SessionBox): boolean {
  if (a === null || b === null) return a === b
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}
