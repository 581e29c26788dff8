/** Node ends itself with this signal where V8 finds its own state to be wrong. */
const trap = /^Worker exited unexpectedly with signal SIGTRAP .*while running test files? (.+)$/

/**
 * The test file during which V8 ended its process; null for any other error. With threads that come and go V8 at times loses track of
 * its code's pages ("Check failed: jit_page.has_value()", nodejs/node issue 64500): whatever ran then says nothing of the tests.
 */
export function trappedFile(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null
  return (cause instanceof Error ? trap.exec(cause.message)?.[1] : null) ?? null
}
