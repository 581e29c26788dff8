import { createHash, timingSafeEqual } from 'node:crypto'

const windowMs = 60_000
const wrongAllowed = 20

/** Compares secrets in a time that says nothing of where they differ, nor of their lengths. */
export function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

/**
 * Counts wrong secrets, whoever sends them: on one machine every process has the same address. The right one is let in at
 * any time, so that a guesser cannot keep the user out.
 */
export class GuessCounter {
  #wrongAt: number[] = []

  /** Notes a wrong secret. @returns seconds until the next guess is looked at; 0 while there were few */
  noteWrong(now = Date.now()): number {
    this.#wrongAt = this.#wrongAt.filter((at) => now - at < windowMs)
    if (this.#wrongAt.length >= wrongAllowed) return Math.ceil((this.#wrongAt[0] + windowMs - now) / 1000)
    this.#wrongAt.push(now)
    return 0
  }
}
