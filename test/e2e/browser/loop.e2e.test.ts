import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTheLoop, walkTheLoop } from '../wholeLoop.ts'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('the whole loop in the browser', { timeout: 600_000 }, () => {
  let studio: Studio
  let window: StudioWindow
  beforeAll(async () => {
    studio = await Studio.start()
    window = await openWindow(studio)
  })
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  test('sample, train, decide, train again, compare, export: and the command line sees the same', async () => {
    const { page, problems } = window
    await walkTheLoop(page, async () => {
      await page.keyboard.press('o')
      await page.getByRole('dialog').getByRole('button', { name: 'Export here' }).click()
    })
    await checkTheLoop(studio)
    expect(problems).toEqual([])
  })
})
