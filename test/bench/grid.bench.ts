import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { MendError } from '../../core/dataset/mendError.ts'
import { chromiumPath, openWindow, Studio } from '../e2e/browser/studio.ts'
import { defineBenchmark, median, type BenchmarkMeasurement } from './benchmark.ts'
import { gridProject } from './gridProject.ts'

const defaultPeople = 100_000
const flungPeople = 20_000
const flingFrames = 300
const browsedPictures = 5000
const rounds = 5
/** For machines that do other work besides. */
const patienceMs = 120_000

/** Milliseconds from opening a just started service's address to the first tiles with people in them. */
async function coldStart(studio: Studio, page: Page): Promise<number> {
  // The same address with another token would only change the part after #, which loads nothing.
  await page.goto('about:blank')
  const started = Date.now()
  await page.goto(studio.address)
  await page.waitForSelector('[role=gridcell][aria-label*="person"]')
  return Date.now() - started
}

/** A script of the page, as text: what runs there knows another world than this file. */
async function inPage<T>(page: Page, script: string, given: unknown): Promise<T> {
  return page.evaluate<T>(`(${script})(${JSON.stringify(given)})`)
}

const answerScript = `async ({ selector, wanted }) => {
  const element = document.querySelector(selector)
  if (element === null) throw new Error('there is no ' + selector)
  const left = new Set(wanted)
  const started = performance.now()
  const arrived = new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) for (const name of left) if (entry.name.endsWith(name)) left.delete(name)
      if (left.size > 0) return
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(resolve))
    })
    observer.observe({ type: 'resource', buffered: false })
  })
  element.click()
  await arrived
  return performance.now() - started
}`

/** Milliseconds from a click to the frame after the answers of these procedures. */
function answerTime(page: Page, selector: string, wanted: readonly string[]): Promise<number> {
  return inPage<number>(page, answerScript, { selector, wanted })
}

const flingScript = `async ({ people, frames }) => {
  const grid = document.querySelector('[role=grid]')
  const columns = Number(grid.getAttribute('aria-colcount'))
  const rows = Number(grid.getAttribute('aria-rowcount'))
  const step = (grid.scrollHeight / rows) * (people / columns / frames)
  grid.scrollTop = 0
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const times = []
  let last = performance.now()
  for (let frame = 0; frame < frames; frame++) {
    grid.scrollTop += step
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    times.push(now - last)
    last = now
  }
  return times
}`

/** Milliseconds of each frame while the grid is flung through so many people. */
function flingFrameTimes(page: Page, people: number): Promise<number[]> {
  return inPage<number[]>(page, flingScript, { people, frames: flingFrames })
}

const browseScript = `async ({ people }) => {
  const grid = document.querySelector('[role=grid]')
  const rowHeight = grid.scrollHeight / Number(grid.getAttribute('aria-rowcount'))
  const rows = Math.max(1, Math.floor(grid.clientHeight / rowHeight))
  const perScreen = rows * Number(grid.getAttribute('aria-colcount'))
  for (let seen = 0; seen < people; seen += perScreen) {
    grid.scrollTop += rows * rowHeight
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}`

/** Goes through so many more people a screen at a time, long enough on each for its pictures. */
async function browse(page: Page, people: number): Promise<void> {
  await inPage<unknown>(page, browseScript, { people })
}

/** Resident memory of the page's process in megabytes. */
async function pageMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const resident = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '0')
  return Math.max(...resident.map(Number)) / 1000
}

async function measure(project: string, log: (message: string) => void): Promise<BenchmarkMeasurement[]> {
  const studio = await Studio.start({ projects: [project] })
  const { page, browser, problems } = await openWindow(studio)
  try {
    // Opening the window has read the people: the cold start is that of another service.
    await studio.stop()
    await studio.serve()
    page.setDefaultTimeout(patienceMs)
    const cold = await coldStart(studio, page)
    log(`first rows: ${cold} ms`)
    await page.waitForSelector('aside[aria-label=Filters] [role=checkbox]')
    const both = ['browse/list', 'browse/facets']
    const filters: number[] = []
    const sorts: number[] = []
    for (let round = 0; round < rounds; round++) {
      filters.push(await answerTime(page, 'aside[aria-label=Filters] section:nth-of-type(1) [role=checkbox]', both))
      sorts.push(await answerTime(page, '[aria-label="Smallest first"], [aria-label="Largest first"]', ['browse/list']))
    }
    log(`filter ${median(filters).toFixed(0)} ms, sort ${median(sorts).toFixed(0)} ms`)
    const frames = await flingFrameTimes(page, flungPeople)
    const slow = (100 * frames.filter((time) => time > 33).length) / frames.length
    log(`fling: ${slow.toFixed(1)}% of ${frames.length} frames over 33 ms, median ${median(frames).toFixed(1)} ms`)
    await inPage(page, `() => void (document.querySelector('[role=grid]').scrollTop = 0)`, null)
    await browse(page, browsedPictures / 2)
    const half = await pageMemory(browser)
    await browse(page, browsedPictures / 2)
    const full = await pageMemory(browser)
    log(`memory: ${half.toFixed(0)} MB halfway, ${full.toFixed(0)} MB at the end`)
    if (problems.length > 0) throw new Error(problems.join('\n'))
    const lower = { better: 'lower' as const }
    return [
      { id: 'grid.firstRowsCold', value: cold, unit: 'ms', must: 2000, aim: 700, ...lower },
      { id: 'grid.filterWithCounts', value: median(filters), unit: 'ms', must: 300, aim: 100, ...lower },
      { id: 'grid.sort', value: median(sorts), unit: 'ms', must: 300, aim: 100, ...lower },
      { id: 'grid.flingFramesOver33', value: slow, unit: '%', must: 5, aim: 0, ...lower },
      { id: 'grid.flingFrame', value: median(frames), unit: 'ms', ...lower },
      { id: 'grid.memoryHalfway', value: half, unit: 'MB', ...lower },
      { id: 'grid.memory', value: full, unit: 'MB', must: 600, aim: 300, ...lower },
    ]
  } finally {
    await browser.close()
    await studio.dispose()
  }
}

export default defineBenchmark({
  name: 'grid',
  summary: '100,000 people in a real Chromium: first rows, filters with counts, flinging, memory',
  run: async ({ log, args }) => {
    if (chromiumPath() === null) {
      throw new MendError('no-browser', 'no Chromium is installed', 'Install one, or name it in MEND_CHROMIUM.')
    }
    const people = args[0] === undefined ? defaultPeople : Number(args[0])
    if (!Number.isInteger(people) || people < 1000) {
      throw new MendError('bad-number', `${args[0]} is not a number of people`, 'Give a whole number from 1,000 on.')
    }
    const folder = path.resolve(import.meta.dirname, '..', '..', 'dist', 'bench')
    return measure(await gridProject(folder, people, log), log)
  },
})
