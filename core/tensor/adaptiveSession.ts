import { createEagerSession } from './eagerSession.ts'
import { tellsOutOfMemory } from './outOfMemory.ts'
import type { AdamStep, FeedValues, Program, Session, WeightSpecification } from './program.ts'
import type { Tensorflow } from './tensorflow.ts'
import { createTracedSession } from './trace/tracedSession.ts'

type Holder = 'traced' | 'eager'

/**
 * On TensorFlow: traces what can be traced and runs the rest kernel by kernel over the same weights, which move between
 * the two when the one at hand is stale. That memory runs out while a program is traced is an error.
 */
export class AdaptiveSession implements Session {
  readonly #tensorflow: Tensorflow
  readonly #weights: readonly WeightSpecification[]
  /** Each made with its first program. */
  readonly #sessions: { traced: Session | null; eager: Session | null } = { traced: null, eager: null }
  readonly #eagerPrograms = new Set<string>()
  readonly #names = new Set<string>()
  /** Whose weights are as the last step left them; at first both begin with the initial ones. */
  readonly #current = new Set<Holder>(['traced', 'eager'])

  constructor(tensorflow: Tensorflow, weights: readonly WeightSpecification[]) {
    this.#tensorflow = tensorflow
    this.#weights = weights
  }

  /** Eager when nothing is left that is traced. */
  get kind(): Session['kind'] {
    return this.#names.size > 0 && this.#eagerPrograms.size === this.#names.size ? 'eager' : 'traced'
  }

  add(programs: readonly Program[]): string | null {
    const taken = programs.find(({ name }) => this.#names.has(name))
    if (taken) throw new Error(`there is a program ${taken.name} already`)
    const reason = this.#trace(programs)
    for (const { name } of programs) this.#names.add(name)
    return reason
  }

  /** All together where that works, since each addition loads the graph anew; else each by itself. */
  #trace(programs: readonly Program[]): string | null {
    try {
      if (this.#sessions.traced) return this.#sessions.traced.add(programs)
      this.#sessions.traced = createTracedSession(this.#tensorflow, this.#weights, programs)
      return null
    } catch (error) {
      // Kernel by kernel it would take more memory, not less.
      if (tellsOutOfMemory(String(error))) throw error
      if (programs.length > 1) {
        const reasons = programs.map((program) => this.#trace([program])).filter((reason) => reason !== null)
        return reasons.length > 0 ? reasons.join('; ') : null
      }
      this.#addEager(programs)
      return `${programs[0].name}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  #addEager(programs: readonly Program[]): void {
    this.#sessions.eager ??= createEagerSession(this.#weights, [])
    this.#sessions.eager.add(programs)
    for (const { name } of programs) this.#eagerPrograms.add(name)
  }

  run(name: string, feeds: FeedValues, update?: AdamStep): Record<string, Float32Array | Int32Array> {
    if (!this.#names.has(name)) throw new Error(`no program ${name}`)
    const holder = this.#eagerPrograms.has(name) ? 'eager' : 'traced'
    const outputs = this.#brought(holder).run(name, feeds, update)
    if (update) {
      this.#current.clear()
      this.#current.add(holder)
    }
    return outputs
  }

  /** One of the two with the weights of the last step. */
  #brought(holder: Holder): Session {
    const session = this.#session(holder)
    if (!this.#current.has(holder)) {
      session.writeState(this.readState())
      this.#current.add(holder)
    }
    return session
  }

  #session(holder: Holder): Session {
    const session = this.#sessions[holder]
    if (session === null) throw new Error('no program has been added')
    return session
  }

  /** The one whose weights are current, traced if both are. */
  #holder(): Holder {
    return this.#sessions.traced && this.#current.has('traced') ? 'traced' : 'eager'
  }

  readState(): Map<string, Float32Array> {
    return this.#session(this.#holder()).readState()
  }

  writeState(state: ReadonlyMap<string, Float32Array>): void {
    const holder = this.#sessions.traced ? 'traced' : 'eager'
    this.#session(holder).writeState(state)
    this.#current.clear()
    this.#current.add(holder)
  }

  dispose(): void {
    this.#sessions.traced?.dispose()
    this.#sessions.eager?.dispose()
  }
}
