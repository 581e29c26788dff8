import type { Browser, Page } from 'playwright-core'

/** What Chromium records of its main thread. Times in microseconds of one clock. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  /** Of which the thread ran, not having been put aside for others. */
  readonly tdur?: number
  readonly args?: { readonly data?: { readonly type?: string } }
}

/** Milliseconds of processor time of each frame of a gesture: other work on the machine does not count. */
export interface FrameTimes {
  /** Handlers of events, frames, timers and promises: all that is JavaScript. */
  readonly script: readonly number[]
  /** Everything that the page's main thread did, drawing and layout among it. */
  readonly thread: readonly number[]
}

const scripts = new Set([
  'EventDispatch',
  'FireAnimationFrame',
  'FunctionCall',
  'TimerFire',
  'RunMicrotasks',
  'EvaluateScript',
  'FireIdleCallback',
  'v8.callFunction',
])
const frameEnd = 'Commit'
const categories = [
  'devtools.timeline',
  'devtools.timeline.frame',
  'disabled-by-default-devtools.timeline',
  'v8',
  'toplevel',
]

/**
 * Traces what the page does during `gesture`, and divides the main thread's time among its frames: a frame is all that
 * happens from when one was handed on until the next one is. The first is that in which the pointer goes down, the last that
 * in which it comes up.
 */
export async function traceFrames(browser: Browser, page: Page, gesture: () => Promise<void>): Promise<FrameTimes> {
  await browser.startTracing(page, { categories })
  await gesture()
  const buffer = await browser.stopTracing()
  const { traceEvents } = JSON.parse(buffer.toString('utf8')) as { traceEvents: TraceEvent[] }
  return frameTimes(traceEvents)
}

function frameTimes(events: readonly TraceEvent[]): FrameTimes {
  const pointer = (kind: string): TraceEvent | undefined =>
    events.find(({ name, args }) => name === 'EventDispatch' && args?.data?.type === `pointer${kind}`)
  const [down, up] = [pointer('down'), pointer('up')]
  if (down === undefined || up === undefined) throw new Error('the trace has no gesture in it')
  const own = events.filter(({ pid, tid }) => pid === down.pid && tid === down.tid)
  const ends = own.filter(({ name }) => name === frameEnd).map(({ ts, dur = 0 }) => ts + dur)
  const bounds = ends.sort((a, b) => a - b)
  const from = Math.max(
    0,
    bounds.findLastIndex((end) => end <= down.ts),
  )
  const to = bounds.findIndex((end) => end > up.ts)
  const frames = bounds.slice(from, to < 0 ? undefined : to + 1)
  if (frames.length < 10) throw new Error(`the trace has ${frames.length} frames in it`)
  const complete = own.filter(({ ph }) => ph === 'X').sort((a, b) => a.ts - b.ts)
  const sumsOf = (wanted: (name: string) => boolean): number[] =>
    frameSums(
      complete.filter(({ name }) => wanted(name)),
      frames,
    )
  const script = sumsOf((name) => scripts.has(name))
  const thread = sumsOf((name) => name === 'RunTask')
  // Frames that had nothing of the gesture to do would flatter the median.
  const worked = (_: number, at: number): boolean => script[at] > 0.5
  return { script: script.filter(worked), thread: thread.filter(worked) }
}

/** Milliseconds of the events that begin in each stretch between two bounds; what lies within another counts once. */
function frameSums(events: readonly TraceEvent[], bounds: readonly number[]): number[] {
  const sums = bounds.slice(1).map(() => 0)
  let done = -Infinity
  for (const { ts, dur = 0, tdur = dur } of events) {
    if (ts < done) continue
    done = ts + dur
    const frame = bounds.findIndex((bound, at) => ts >= bound && ts < (bounds[at + 1] ?? -Infinity))
    if (frame >= 0) sums[frame] += tdur / 1000
  }
  return sums
}
