import type { Page } from 'playwright-core'
import { MendError } from '../../core/dataset/mendError.ts'
import { chromiumPath, openWindow, Studio } from '../e2e/browser/studio.ts'
import { defineBenchmark, median, type BenchmarkMeasurement } from './benchmark.ts'

const presses = 30
/** As long as a quick glance; meanwhile what comes next is loaded. */
const glanceMs = 350
/** For machines that do other work besides. */
const patienceMs = 120_000

/** From when the browser got the key until the frame in which all panes show the next suspect has been handed on. */
const watchScript = `(() => {
  const shown = () => [...document.querySelectorAll('canvas[data-label]')].map((pane) => pane.dataset.label)
  globalThis.drawnAfter = new Promise((resolve, reject) => {
    const before = shown()[0]
    const late = setTimeout(() => reject(new Error('no other suspect was drawn')), ${patienceMs})
    addEventListener('keydown', (event) => {
      const look = () => {
        if (shown().some((label) => label === before)) return requestAnimationFrame(look)
        clearTimeout(late)
        const channel = new MessageChannel()
        channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp)
        channel.port2.postMessage(null)
      }
      requestAnimationFrame(look)
    }, { once: true, capture: true })
  })
})()`

/** Milliseconds from each of several presses of a key to the next suspect drawn. */
async function pressTimes(page: Page, key: string, count: number): Promise<number[]> {
  const times: number[] = []
  for (let press = 0; press < count; press++) {
    await page.waitForTimeout(glanceMs)
    await page.evaluate(watchScript)
    await page.keyboard.press(key)
    times.push(await page.evaluate<number>('globalThis.drawnAfter'))
  }
  return times
}

function rowsOf(id: string, times: readonly number[]): BenchmarkMeasurement[] {
  const lower = { unit: 'ms', better: 'lower' as const }
  return [
    { id: `${id}.median`, value: median(times), must: 100, aim: 50, ...lower },
    { id: `${id}.worst`, value: Math.max(...times), ...lower },
  ]
}

async function measure(studio: Studio, log: (message: string) => void): Promise<BenchmarkMeasurement[]> {
  const { page, browser, problems } = await openWindow(studio)
  const rows: BenchmarkMeasurement[] = []
  try {
    page.setDefaultTimeout(patienceMs)
    for (const task of ['keypoints', 'parts']) {
      await page.goto(studio.at(`/p/${studio.project}/suspects?task=${task}`))
      await page.waitForSelector('canvas[data-label]')
      // The first ones compile the page's code.
      await pressTimes(page, 'j', 5)
      for (const [key, name] of [
        ['j', 'next'],
        ['k', 'keep'],
      ] as const) {
        const times = await pressTimes(page, key, presses)
        log(`${task}.${name}: ${times.map((time) => time.toFixed(0)).join(' ')}`)
        rows.push(...rowsOf(`${task}.${name}`, times))
      }
    }
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return rows
  } finally {
    await browser.close()
  }
}

export default defineBenchmark({
  name: 'suspect-keys',
  summary: 'From a key press to the next suspect drawn, in Chromium (must: 100 ms)',
  run: async ({ log }) => {
    if (chromiumPath() === null) {
      throw new MendError('no-chromium', 'no Chromium is installed', 'install one, or set MEND_CHROMIUM to it')
    }
    const studio = await Studio.prepare({ projects: ['keys.mend'] })
    try {
      await studio.mend(
        'synth',
        'keys.mend',
        '--profile',
        'full',
        '--people',
        '100',
        '--seed',
        '1',
        '--size',
        '512x256',
      )
      log('100 people of 512×256 pixels')
      const small = ['--size', '32x16', '--epochs', '2', '--validation', '0']
      await studio.mend('train', 'keys.mend', '--tasks', 'keypoints,parts', ...small)
      log('trained')
      await studio.serve()
      return await measure(studio, log)
    } finally {
      await studio.dispose()
    }
  },
})
