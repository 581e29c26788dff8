import { createHmac } from 'node:crypto'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import type { Places } from '../places.ts'

/** Fields of any procedure's input that name a folder or file. */
const everywhere: ReadonlySet<string> = new Set(['project', 'place', 'out'])
/** Only these procedures take a dataset's folder or file as `source`; elsewhere it is a number or a name. */
const sourceNamespace = 'datasets'
/** Answers are small trees of plain objects and lists; what lies deeper are a label's own values. */
const answerDepth = 5
const referencesKept = 200_000

/**
 * Opaque names for folders and files: a client sees and sends these, never a path. A reference is an HMAC of the path, so
 * that it cannot be made up, and is the same again for the same path after the service started anew. It is no right by
 * itself: where it leads must still be allowed (Places) each time that it is used.
 */
export class References {
  readonly #key: Buffer
  readonly #places: Places
  readonly #paths = new Map<string, string>()

  /** `key`: 32 secret bytes. */
  constructor(key: Buffer, places: Places) {
    this.#key = key
    this.#places = places
  }

  /** @returns 22 characters of base64url: 128 bits */
  issue(file: string): string {
    const resolved = path.resolve(file)
    const reference = createHmac('sha256', this.#key).update(resolved).digest().subarray(0, 16).toString('base64url')
    // Names used last are kept longest.
    this.#paths.delete(reference)
    this.#paths.set(reference, resolved)
    if (this.#paths.size > referencesKept) {
      const oldest = this.#paths.keys().next()
      if (oldest.done !== true) this.#paths.delete(oldest.value)
    }
    return reference
  }

  /** @throws MendError `unknown-reference`, `place-not-allowed` */
  resolve(reference: string): string {
    const file = this.#paths.get(reference)
    if (file === undefined) {
      throw new MendError('unknown-reference', 'the service does not know this place', 'choose it again')
    }
    this.#places.assertAllowed(file)
    return file
  }

  /** The input with paths where the client sent references. @throws MendError `unknown-reference`, `place-not-allowed` */
  resolveInput(procedure: readonly string[], input: unknown): unknown {
    if (!isPlain(input)) return input
    const resolved = { ...input }
    for (const [name, value] of Object.entries(input)) {
      const names = everywhere.has(name) || (name === 'source' && procedure[0] === sourceNamespace)
      if (names && typeof value === 'string') resolved[name] = this.resolve(value)
    }
    return resolved
  }

  /** The answer with references in the place of projects' and places' paths. */
  maskOutput(output: unknown, depth = 0): unknown {
    if (depth > answerDepth) return output
    if (Array.isArray(output)) return output.map((item) => this.maskOutput(item, depth + 1))
    if (!isPlain(output)) return output
    return Object.fromEntries(
      Object.entries(output).map(([name, value]) => {
        const names = everywhere.has(name) && typeof value === 'string' && path.isAbsolute(value)
        return [name, names ? this.issue(value) : this.maskOutput(value, depth + 1)]
      }),
    )
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
