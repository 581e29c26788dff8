import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

let studio: Studio
let window: StudioWindow

beforeAll(async () => {
  if (chromiumPath() === null) return
  studio = await Studio.start()
  window = await openWindow(studio)
}, 120_000)
afterAll(async () => {
  await window?.browser.close()
  await studio?.dispose()
})

const settingsSections = ['Engines', 'Keys', 'Appearance', 'Storage', 'Privacy']

describe.skipIf(chromiumPath() === null)('the frame of the studio', () => {
  test('the token is gone from the address, and the cookie alone lets the window in again', async () => {
    const { page } = window
    expect(page.url()).toBe(studio.at('/'))
    await page.reload()
    await page.getByRole('heading', { name: 'Find the labels that are wrong' }).waitFor()
    const [cookie] = await window.context.cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  })

  test('an address that was used already says so, and what to do', async () => {
    const { browser } = window
    const stranger = await browser.newContext()
    const page = await stranger.newPage()
    await page.goto(studio.address)
    await page.getByRole('heading', { name: 'This address has been used already' }).waitFor()
    expect(await page.getByText('mend serve').isVisible()).toBe(true)
    await stranger.close()
  })

  test('Home needs less than 250 kB of compressed JavaScript', async () => {
    const bytes: unknown = await window.page.evaluate(
      `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    )
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(250_000)
  })

  test('the palette finds a command by a few letters and runs it', async () => {
    const { page } = window
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('setappe')
    expect(await page.getByRole('option').first().textContent()).toContain('Settings: appearance')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/settings?section=appearance')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('the help sheet lists the keys, and Escape closes it', async () => {
    const { page } = window
    await page.keyboard.press('F1')
    const sheet = page.getByRole('dialog', { name: 'Keys and help' })
    await sheet.getByText('Ctrl Shift H').waitFor()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
  })

  test('the theme is chosen by key and outlives a reload', async () => {
    const { page } = window
    await page.waitForSelector('html[data-theme="dark"]')
    await page.keyboard.press('Control+Shift+L')
    await page.waitForSelector('html[data-theme="light"]')
    await page.reload()
    await page.waitForSelector('html[data-theme="light"]')
    await page.getByRole('radio', { name: 'As the system' }).click()
    await page.waitForSelector('html[data-theme="dark"]')
  })

  test('a project is made by its name; letters typed there are no commands', async () => {
    const { page } = window
    await page.goto(studio.at('/'))
    await page.getByRole('button', { name: 'New project' }).waitFor()
    await page.keyboard.press('n')
    const field = page.getByRole('textbox', { name: 'Name of the project' })
    await field.pressSequentially('note')
    expect(await field.inputValue()).toBe('note')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/p\/[\w-]{22}\//)
    await page.goto(studio.at('/'))
    const card = page.getByRole('article').filter({ hasText: 'note' })
    await card.getByText('Empty: import a dataset').waitFor()
  })

  test('a name that is none is refused before anything is made, and one that exists after', async () => {
    const { page } = window
    await page.keyboard.press('n')
    const field = page.getByRole('textbox', { name: 'Name of the project' })
    await field.fill('a/b')
    await page.getByText('a name without /').waitFor()
    expect(await page.getByRole('button', { name: 'Make the project' }).isDisabled()).toBe(true)
    await field.fill('note')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('project-exists').waitFor()
    await field.press('Escape')
  })

  test('a project is opened from the folders that may be browsed, by keyboard alone', async () => {
    const { page } = window
    await mkdir(path.join(studio.folder, 'empty'))
    await page.keyboard.press('o')
    const dialog = page.getByRole('dialog', { name: 'Open a project' })
    await dialog.getByRole('option', { name: 'note' }).waitFor()
    for (let presses = 0; presses < 10; presses++) {
      await page.keyboard.press('ArrowDown')
      if ((await dialog.getByRole('option', { name: 'note', selected: true }).count()) === 1) break
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/p\/[\w-]{22}\//)
    await page.goto(studio.at('/'))
  })

  test('a project is taken off the list and its folder stays', async () => {
    const { page } = window
    await page.getByRole('button', { name: 'More about note' }).click()
    await page.getByRole('menuitem', { name: 'Take off this list' }).click()
    await page.getByRole('heading', { name: 'Find the labels that are wrong' }).waitFor()
    expect(await studio.mend('coverage', 'note.mend', '--json')).toContain('"people"')
  })

  test('a screen whose code is lost on the way is opened all the same', async () => {
    const { page } = window
    await page.goto(studio.at('/'))
    await page.getByRole('button', { name: 'New project' }).waitFor()
    const code = /\/assets\/SettingsScreen-[^/]+\.js$/
    // As after a new build: the page that is open asks in vain, the one that it becomes does not.
    let isOld = true
    page.once('domcontentloaded', () => (isOld = false))
    await page.route(code, (route) => (isOld ? route.abort() : route.continue()))
    await page.getByRole('link', { name: /^Settings/ }).click()
    await page
      .getByRole('heading', { name: 'Keys' })
      .or(page.getByRole('heading', { name: 'Engines' }))
      .first()
      .waitFor()
    await page.unroute(code)
    expect(isOld).toBe(false)
    expect(new URL(page.url()).pathname).toBe('/settings')
  })

  test('a key is remapped, a clash is shown, it can be undone, and another address remembers it', async () => {
    const { page } = window
    await page.goto(studio.at('/settings?section=keys'))
    await page.getByRole('button', { name: 'Add a key for Home', exact: true }).click()
    await page.keyboard.press('Control+,')
    await page.getByText('One key stands for several commands').waitFor()
    await page.getByRole('button', { name: 'Undo Z', exact: true }).click()
    await page.getByText('One key stands for several commands').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Add a key for Home', exact: true }).click()
    // Not what was undone before, which may be on its way still.
    const saved = page.waitForResponse((response) => response.request().postData()?.includes('Mod+Shift+1') ?? false)
    await page.keyboard.press('Control+Shift+1')
    await saved
    await page.evaluate('localStorage.clear()')
    await page.reload()
    await page.getByRole('button', { name: 'Take Ctrl Shift 1 from Home' }).waitFor()
    await page.keyboard.press('Control+Shift+1')
    await page.waitForURL(studio.at('/'))
  })
})

describe.skipIf(chromiumPath() === null)('a service that dies', () => {
  test('is noticed, what is on screen stays, and the window connects again by itself', async () => {
    const { page } = window
    await page.goto(studio.at('/'))
    await page.getByRole('button', { name: 'New project' }).waitFor()
    await studio.kill()
    await page.getByText('The service does not answer').waitFor()
    expect(await page.getByRole('button', { name: 'New project' }).isVisible()).toBe(true)
    await studio.serve()
    await page.getByText('● Saved').waitFor()
  })
})

describe.skipIf(chromiumPath() === null)('the sample', () => {
  test('is made with a count of what is done, then opened, and stands among the projects', async () => {
    const { page } = window
    await page.goto(studio.at('/'))
    await page.getByRole('button', { name: 'Try the sample' }).click()
    await page
      .getByText(/of 320 people/)
      .first()
      .waitFor()
    await page.waitForURL(/\/p\/[\w-]{22}\//, { timeout: 55_000 })
    await page.goto(studio.at('/'))
    const card = page.getByRole('article').first()
    await card.getByText('320 people').waitFor()
    await card.locator('img').first().waitFor()
  })
})

describe.skipIf(chromiumPath() === null)('accessibility', () => {
  test('axe-core is really asked: a picture without a name is found', async () => {
    const { page } = window
    await page.evaluate(`document.querySelector('#screen').append(document.createElement('img'))`)
    expect((await accessibilityProblems(page)).map(({ rule }) => rule)).toEqual(['image-alt'])
  })

  test.each(['dark', 'light'] as const)('Home and Settings have no serious problem (%s)', async (theme) => {
    const { page } = window
    await setTheme(page, theme)
    await page.goto(studio.at('/'))
    await page.getByRole('article').first().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Settings' }).click()
    for (const section of settingsSections) {
      await page.getByRole('link', { name: section, exact: true }).click()
      await page.getByRole('heading', { level: 2, name: section }).waitFor()
      // Until the engines have answered the button is disabled; it would be judged by the colours of both states.
      if (section === 'Engines') await page.getByRole('button', { name: 'Check again' }).waitFor()
      expect({ section, problems: await accessibilityProblems(page) }).toEqual({ section, problems: [] })
    }
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await page.getByRole('dialog', { name: 'Keys and help' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
  })
})

test.skipIf(chromiumPath() === null)(
  'nothing in the pages threw, logged an error or was refused by the security policy',
  () => {
    expect(window.problems).toEqual([])
  },
)
