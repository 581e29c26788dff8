import { createEagerSession } from '../tensor/eagerSession.ts'
import type { FeedValues, Program, Session, WeightSpecification } from '../tensor/program.ts'
import { createSession } from './chooseSession.ts'

/** Programs that are prepared at a time: TensorFlow loads all of them anew when one is added, and prepares each more slowly. */
const mostPrepared = 8

/**
 * Trained weights and any number of programs that predict with them, each made when it is first needed. A prepared program is fast,
 * but preparing it takes as long as some twenty batches (0.3 s to record and load, 0.4 s at its first run, slim-tiny, 16 × 96×64); one
 * that is not runs kernel by kernel, at once.
 */
export class PredictionSession {
  readonly #weights: readonly WeightSpecification[]
  readonly #state: ReadonlyMap<string, Float32Array>
  #prepared: Session | null = null
  readonly #preparedNames = new Set<string>()
  #eager: Session | null = null
  readonly #eagerNames = new Set<string>()

  /** @param state values of the weights by name; more may be there */
  constructor(weights: readonly WeightSpecification[], state: ReadonlyMap<string, Float32Array>) {
    // Nothing is trained: there need be no slots.
    this.#weights = weights.map((weight) => ({ ...weight, trainable: false }))
    this.#state = state
  }

  /** Runs a program once, which its name tells from others; `prepared` for one that will run often. */
  run(program: Program, feeds: FeedValues, prepared: boolean): Record<string, Float32Array | Int32Array> {
    const session =
      prepared || this.#preparedNames.has(program.name) ? this.#prepare(program) : this.#unprepared(program)
    return session.run(program.name, feeds)
  }

  #prepare(program: Program): Session {
    if (this.#prepared !== null && this.#preparedNames.has(program.name)) return this.#prepared
    if (this.#preparedNames.size === mostPrepared) this.release()
    if (this.#prepared === null) {
      this.#prepared = createSession(this.#weights, [program]).session
      this.#prepared.writeState(this.#state)
    } else {
      this.#prepared.add([program])
    }
    this.#preparedNames.add(program.name)
    return this.#prepared
  }

  /** Lets go of prepared programs: a program that has a session to itself is prepared a third faster. */
  release(): void {
    this.#prepared?.dispose()
    this.#prepared = null
    this.#preparedNames.clear()
  }

  #unprepared(program: Program): Session {
    if (this.#eager === null) {
      this.#eager = createEagerSession(this.#weights, [])
      this.#eager.writeState(this.#state)
    }
    if (!this.#eagerNames.has(program.name)) this.#eager.add([program])
    this.#eagerNames.add(program.name)
    return this.#eager
  }

  dispose(): void {
    this.release()
    this.#eager?.dispose()
  }
}
