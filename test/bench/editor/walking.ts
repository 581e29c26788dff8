import type { Page } from 'playwright-core'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import type { EditorBench } from './editorBench.ts'
import { first, nextCount } from './editorProject.ts'

/** Images that are gone through, there and back again. */
const walked = 500
/** Until all that is kept on purpose is kept: pictures ahead, thumbnails, the list. */
const settling = 3 * nextCount

/** Megabytes of the page's JavaScript, and elements of its document that somebody still holds; garbage gone. */
async function memoryOf(page: Page): Promise<{ script: number; nodes: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const value = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN
  return { script: value('JSHeapUsedSize') / 1e6, nodes: value('Nodes') }
}

/** What going through 500 images leaves behind in the page. */
export async function measureWalking({ page, editor, log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  await editor.open(first.next, 'joints')
  let at = 0
  let by = 1
  const step = async (): Promise<void> => {
    if (at + by < 0 || at + by >= nextCount) by = -by
    at += by
    await page.keyboard.press(by > 0 ? 'f' : 'd')
    await page.waitForSelector(`.stage[data-image][data-person="${first.next + at}"]`)
  }
  for (let done = 0; done < settling; done++) await step()
  const before = await memoryOf(page)
  for (let done = 0; done < walked; done++) await step()
  const after = await memoryOf(page)
  const words = ({ script, nodes }: typeof before): string => `${script.toFixed(1)} MB of scripts, ${nodes} nodes`
  log(`${walked} images: ${words(before)} before, ${words(after)} after`)
  const lower = { better: 'lower' as const }
  return [
    { id: 'walk.script.growth', value: after.script - before.script, unit: 'MB', must: 5, ...lower },
    { id: 'walk.nodes.growth', value: after.nodes - before.nodes, unit: 'nodes', must: 200, ...lower },
  ]
}
