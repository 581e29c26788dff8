import type { Page } from 'playwright-core'

/**
 * How long the page's main thread has worked, in milliseconds of processor time: what other work on the machine takes from it does
 * not count. A figure between two readings says what a page would need on a machine of its own.
 */
export type ThreadClock = () => Promise<number>

export async function threadClock(page: Page): Promise<ThreadClock> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
    if (seconds === undefined) throw new Error('Chromium does not say how long its main thread has worked')
    return seconds * 1000
  }
}
