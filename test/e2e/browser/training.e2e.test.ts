import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { openProject } from '../../../core/store/project.ts'
import {
  accessibilityProblems,
  chromiumPath,
  explainSkip,
  openWindow,
  setTheme,
  Studio,
  type StudioWindow,
} from './studio.ts'

explainSkip()

/** A run small enough to wait for, with epochs enough to interrupt. */
async function configure(page: Page, epochs: number): Promise<void> {
  await page.getByRole('button', { name: 'New run' }).first().click()
  await page.getByRole('button', { name: /^Quick look/ }).click()
  await setNumber(page, 'Height', 32)
  await setNumber(page, 'Width', 16)
  await setNumber(page, 'Epochs', epochs)
  for (const task of ['parts', 'depth', 'attributes', 'vector']) {
    const box = page.getByRole('checkbox', { name: `Learn ${task}` })
    if (await box.isChecked()) await box.click()
  }
}

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: label, exact: true })
  await field.fill(String(value))
  await field.press('Tab')
}

/** The epochs that a chart has, read from its table: what a screen reader is given, and what CSV saves. */
async function epochsDrawn(page: Page, chart: string): Promise<number[]> {
  const figure = page.getByRole('figure', { name: chart })
  const described = await figure
    .getByRole('img')
    .first()
    .getAttribute('aria-label', { timeout: 5000 })
    .catch(() => null)
  return [...(described ?? '').matchAll(/epoch (\d+)/g)].map((match) => Number(match[1]))
}

async function lastEpochDrawn(page: Page): Promise<number> {
  return Math.max(0, ...(await epochsDrawn(page, 'Loss a task')))
}

const waiting = { timeout: 90_000, interval: 100 }

describe.skipIf(chromiumPath() === null)('training in the browser', { timeout: 180_000 }, () => {
  let studio: Studio
  let window: StudioWindow
  let page: Page

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['people.mend'] })
    await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', '40', '--seed', '3', '--size', '64x32')
    await studio.serve()
    window = await openWindow(studio)
    page = window.page
    await page.goto(studio.at(`/p/${studio.project}/training`))
  })
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  /** The trainer's process, from the run's lock. */
  function trainer(run: number): number {
    const lock: unknown = JSON.parse(
      readFileSync(path.join(studio.folder, 'people.mend', 'runs', String(run), 'run.lock'), 'utf8'),
    )
    return (lock as { trainer: { pid: number } }).trainer.pid
  }

  it('leads a newcomer from the empty screen to a run, with an estimate beforehand', async () => {
    await page.getByRole('heading', { name: 'Train a network to find the wrong labels' }).waitFor()
    await configure(page, 3)
    await page.getByText('40 labels').first().waitFor()
    const people = page.locator('aside').getByText(/\d+ \+ \d+ to validate/)
    await people.waitFor()
    expect(
      (await people.textContent())
        ?.match(/\d+/g)
        ?.map(Number)
        .reduce((a, b) => a + b, 0),
    ).toBe(40)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: 'Run 1' }).waitFor()
  })

  it('draws curves while it trains and says when it is done', async () => {
    await page.getByText('Run 1 of people is done').waitFor({ timeout: 90_000 })
    await expect.poll(() => lastEpochDrawn(page), waiting).toBe(3)
    const project = openProject(path.join(studio.folder, 'people.mend'))
    try {
      expect(project.history.epochs(1).map(({ epoch }) => epoch)).toEqual([1, 2, 3])
      const shown = page.getByRole('figure', { name: 'Loss a task' }).getByRole('button', { name: /keypoints/ })
      const stored = project.runs
        .metrics(1)
        .find((each) => each.epoch === 3 && each.name === 'loss' && each.task === 'keypoints')
      await expect
        .poll(async () => Number((await shown.locator('b').textContent())?.trim()), waiting)
        .toBeCloseTo(stored?.value ?? NaN, 2)
    } finally {
      project.close()
    }
    expect(
      await page
        .getByRole('figure', { name: /^Learned σ/ })
        .getByText(/median/)
        .count(),
    ).toBeGreaterThan(0)
  })

  it('pauses, keeps its curves through a reload, resumes, and queues the next run behind it', async () => {
    await configure(page, 60)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: 'Run 2' }).waitFor()
    await expect.poll(() => lastEpochDrawn(page), waiting).toBeGreaterThan(2)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    // The step in hand may still end an epoch.
    await page.waitForTimeout(500)
    const before = await lastEpochDrawn(page)
    await page.reload()
    await expect.poll(() => lastEpochDrawn(page), waiting).toBe(before)
    await configure(page, 2)
    await page.getByRole('button', { name: 'Queue' }).click()
    await page.getByText('queued, next').first().waitFor()
    await page.getByRole('button', { name: /^Run 2/ }).click()
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => lastEpochDrawn(page), waiting).toBeGreaterThan(before)
  })

  it('says that a killed trainer is gone, and continues it from its checkpoint', async () => {
    await page.getByRole('button', { name: /^Run 2/ }).click()
    process.kill(trainer(2), 'SIGKILL')
    await page.getByText(/Run 2 failed after epoch \d+/).waitFor({ timeout: 30_000 })
    const reached = await lastEpochDrawn(page)
    expect(reached).toBeGreaterThan(2)
    // Its place is free: the next in the queue has its turn.
    await page.getByText('Run 3 of people is done').waitFor({ timeout: 90_000 })
    await page.getByRole('button', { name: /^Run 2/ }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => lastEpochDrawn(page), waiting).toBeGreaterThan(reached)
  })

  it('says that a killed service is gone, and continues after it is back', async () => {
    await studio.kill()
    await page.getByText(/The service does not answer/).waitFor({ timeout: 30_000 })
    const reached = await lastEpochDrawn(page)
    expect(reached).toBeGreaterThan(2)
    await studio.serve()
    await page.goto(studio.address)
    await page.goto(studio.at(`/p/${studio.project}/training`))
    await page.getByText('The process that trained run 2 ended in the middle of it.').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Continue', exact: false }).first().click()
    await expect.poll(() => lastEpochDrawn(page), waiting).toBeGreaterThan(reached)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Run 2 of people was stopped').waitFor({ timeout: 30_000 })
  })

  it('compares two runs: curves, metrics with differences, and only the choices that differ', async () => {
    for (const run of [1, 3]) await page.getByRole('checkbox', { name: `Compare run ${run}` }).click()
    await page.getByRole('button', { name: /^Compare 2 runs/ }).click()
    const choices = page.getByRole('region', { name: 'Chosen differently' }).or(page.getByLabel('Chosen differently'))
    await choices.first().waitFor()
    expect((await choices.first().innerText()).replace(/\s+/g, ' ')).toBe('Choice Run 1 Run 3 epochs 3 2')
    const legend = page.getByRole('figure', { name: 'Loss of keypoints' }).getByRole('button', { name: /^Run/ })
    expect(await legend.count()).toBe(2)
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme)
      expect(await accessibilityProblems(page)).toEqual([])
    }
    // The killed service cut its event streams off; nothing else may have gone wrong.
    expect(window.problems.filter((problem) => !problem.includes('ERR_INCOMPLETE_CHUNKED_ENCODING'))).toEqual([])
  })
})
