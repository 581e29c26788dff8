import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
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

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: label, exact: true })
  await field.fill(String(value))
  await field.press('Tab')
}

const patient = { timeout: 240_000 }

describe.skipIf(chromiumPath() === null)('sets of runs in the browser', { timeout: 300_000 }, () => {
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
  }, 120_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  it('a set is made from the form, trained, and shown as a table with differences', async () => {
    await page.getByRole('button', { name: 'New run' }).first().click()
    await page.getByRole('button', { name: /^Quick look/ }).click()
    await setNumber(page, 'Height', 32)
    await setNumber(page, 'Width', 16)
    await setNumber(page, 'Epochs', 1)
    for (const task of ['parts', 'depth', 'attributes', 'identity']) {
      const box = page.getByRole('checkbox', { name: `Learn ${task}` })
      if ((await box.count()) > 0 && (await box.isChecked())) await box.click()
    }
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Compare/ }).click()
    await page.getByRole('radio', { name: 'Sets of runs' }).click()
    await page.getByRole('checkbox', { name: 'each task alone' }).click()
    await setNumber(page, 'Seeds', 1)
    await page.getByRole('textbox', { name: 'Name' }).fill('two ways')
    await page.getByRole('button', { name: 'Train 2 runs' }).click()
    await page.getByText('2 of 2 runs done.').waitFor(patient)
    const table = page.getByRole('table').first()
    await expect
      .poll(() => table.getByRole('rowheader').allTextContents(), patient)
      .toEqual(['equal weights', 'instance-level parameters'])
    await page.getByRole('heading', { name: 'Differences seed by seed to' }).waitFor()
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(page, theme)
      expect(await accessibilityProblems(page), theme).toEqual([])
    }
  })

  it('a relation is decided by hand, by the keyboard alone, and taken back', async () => {
    await page.getByRole('radio', { name: 'Relations of tasks' }).click()
    const cell = page.getByRole('button', { name: /keypoints learnt with vector/ })
    await cell.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'harmful', exact: true }).click()
    await page
      .getByRole('button', { name: /keypoints learnt with vector: .*counts as harmful, decided by hand/ })
      .waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('radio', { name: 'as measured' }).click()
    await page.getByRole('button', { name: /keypoints learnt with vector: .*nothing is known/ }).waitFor()
    expect(window.problems).toEqual([])
  })
})
