/** Longest pause for one who asked for a turn, should it never come to an end. */
const mostMs = 5000

/**
 * How a thread that writes a project part by part lets the changes of the service's own thread go first. SQLite's lock knows no
 * queue: whoever asks again at once gets it again, while the other one sleeps between its attempts.
 */
export class WriteTurns {
  /** Handed to the other thread. */
  readonly buffer: SharedArrayBuffer
  readonly #waiting: Int32Array

  constructor(buffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer
    this.#waiting = new Int32Array(buffer)
  }

  /** Does `work`, which writes; the other thread begins no part before it is done. */
  first<T>(work: () => T): T {
    Atomics.add(this.#waiting, 0, 1)
    try {
      return work()
    } finally {
      Atomics.sub(this.#waiting, 0, 1)
      Atomics.notify(this.#waiting, 0)
    }
  }

  /** Between two parts: waits until nobody wants to go first. Blocks the thread. */
  giveWay(): void {
    const until = performance.now() + mostMs
    for (;;) {
      const waiting = Atomics.load(this.#waiting, 0)
      const left = until - performance.now()
      if (waiting <= 0 || left <= 0) return
      Atomics.wait(this.#waiting, 0, waiting, left)
    }
  }
}
