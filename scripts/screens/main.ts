import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { editorShots } from './editorShots.ts'
import { openWindow, setTheme, Studio } from '../../test/e2e/browser/studio.ts'

/**
 * Takes docs/screens/: every screen, in both themes and at both sizes, and each tool of the editor, of a project of synthetic
 * people with planted errors that was trained for twelve epochs; budget and preference are of a run of any width, trained before.
 * `npm run screens`, or `npm run screens -- editor` for those whose names begin so.
 */
const out = path.resolve(import.meta.dirname, '..', '..', 'docs', 'screens')
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]

/** The run of any width is the project's first, so that every other screen begins with the one after. */
const slimRun = 1
const slimChoices = [
  '--model',
  'slim-tiny',
  '--size',
  '64x32',
  '--epochs',
  '24',
  '--limit',
  '200',
  '--parameters',
  'none',
]

interface Shot {
  readonly name: string
  readonly page: (project: string) => string
  /** Brings the screen into the state that is worth a picture. */
  readonly arrange?: (page: Page) => Promise<void>
  /** Missing: both. */
  readonly sizes?: readonly (typeof sizes)[number][]
}

const inProject =
  (screen: string) =>
  (project: string): string =>
    `/p/${project}/${screen}`

const shots: readonly Shot[] = [
  { name: 'home', page: () => '/' },
  { name: 'data', page: inProject('data') },
  { name: 'import', page: inProject('import') },
  { name: 'editor', page: inProject('editor') },
  { name: 'training', page: inProject('training') },
  {
    name: 'controllable',
    page: (project) => `/p/${project}/training?run=${slimRun}`,
    arrange: measureWidths,
  },
  {
    name: 'suspects-parts',
    page: inProject('suspects'),
    arrange: (page) => page.getByRole('group', { name: 'Tasks' }).getByText('Parts').click(),
  },
  {
    name: 'suspects-keypoints',
    page: inProject('suspects'),
    arrange: (page) => page.getByRole('group', { name: 'Tasks' }).getByText('Keypoints').click(),
  },
  ...editorShots.map(({ name, task, arrange }): Shot => ({
    name,
    page: (project) => `/p/${project}/editor?person=5&task=${task}`,
    arrange,
    sizes: sizes.slice(0, 1),
  })),
  { name: 'export', page: inProject('export') },
  { name: 'settings', page: () => '/settings' },
]

/** Pictures, curves and tables come after the page: nothing may move for this long before it is taken. */
const settleMs = 2500

async function take(page: Page, file: string): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled' })
  await sharp(picture).png({ palette: true, quality: 85, effort: 8 }).toFile(file)
  process.stderr.write(`${path.basename(file)} ${(statSync(file).size / 1000).toFixed(0)} kB\n`)
}

/** Measures the run of any width, if nobody has, and asks for something that is not the full network. */
async function measureWidths(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Budget and preference' }).click()
  await page.getByRole('heading', { name: 'What would run' }).waitFor()
  await page.getByRole('button', { name: /^Measure/ }).click()
  await page.getByText('Overshoot', { exact: true }).waitFor({ timeout: 1_200_000 })
  await page.getByRole('combobox', { name: 'Task whose figures are drawn' }).click()
  await page.getByRole('option', { name: 'keypoints' }).click()
  await page.getByRole('spinbutton', { name: 'Share of keypoints' }).fill('60')
  await page.getByRole('spinbutton', { name: 'Share of keypoints' }).press('Tab')
  const budget = page.getByRole('textbox', { name: /^Budget in multiply/ })
  await budget.fill('4M')
  await budget.press('Enter')
  await budget.blur()
  await page.getByText(/^Run \d+ is measured/).waitFor({ state: 'hidden' })
  await page.waitForTimeout(settleMs)
}

/** Makes the studio's own sample, trains it with the engine of this machine, and answers with its address. */
async function sample(studio: Studio, page: Page, wanted: string): Promise<string> {
  await page.getByRole('button', { name: 'Try the sample' }).click()
  await page.waitForURL(/\/p\/[\w-]{22}\/data/, { timeout: 120_000 })
  const found = readdirSync(studio.folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.mend'))
  if (found === undefined) throw new Error('the sample is not below the studio’s folder')
  const commandLine = path.resolve(import.meta.dirname, '..', '..', 'core', 'cli', 'main.ts')
  const train = (...choices: string[]) =>
    execFileSync(
      process.execPath,
      [commandLine, 'train', path.join(studio.folder, found), '--tasks', 'parts,keypoints,attributes', ...choices],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
  const names = shots.map(({ name }) => name).filter((name) => name.startsWith(wanted))
  if (names.includes('controllable')) train(...slimChoices)
  if (names.some((name) => name !== 'controllable')) train('--size', '96x64', '--epochs', '12')
  return /\/p\/([\w-]{22})\//.exec(page.url())?.[1] ?? ''
}

mkdirSync(out, { recursive: true })
const studio = await Studio.start()
const { browser, page } = await openWindow(studio)
try {
  const wanted = process.argv[2] ?? ''
  const project = await sample(studio, page, wanted)
  for (const { name, page: address, arrange, sizes: own } of shots.filter((shot) => shot.name.startsWith(wanted))) {
    await page.setViewportSize(sizes[0])
    await page.goto(studio.at(address(project)))
    await page.waitForSelector('#screen')
    await page.waitForTimeout(settleMs)
    await arrange?.(page)
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(page, theme)
      for (const size of own ?? sizes) {
        await page.setViewportSize(size)
        await page.waitForTimeout(settleMs)
        await take(page, path.join(out, `${name}-${theme}-${size.width}x${size.height}.png`))
      }
    }
  }
} finally {
  await browser.close()
  await studio.dispose()
}
