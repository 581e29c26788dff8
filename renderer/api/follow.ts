import { reportOf, type StudioErrorReport, unreachableCode } from './studioError.ts'

export interface FollowOptions<T> {
  /** Opens the stream anew; it replays the state first and then sends changes. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<T>>
  /** Called before the first event of every stream, so that what was replayed before can be cleared. */
  readonly onOpen?: () => void
  readonly onEvent: (event: T) => void
  /** Whether the event ends the story, so that the stream's end is not a lost connection. */
  readonly isLast: (event: T) => boolean
  /** The stream cannot be had: not for lack of a connection, but because the service says no. */
  readonly onRefused?: (error: StudioErrorReport) => void
  /** The connection broke; it is tried again after `waitMs`. */
  readonly onBroken?: (waitMs: number) => void
  readonly signal: AbortSignal
  /** Waits so many milliseconds, or until aborted; replaceable for tests. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const firstWaitMs = 250
const longestWaitMs = 5000

/** Resolves after `ms` milliseconds, or at once when aborted. */
export function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}

/**
 * Follows an event stream through lost connections: it is opened again after 0.25 s, then after twice as long each time,
 * up to 5 s, until its last event, a refusal, or the signal. Since streams replay their state, nothing is missed. Resolves
 * when the story has ended; never rejects.
 */
export async function follow<T>(options: FollowOptions<T>): Promise<void> {
  const { open, onOpen, onEvent, isLast, onRefused, onBroken, signal } = options
  const wait = options.wait ?? waitUnlessAborted
  let waitMs = firstWaitMs
  while (!signal.aborted) {
    try {
      const stream = await open(signal)
      let first = true
      for await (const event of stream) {
        if (signal.aborted) return
        if (first) onOpen?.()
        first = false
        waitMs = firstWaitMs
        onEvent(event)
        if (isLast(event)) return
      }
    } catch (error) {
      if (signal.aborted) return
      const report = reportOf(error)
      if (!brokenConnection(report.code)) {
        onRefused?.(report)
        return
      }
    }
    if (signal.aborted) return
    onBroken?.(waitMs)
    await wait(waitMs, signal)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}

/** A dying service may cut a stream in the middle of an event, which is then no longer well-formed. */
function brokenConnection(code: string): boolean {
  return (
    code === unreachableCode || code === 'bad-gateway' || code === 'service-unavailable' || code === 'internal-error'
  )
}
