import { createHash, randomBytes } from 'node:crypto'
import { isSameSecret } from './guessing.ts'
import type { SessionFile } from './sessionFile.ts'

const secretBytes = 32
const tokensKept = 16
const sessionsKept = 64
/** A token lies in a terminal's history: it is good for a day. */
const tokenLifeMs = 24 * 3600_000
const sessionLifeMs = 30 * 24 * 3600_000

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** Secrets are kept as digests, so that a dump of memory or log of this object opens nothing. */
function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/**
 * Who may use the service: a token of 256 bits is exchanged once for a session of 256 bits, which the browser keeps as a
 * cookie.
 */
export class Sessions {
  readonly #tokens = new Map<string, number>()
  readonly #sessions = new Map<string, number>()
  readonly #now: () => number
  #file: Pick<SessionFile, 'write'> | null = null

  /** `now`: milliseconds; tests give their own clock. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Goes on with the sessions of a service that was killed, and keeps its own for the case that it is. */
  keepIn(file: Pick<SessionFile, 'read' | 'write'>): void {
    for (const [digest, until] of file.read()) this.#sessions.set(digest, until)
    this.#file = file
  }

  /** A fresh token; the oldest ones stop working beyond a handful. */
  issueToken(): string {
    const token = newSecret()
    this.#tokens.set(digestOf(token), this.#now() + tokenLifeMs)
    dropOldest(this.#tokens, tokensKept)
    return token
  }

  /** @returns the session's secret, or null for a token that is wrong, used or too old */
  exchange(token: string): string | null {
    const known = this.#find(this.#tokens, token)
    if (known === null) return null
    this.#tokens.delete(known)
    const session = newSecret()
    this.#sessions.set(digestOf(session), this.#now() + sessionLifeMs)
    dropOldest(this.#sessions, sessionsKept)
    this.#file?.write(this.#sessions)
    return session
  }

  /** Whether the secret is that of a session; its life starts anew. */
  isOpen(session: string): boolean {
    const known = this.#find(this.#sessions, session)
    if (known === null) return false
    this.#sessions.delete(known)
    this.#sessions.set(known, this.#now() + sessionLifeMs)
    return true
  }

  #find(secrets: Map<string, number>, secret: string): string | null {
    const digest = digestOf(secret)
    let found: string | null = null
    // All of them are compared, each in constant time.
    for (const [known, until] of secrets) {
      if (until < this.#now()) secrets.delete(known)
      else if (isSameSecret(digest, known)) found = known
    }
    return found
  }
}

function dropOldest(secrets: Map<string, number>, kept: number): void {
  for (const oldest of secrets.keys()) {
    if (secrets.size <= kept) return
    secrets.delete(oldest)
  }
}
