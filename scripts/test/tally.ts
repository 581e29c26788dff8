import type { TestModule } from 'vitest/node'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts tests. A file that could not be loaded, and a suite whose hooks failed, hide their tests: each counts as one
 * failure, as does each error outside any test.
 */
export function tallyTests(modules: readonly TestModule[], unhandledErrors: number): Tally {
  const tally = { passed: 0, failed: unhandledErrors, skipped: 0 }
  for (const module of modules) {
    tally.failed += module.errors().length > 0 ? 1 : 0
    for (const suite of module.children.allSuites()) tally.failed += suite.errors().length > 0 ? 1 : 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // A test that never got to run (its fork died) has not passed.
      tally[state === 'pending' ? 'failed' : state]++
    }
  }
  return tally
}

/** The last line of `npm test`, e.g. `12 passed, 0 failed, 1 skipped`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** A run that proved nothing is no success. */
export function tallyStatus({ passed, failed }: Tally): 0 | 1 {
  return failed === 0 && passed > 0 ? 0 : 1
}
