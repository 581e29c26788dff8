import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import { standing, writeCoco, writeIndexed } from '../../../core/jobs/importFixtures.ts'
import { slowDown } from './slowWrites.ts'
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

let studio: Studio | null = null
let window: StudioWindow | null = null
afterEach(async () => {
  await window?.browser.close()
  await studio?.dispose()
  studio = null
  window = null
})

/** A busy machine takes its time. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 60_000 })
const box = { x: 0, y: 0, width: 32, height: 30 }

/** A project of three people with four joints, and beside it two datasets that are not imported yet. */
async function prepare(people = 3): Promise<Studio> {
  const made = await Studio.prepare()
  const images = Array.from({ length: 3 }, (_, seed) => ({ seed, people: [{ box, joints: standing(12, 12) }] }))
  await writeCoco(path.join(made.folder, 'known'), images)
  // Seeds from 2 on: one picture is the project's too. "left hipp" is a guess, "tail" has nothing like it.
  const others = Array.from({ length: people }, (_, index) => ({
    seed: index + 2,
    people: [{ box, joints: standing(14, 12) }],
  }))
  await writeCoco(path.join(made.folder, 'poses'), others, ['head top', 'neck', 'left hipp', 'tail'])
  await writeIndexed(path.join(made.folder, 'parts'), [1, 2, 40], ['background', 'coat'])
  await made.mend('init', 'p.mend')
  await made.mend('import', 'p.mend', 'known')
  await made.serve(['p.mend'])
  return made
}

async function chooseDataset(page: Page, name: string): Promise<void> {
  await page.getByText('Import a dataset').waitFor({ timeout: 60_000 })
  await page.keyboard.press('o')
  await page
    .getByRole('dialog')
    .getByRole('option', { name: new RegExp(`^${name}\\b`) })
    .click()
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByText('What its names become').waitFor({ timeout: 60_000 })
}

const line = (page: Page, from: string) => page.locator(`[role="row"][data-from="${from}"]`)
const importButton = (page: Page) => page.getByRole('button', { name: /^Import \d+ people/ })

interface SourceCounts {
  readonly name: string
  readonly images: number
  readonly people: number
  readonly labels: Readonly<Record<string, number>>
}

async function sourcesOf(made: Studio): Promise<SourceCounts[]> {
  return JSON.parse(await made.mend('sources', 'p.mend', '--json')) as SourceCounts[]
}

describe.skipIf(chromiumPath() === null)('Import & merge and Export', () => {
  test('two datasets come in by the screen, one goes, the rest is exported; the command line counts the same', async () => {
    const served = await prepare()
    studio = served
    window = await openWindow(studio)
    const { page, problems } = window
    const sourceNames = async () => (await sourcesOf(served)).map(({ name }) => name)
    await page.goto(studio.at(`/p/${studio.project}/import`))
    await chooseDataset(page, 'poses')

    // One guess waits; until it is confirmed nothing can be imported.
    await soon(() => line(page, 'left hipp').getAttribute('class')).toContain('doubtful')
    await soon(() => line(page, 'tail').getAttribute('class')).toContain('unmatched')
    await soon(() => page.getByText('Confirm 1 name first.').count()).toBe(1)
    await soon(() => line(page, 'left hipp').locator('canvas').count()).toBe(3)
    expect(await importButton(page).isDisabled()).toBe(true)
    await expectAccessible(page)
    await page.keyboard.press('n')
    await page.keyboard.press('c')
    await soon(() => line(page, 'left hipp').getAttribute('class')).not.toContain('doubtful')

    // The tail becomes what the project calls right_hip, by typing.
    await line(page, 'tail')
      .getByRole('button', { name: /^tail becomes/ })
      .click()
    await page.keyboard.type('right')
    await page.getByRole('option', { name: 'right_hip' }).click()
    await soon(() => line(page, 'tail').innerText()).toContain('right_hip')
    await soon(() => importButton(page).isEnabled()).toBe(true)

    // A reload of the window in the middle of it loses nothing.
    await page.reload()
    await page.getByText('What its names become').waitFor({ timeout: 60_000 })
    await soon(() => line(page, 'tail').innerText()).toContain('right_hip')
    await soon(() => importButton(page).isEnabled()).toBe(true)
    // 2, 3 and 4 are its pictures; 2 is the project's third, whose person says something else.
    expect(await page.locator('.numbers').innerText()).toMatch(/Images\s+3\s+new\s+2\s+joined[^\d]+1\s+People\s+3/)
    await page.getByText('Labels that contradict the project’s').waitFor()
    await importButton(page).click()
    await page.getByRole('heading', { name: 'poses is imported' }).waitFor({ timeout: 60_000 })
    expect(await page.getByRole('region', { name: 'Report' }).innerText()).toContain('1 images, 1 people')
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Import another' }).click()
    await page
      .getByRole('dialog')
      .getByRole('option', { name: /^parts\b/ })
      .click()
    await page.getByRole('button', { name: 'Look at it' }).click()
    await soon(() => importButton(page).isEnabled()).toBe(true)
    await importButton(page).click()
    await page.getByRole('heading', { name: 'parts is imported' }).waitFor({ timeout: 60_000 })

    expect(await sourcesOf(studio)).toMatchObject([
      { name: 'known', images: 3, people: 3, labels: { keypoints: 3 } },
      { name: 'poses', images: 3, people: 3, labels: { keypoints: 3 } },
      { name: 'parts', images: 3, people: 3, labels: { parts: 3 } },
    ])

    // Removing `poses` takes its two own pictures; the third is the project's.
    await page.getByRole('button', { name: 'Remove poses…' }).click()
    const removal = page.getByRole('group', { name: 'Remove poses' })
    await soon(() => removal.innerText()).toContain('2 images, 2 people, 3 labels')
    await removal.getByRole('button', { name: 'Remove poses' }).click()
    await soon(sourceNames).toEqual(['known', 'parts'])
    const counted = JSON.parse(await studio.mend('coverage', 'p.mend', '--json')) as { images: number; labels: number }
    expect(counted).toMatchObject({ images: 4, labels: 6 })

    for (const [title, name] of [
      ['COCO instances and keypoints', 'coco'],
      ['Mend bundle (everything, with history)', 'bundle'],
    ]) {
      await page.goto(studio.at(`/p/${studio.project}/export`))
      await page.getByRole('radio', { name: title }).click()
      await soon(() => page.locator('.figures').innerText()).toMatch(/4\s+images/)
      await page.keyboard.press('o')
      await page.getByRole('dialog').getByRole('button', { name: 'Export here' }).click()
      await page.getByLabel('Name of the new folder').fill(`screen-${name}`)
      await page.getByRole('button', { name: /^Export 4 images/ }).click()
      await page.getByRole('heading', { name: 'Exported' }).waitFor({ timeout: 60_000 })
      await studio.mend('export', 'p.mend', `line-${name}`, '--format', name === 'coco' ? 'coco' : 'mend-bundle')
      expect(filesOf(path.join(studio.folder, `screen-${name}`))).toEqual(
        filesOf(path.join(studio.folder, `line-${name}`)),
      )
    }
    await expectAccessible(page)
    // What is there already is said before anything is written.
    await soon(() => page.getByText('screen-bundle is there already.').count()).toBe(1)
    expect(problems).toEqual([])
  }, 480_000)

  test('kill -9 in the middle of an import: nothing of it is there, and the screen says so when the service is back', async () => {
    studio = await prepare(40)
    slowDown(path.join(studio.folder, 'p.mend'), 'INSERT ON label', 2_000_000)
    window = await openWindow(studio)
    const { page } = window
    await page.goto(studio.at(`/p/${studio.project}/import`))
    await chooseDataset(page, 'poses')
    await page.getByRole('button', { name: /^Confirm all/ }).click()
    await soon(() => importButton(page).isEnabled()).toBe(true)
    await importButton(page).click()
    await page.getByText('until the end nothing of it is in the project').waitFor({ timeout: 60_000 })
    await studio.kill()
    expect(readdirSync(path.join(studio.folder, 'p.mend', 'staging'))).not.toEqual([])
    await studio.serve(['p.mend'])
    await page.getByText('Nothing of it was imported: the project is as it was.').waitFor({ timeout: 60_000 })
    expect((await sourcesOf(studio)).map(({ name, people }) => [name, people])).toEqual([['known', 3]])
  }, 240_000)
})

/** That the screen, as it stands, has no serious accessibility problem in either theme. */
async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    expect(await accessibilityProblems(page)).toEqual([])
  }
}

/** Every file of a folder with its content, by relative path. */
function filesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(paths.map((file) => [path.relative(folder, file), readFileSync(file).toString('base64')]))
}
