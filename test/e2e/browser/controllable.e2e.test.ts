import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
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

const patient = { timeout: 300_000 }

/** What the drawing says of the network that would run. */
async function drawn(page: Page): Promise<string> {
  return (await page.getByRole('img', { name: /^Encoder at/ }).getAttribute('aria-label')) ?? ''
}

function soon(look: () => Promise<unknown>) {
  return expect.poll(look, { timeout: 60_000, interval: 100 })
}

interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** The header of a safetensors file (8 bytes of length, then JSON), and how many bytes come after it. */
function readHeader(file: string): { tensors: Record<string, TensorEntry>; bytes: number } {
  const content = readFileSync(file)
  const length = Number(content.readBigUInt64LE(0))
  const { __metadata__: _about, ...tensors } = JSON.parse(content.subarray(8, 8 + length).toString('utf8')) as Record<
    string,
    TensorEntry
  >
  return { tensors, bytes: content.length - 8 - length }
}

describe.skipIf(chromiumPath() === null)('budget and preference in the browser', { timeout: 400_000 }, () => {
  let studio: Studio
  let window: StudioWindow
  let page: Page

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['people.mend'] })
    await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', '20', '--seed', '3', '--size', '64x32')
    const choices = ['--model', 'slim-tiny', '--tasks', 'parts,keypoints', '--parameters', 'none', '--batch', '8']
    await studio.mend('train', 'people.mend', '--size', '32x16', '--epochs', '1', ...choices)
    await studio.serve()
    window = await openWindow(studio)
    page = window.page
    await page.goto(studio.at(`/p/${studio.project}/training?run=1`))
    await page.getByRole('heading', { name: 'Run 1' }).waitFor()
  }, 400_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  it('shows at once what would run for what matters and what it may cost', async () => {
    await page.getByRole('radio', { name: 'Budget and preference' }).click()
    await soon(() => drawn(page)).toMatch(/^Encoder at 100% .* Decoders: keypoints 100%.*; parts 100%/)
    // Nobody wants keypoints any more: its decoder has the least width, or one step more where the budget is not used up.
    await page.getByRole('slider', { name: 'How much parts matters' }).focus()
    await page.keyboard.press('End')
    await soon(() => drawn(page)).toMatch(/Decoders: keypoints (25|50)%.*; parts 100%/)
    expect(await page.getByRole('spinbutton', { name: 'Share of keypoints' }).inputValue()).toBe('0')
    await page.keyboard.press('=')
    await soon(() => drawn(page)).toMatch(/Decoders: keypoints 100%.*; parts 100%/)
    expect(await page.getByRole('spinbutton', { name: 'Share of keypoints' }).inputValue()).toBe('50')
  })

  it('says what is infeasible, and sets the least budget that is not', async () => {
    const budget = page.getByRole('textbox', { name: /^Budget in multiply/ })
    await budget.fill('12 apples')
    await budget.press('Enter')
    await page.getByText('A number with K, M or G: 20M.').waitFor()
    await budget.fill('1K')
    await budget.press('Enter')
    await page.getByText(/^Infeasible below/).waitFor()
    await page.getByRole('button', { name: /^Set the budget to/ }).click()
    await soon(() => drawn(page)).toMatch(/^Encoder at 25% .* Decoders: keypoints 25%.*; parts 25%/)
    await page.reload()
    await soon(() => drawn(page)).toMatch(/^Encoder at 25%/)
  })

  it('is measured, and a measured point is taken by a key', async () => {
    await page.getByRole('button', { name: /^Measure/ }).click()
    await page.getByText('Overshoot', { exact: true }).waitFor(patient)
    expect(await page.getByText('No budget was exceeded.').isVisible()).toBe(true)
    const expected = page.getByRole('table', { name: 'What each task is expected to reach' })
    await soon(() => expected.getByRole('rowheader').allTextContents()).toEqual(['keypoints', 'parts'])
    const [least, most] = [/^Encoder at 25%/, /^Encoder at 100%/]
    await soon(() => drawn(page)).toMatch(least)
    await page.keyboard.press('Shift+F')
    await soon(() => drawn(page)).toMatch(most)
    // From no point to the cheapest.
    await page.keyboard.press(']')
    await soon(() => drawn(page)).toMatch(least)
    await page
      .getByRole('figure', { name: /every budget and preference$/ })
      .locator('canvas')
      .first()
      .waitFor()
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(page, theme)
      expect(await accessibilityProblems(page), theme).toEqual([])
    }
  })

  it('is exported alone: the file holds the weights that the panel counts', async () => {
    await page.keyboard.press('o')
    await page.getByRole('dialog').getByRole('button', { name: 'Export here' }).click()
    await page.getByRole('textbox', { name: 'Name of the new folder' }).fill('narrow')
    const counted = await page.getByText(/^What is written: /).innerText()
    const weights = Number(/([\d,]+) weights/.exec(counted)?.[1].replaceAll(',', ''))
    await page.getByRole('button', { name: /^Export this model/ }).click()
    await page.getByText(/Written to .*narrow/).waitFor(patient)
    const folder = path.join(studio.folder, 'narrow')
    const file = path.join(folder, 'model.safetensors')
    expect(existsSync(file)).toBe(true)
    const { tensors, bytes } = readHeader(file)
    const sizeOf = (entries: readonly (readonly [string, TensorEntry])[]): number =>
      entries.reduce((sum, [, { shape }]) => sum + shape.reduce((a, b) => a * b, 1), 0)
    const all = Object.entries(tensors)
    // What the operations take besides weights (standardisation, sizes) is kept with them.
    expect(sizeOf(all.filter(([name]) => !name.startsWith('constant/')))).toBe(weights)
    expect(bytes).toBe(4 * sizeOf(all))
    expect(new Set(Object.values(tensors).map(({ dtype }) => dtype))).toEqual(new Set(['F32']))
    expect(window.problems).toEqual([])
  })
})
