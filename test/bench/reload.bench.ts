import path from 'node:path'
import type { Page } from 'playwright-core'
import { MendError } from '../../core/dataset/mendError.ts'
import { openProject } from '../../core/store/project.ts'
import { chromiumPath, openWindow, Studio } from '../e2e/browser/studio.ts'
import { defineBenchmark, median, type BenchmarkMeasurement } from './benchmark.ts'

const reloads = 7
/** Curves of some length, as in the middle of a run. */
const epochsBefore = 40
const epochs = 2000
/** For machines that do other work besides. */
const patienceMs = 300_000
const chart = 'Loss a task'

/** Runs in every new page before its own scripts: notes when the curves reach the epoch that was wanted before the reload. */
const watchScript = `(() => {
  const wanted = Number(sessionStorage.getItem('bench/epoch') ?? '0')
  if (wanted === 0) return
  globalThis.completeAfter = new Promise((resolve) => {
    const look = () => {
      const drawn = document.querySelector('figure[aria-label="${chart}"] [role=img]')?.getAttribute('aria-label') ?? ''
      const newest = Math.max(0, ...[...drawn.matchAll(/epoch (\\d+)/g)].map((match) => Number(match[1])))
      if (newest < wanted) return requestAnimationFrame(look)
      // The frame after the one in which they were handed to the chart.
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
    }
    look()
  })
})()`

async function startRun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New run' }).first().click()
  await page.getByRole('button', { name: /^Quick look/ }).click()
  for (const [name, value] of [
    ['Height', 32],
    ['Width', 16],
    ['Epochs', epochs],
  ] as const) {
    const field = page.getByRole('spinbutton', { name, exact: true })
    await field.fill(String(value))
    await field.press('Tab')
  }
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: 'Run 1' }).waitFor()
}

/** The newest epoch of the run that the project knows. */
function newestEpoch(folder: string): number {
  const project = openProject(folder)
  try {
    return Math.max(0, ...project.history.epochs(1).map(({ epoch }) => epoch))
  } finally {
    project.close()
  }
}

async function measure(studio: Studio, log: (message: string) => void): Promise<BenchmarkMeasurement[]> {
  const { page, browser, problems } = await openWindow(studio)
  const folder = path.join(studio.folder, 'reload.mend')
  try {
    page.setDefaultTimeout(patienceMs)
    await page.addInitScript(watchScript)
    await page.goto(studio.at(`/p/${studio.project}/training`))
    await startRun(page)
    while (newestEpoch(folder) < epochsBefore) await page.waitForTimeout(500)
    const times: number[] = []
    for (let reload = 0; reload < reloads; reload++) {
      await page.waitForTimeout(1000)
      await page.evaluate(`sessionStorage.setItem('bench/epoch', '${newestEpoch(folder)}')`)
      await page.reload({ waitUntil: 'commit' })
      times.push(await page.evaluate<number>('globalThis.completeAfter'))
    }
    log(`after ${newestEpoch(folder)} epochs: ${times.map((time) => time.toFixed(0)).join(' ')} ms`)
    if (problems.length > 0) throw new Error(problems.join('\n'))
    const lower = { unit: 'ms', better: 'lower' as const }
    return [
      { id: 'reload.median', value: median(times), must: 1000, ...lower },
      { id: 'reload.worst', value: Math.max(...times), ...lower },
    ]
  } finally {
    await browser.close()
  }
}

export default defineBenchmark({
  name: 'reload',
  summary: 'From reloading the window in the middle of a run to complete curves, in Chromium (must: 1 s)',
  run: async ({ log }) => {
    if (chromiumPath() === null) {
      throw new MendError('no-chromium', 'no Chromium is installed', 'install one, or set MEND_CHROMIUM to it')
    }
    const studio = await Studio.prepare({ projects: ['reload.mend'] })
    try {
      await studio.mend('synth', 'reload.mend', '--profile', 'full', '--people', '60', '--seed', '1', '--size', '64x32')
      await studio.serve()
      return await measure(studio, log)
    } finally {
      await studio.dispose()
    }
  },
})
