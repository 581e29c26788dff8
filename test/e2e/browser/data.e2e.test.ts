import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { manyPeople } from '../../../core/store/browse/manyPeople.ts'
import { readRow, slowDown } from './slowWrites.ts'
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

/** A busy machine takes its time. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 60_000 })
const people = 48

describe.skipIf(chromiumPath() === null)('the Data screen', () => {
  let studio: Studio
  let window: StudioWindow
  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['people.mend'] })
    await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', `${people}`, '--seed', '1')
    await studio.serve()
    window = await openWindow(studio)
    await window.page.goto(studio.at(`/p/${studio.project}/data`))
    await window.page
      .getByRole('gridcell', { name: /person \d/ })
      .first()
      .waitFor({ timeout: 60_000 })
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  const folder = (): string => path.join(studio.folder, 'people.mend')
  const read = <T>(sql: string): T => readRow<T>(folder(), sql)
  const count = (sql: string): number => read<{ count: number }>(sql).count
  const counted = (text: string) => window.page.locator('.tools').getByText(text, { exact: true }).waitFor()
  const tile = (place: number) => window.page.getByRole('gridcell', { name: new RegExp(`^${place}: person`) })
  const selected = (): Promise<number> => window.page.getByRole('gridcell', { selected: true }).count()
  const press = (key: string): Promise<void> => window.page.keyboard.press(key)

  // Also after a test that failed half-way.
  beforeEach(async () => {
    await press('Escape')
    await window.page.locator('#screen').focus()
    const clear = window.page.getByRole('button', { name: 'Clear', exact: true })
    if (await clear.isEnabled()) await clear.click()
    await counted(`${people} people`)
  })

  test('finds a person by their number, and everybody again', async () => {
    const { page } = window
    await counted(`${people} people`)
    await press('/')
    await page.keyboard.type('#12')
    await counted(`1 of ${people} people`)
    expect(await page.getByRole('gridcell').count()).toBe(1)
    await page.getByRole('button', { name: /^Remove the filter/ }).click()
    await counted(`${people} people`)
  })

  test('brushes a distribution: as many people as the database has between its ends', async () => {
    const { page } = window
    const section = page.getByRole('region', { name: 'Box height, px' })
    const plot = await section.getByRole('img').first().boundingBox()
    if (plot === null) throw new Error('the distribution is not on screen')
    const middle = plot.y + plot.height / 2
    await page.mouse.move(plot.x + plot.width * 0.35, middle)
    await page.mouse.down()
    await page.mouse.move(plot.x + plot.width * 0.55, middle, { steps: 4 })
    await page.mouse.move(plot.x + plot.width * 0.7, middle, { steps: 4 })
    await page.mouse.up()
    const range = section.locator('.range')
    await soon(() => range.innerText()).toMatch(/^[\d.,]+ – [\d.,]+$/)
    const [from, to] = (await range.innerText()).split(' – ').map((text) => Number(text.replaceAll(',', '')))
    const between = count(`SELECT count(*) AS count FROM person WHERE round(height) BETWEEN ${from} AND ${to}`)
    expect(between).toBeGreaterThan(0)
    expect(between).toBeLessThan(people)
    await counted(`${between} of ${people} people`)
    await press('Shift+C')
    await counted(`${people} people`)
  })

  test('brushes a distribution by keys: its two ends go bin by bin, and Esc takes the range away', async () => {
    const { page } = window
    const section = page.getByRole('region', { name: 'Box height, px' })
    const [least, greatest] = ['least', 'greatest'].map((end) =>
      section.getByRole('slider', { name: `${end} Box height, px` }),
    )
    const valueOf = async (end: typeof least): Promise<number> => Number(await end.getAttribute('aria-valuenow'))
    await least.focus()
    const [low, high] = [await valueOf(least), await valueOf(greatest)]
    expect(await least.getAttribute('aria-valuetext')).toBe('any')
    // One bin, then five.
    await press('ArrowRight')
    await soon(() => valueOf(least)).toBeGreaterThan(low)
    const after = await valueOf(least)
    await press('Shift+ArrowRight')
    await soon(() => valueOf(least)).toBeGreaterThan(after)
    await greatest.focus()
    await press('Shift+ArrowLeft')
    await soon(() => valueOf(greatest)).toBeLessThan(high)
    // The list follows when no further key comes.
    await soon(() => section.locator('.range').innerText()).toMatch(/^\d+ – \d+$/)
    const [from, to] = (await section.locator('.range').innerText()).split(' – ').map(Number)
    expect([await valueOf(least), await valueOf(greatest)]).toEqual([from, to])
    expect((from - low) / (after - low)).toBeGreaterThan(4)
    const within = count(`SELECT count(*) AS count FROM person WHERE round(height) BETWEEN ${from} AND ${to}`)
    expect(within).toBeLessThan(people)
    await counted(`${within} of ${people} people`)
    await press('Home')
    // The ends cannot pass each other.
    await soon(() => valueOf(greatest)).toBeLessThan(to)
    expect(await valueOf(greatest)).toBeGreaterThanOrEqual(from)
    await press('Escape')
    await counted(`${people} people`)
    expect([await valueOf(least), await valueOf(greatest)]).toEqual([low, high])
  })

  test('selects by click, key and rubber band', async () => {
    const { page } = window
    await tile(2).click()
    expect(await selected()).toBe(1)
    await tile(4).click({ modifiers: ['ControlOrMeta'] })
    await soon(selected).toBe(2)
    await tile(2).click()
    await press('Shift+ArrowRight')
    await press('Shift+ArrowRight')
    await soon(selected).toBe(3)
    await page.getByText('3 people selected').waitFor()
    const [from, to] = [await tile(1).boundingBox(), await tile(2).boundingBox()]
    if (from === null || to === null) throw new Error('the tiles are not on screen')
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(to.x + 10, to.y + 40, { steps: 5 })
    await page.mouse.up()
    await page.getByText('2 people selected').waitFor()
    await press('Escape')
    await soon(selected).toBe(0)
  })

  test('the focus goes by arrows, Home and End, scrolls along and is told to screen readers', async () => {
    const { page } = window
    await tile(1).click()
    await press('ArrowRight')
    const active = (): Promise<string> =>
      page.evaluate<string>(`(() => {
        const grid = document.querySelector('[role=grid]')
        return document.getElementById(grid.getAttribute('aria-activedescendant'))?.getAttribute('aria-label') ?? ''
      })()`)
    await soon(active).toMatch(/^2: person/)
    await press('End')
    await soon(active).toMatch(new RegExp(`^${people}: person`))
    await soon(() => tile(people).isVisible()).toBe(true)
    await press('Home')
    await soon(active).toMatch(/^1: person/)
    await press('Escape')
  })

  test('changes the split of the selected people by key, and takes it back', async () => {
    const { page } = window
    const before = count("SELECT count(*) AS count FROM image WHERE split = 'val'")
    await tile(1).click()
    await press('Shift+ArrowRight')
    await press('2')
    await page.getByText(/^Split of 2 pictures is now val/).waitFor()
    const [one, two] = [1, 2].map((id) =>
      read<{ split: string }>(
        `SELECT split FROM image WHERE id = (SELECT image_id FROM person ORDER BY id LIMIT 1 OFFSET ${id - 1})`,
      ),
    )
    expect([one.split, two.split]).toEqual(['val', 'val'])
    await press('z')
    await page.getByText(/^Undone: Split of 2 pictures/).waitFor()
    expect(count("SELECT count(*) AS count FROM image WHERE split = 'val'")).toBe(before)
    await press('Escape')
  })

  test('keeps a filter as a view, over a reload, and brings a deleted one back', async () => {
    const { page } = window
    await page.getByRole('checkbox', { name: 'keypoints: labelled' }).click()
    await page
      .getByRole('button', { name: 'Remove the filter keypoints' })
      .or(page.locator('.tools .chip'))
      .first()
      .waitFor()
    await press('Control+s')
    await page.getByRole('textbox', { name: 'Name of the view' }).pressSequentially('skeletons')
    await press('Enter')
    await page.getByText('Saved the view “skeletons”').waitFor()
    await press('Shift+C')
    await page.reload()
    await counted(`${people} people`)
    const labelled = count(
      "SELECT count(*) AS count FROM label_fact JOIN task ON task.id = task_id WHERE name = 'keypoints' AND state = 'labelled'",
    )
    await page.getByRole('button', { name: 'skeletons', exact: true }).click()
    await counted(labelled === people ? `${people} people` : `${labelled} of ${people} people`)
    expect(await page.getByRole('checkbox', { name: 'keypoints: labelled' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Delete the view skeletons' }).click()
    await page.getByText('Deleted the view “skeletons”').waitFor()
    await press('z')
    await page.getByRole('button', { name: 'skeletons', exact: true }).waitFor()
    await press('Shift+C')
  })

  test.each(['dark', 'light'] as const)(
    'has no serious accessibility problem, with people selected (%s)',
    async (theme) => {
      const { page } = window
      await tile(1).click()
      await setTheme(page, theme)
      expect(await accessibilityProblems(page)).toEqual([])
      await press('u')
      await page
        .getByRole('gridcell', { name: /person \d/ })
        .first()
        .waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await press('u')
      await press('Escape')
    },
  )

  test('ran without an error in the page', () => {
    expect(window.problems).toEqual([])
  })
})

describe.skipIf(chromiumPath() === null)('an action on very many people', () => {
  const many = 1500
  let studio: Studio
  let window: StudioWindow
  afterEach(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  const folder = (): string => path.join(studio.folder, 'many.mend')
  const states = () =>
    readRow(
      folder(),
      `SELECT sum(state = 'labelled') AS labelled, sum(state = 'rejected') AS rejected,
         (SELECT count(*) FROM label_revision) AS revisions, (SELECT count(*) FROM bulk_action) AS actions FROM label`,
    )
  const untouched = { labelled: many, rejected: 0, revisions: 0, actions: 0 }

  async function rejectAll(rounds: number): Promise<() => void> {
    studio = await Studio.prepare({ projects: ['many.mend'] })
    manyPeople(folder(), many)
    const speedUp = slowDown(folder(), 'UPDATE ON label', rounds)
    await studio.serve()
    window = await openWindow(studio)
    const { page } = window
    await page.goto(studio.at(`/p/${studio.project}/data`))
    await page
      .getByRole('gridcell', { name: /person \d/ })
      .first()
      .waitFor({ timeout: 60_000 })
    await page.keyboard.press('Control+a')
    await page.getByText('1,500 people selected').waitFor()
    await page.keyboard.press('r')
    await page.getByRole('progressbar', { name: 'Rejecting' }).waitFor()
    return speedUp
  }
  const underWay = () =>
    soon(() => window.page.getByRole('progressbar', { name: 'Rejecting' }).getAttribute('aria-valuetext')).toMatch(
      /^[1-9]00 of 1,500/,
    )

  test('shows how far it is, is cancelled without a trace, then done, and undone by one key', async () => {
    const speedUp = await rejectAll(30_000)
    const { page, problems } = window
    await underWay()
    await page.getByRole('toolbar', { name: 'Selected people' }).getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled: nothing was changed').waitFor({ timeout: 120_000 })
    expect(states()).toEqual(untouched)
    speedUp()
    await page.keyboard.press('r')
    await page.getByText('Rejected 1500 labels').waitFor({ timeout: 120_000 })
    expect(states()).toEqual({ labelled: 0, rejected: many, revisions: many, actions: 1 })
    await page.keyboard.press('z')
    await page.getByText('Undone: Rejected 1500 labels').waitFor({ timeout: 120_000 })
    expect(states()).toMatchObject({ labelled: many, rejected: 0 })
    expect(problems).toEqual([])
  }, 300_000)

  test('leaves nothing behind when the service is killed in the middle of it, and says so', async () => {
    const speedUp = await rejectAll(30_000)
    const { page } = window
    await underWay()
    await studio.kill()
    speedUp()
    await studio.serve()
    await page.getByText('The people could not be changed').waitFor({ timeout: 120_000 })
    await page.getByText('The service ended while this was under way.').waitFor()
    await soon(states).toEqual(untouched)
    await page.getByText('● Saved').waitFor({ timeout: 60_000 })
    await page.keyboard.press('r')
    await page.getByText('Rejected 1500 labels').waitFor({ timeout: 120_000 })
    expect(states()).toEqual({ labelled: 0, rejected: many, revisions: many, actions: 1 })
  }, 300_000)
})
