/**
 * Undo and redo as a window keeps them while a picture is open: finished gestures with what is needed to take them back at
 * once, before the service has answered. A new gesture ends what could be redone.
 */
export class GestureHistory<Gesture> {
  readonly #done: Gesture[] = []
  #undone: Gesture[] = []

  get undoable(): number {
    return this.#done.length
  }

  get redoable(): number {
    return this.#undone.length
  }

  /** What `undo` would give. */
  get newest(): Gesture | undefined {
    return this.#done.at(-1)
  }

  push(gesture: Gesture): void {
    this.#done.push(gesture)
    this.#undone = []
  }

  /** The gesture to take back; undefined: none. */
  undo(): Gesture | undefined {
    const gesture = this.#done.pop()
    if (gesture !== undefined) this.#undone.push(gesture)
    return gesture
  }

  /** The gesture to do again; undefined: none. */
  redo(): Gesture | undefined {
    const gesture = this.#undone.pop()
    if (gesture !== undefined) this.#done.push(gesture)
    return gesture
  }

  /** Forgets everything: another window changed what the gestures lie on. */
  clear(): void {
    this.#done.length = 0
    this.#undone = []
  }
}
