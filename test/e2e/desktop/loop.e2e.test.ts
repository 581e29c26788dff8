import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTheLoop, walkTheLoop } from '../wholeLoop.ts'
import { buildWhatIsStale, DesktopStudio, explainSkip, Screen, whyNoDesktop } from './desktopStudio.ts'

explainSkip()

describe.skipIf(whyNoDesktop() !== null)('the whole loop on the desktop', { timeout: 600_000 }, () => {
  let screen: Screen
  let studio: DesktopStudio
  let page: Page
  const problems: string[] = []
  beforeAll(async () => {
    await buildWhatIsStale()
    screen = await Screen.open()
    studio = await DesktopStudio.prepare(screen)
    page = await studio.start()
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
    await page.waitForSelector('text=Try the sample')
  }, 240_000)
  afterAll(async () => {
    await studio?.dispose()
    screen?.close()
  })

  test('sample, train, decide, train again, compare, export: and the command line sees the same', async () => {
    await walkTheLoop(page, async () => {
      await studio.electron.evaluate(({ dialog }, folder) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] })
      }, studio.folder)
      await page.keyboard.press('o')
    })
    await checkTheLoop(studio)
    expect(problems).toEqual([])
  })
})
