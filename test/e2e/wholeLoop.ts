import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** A studio of whichever kind: its temporary folder, and the command line on it. */
export interface LoopStudio {
  readonly folder: string
  mend(...args: readonly string[]): Promise<string>
}

const long = { timeout: 240_000 }

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: label, exact: true })
  await field.fill(String(value))
  await field.press('Tab')
}

/** Goes to a screen by its key, as printed in the rail: Alt+1 … Alt+7. */
async function go(page: Page, name: string): Promise<void> {
  await page
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .first()
    .click()
  await page.waitForURL(new RegExp(`/${name.split(' ')[0].toLowerCase()}`))
}

async function train(page: Page, run: number): Promise<void> {
  await go(page, 'Training')
  await page.getByRole('button', { name: 'New run' }).first().click()
  await page.getByRole('button', { name: /^Quick look/ }).click()
  await setNumber(page, 'Height', 64)
  await setNumber(page, 'Width', 32)
  await setNumber(page, 'Epochs', 3)
  await page.keyboard.press('Control+Enter')
  await page.getByText(new RegExp(`^Run ${run} of .+ is done`)).waitFor(long)
}

/**
 * The whole loop by hand, from Home of an empty studio: the sample, a run, its suspects, decisions, a second run, the
 * comparison of both, an export into a folder named `exported` by `chooseFolder`.
 */
export async function walkTheLoop(page: Page, chooseFolder: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Try the sample' }).click()
  await page.waitForURL(/\/p\/[\w-]{22}\/data/, long)
  await page
    .getByText(/^\d[\d,]* people$/)
    .first()
    .waitFor(long)

  await train(page, 1)
  await go(page, 'Suspects')
  await page.getByText('Why it is suspect').waitFor(long)
  const decided = ['k', 'a', 'r']
  for (const [at, key] of decided.entries()) {
    await page.keyboard.press(key)
    await page
      .getByText(new RegExp(`^${at + 1} of [\\d,]+`))
      .first()
      .waitFor(long)
  }
  await page
    .getByRole('note', { name: 'Planted errors' })
    .getByText(/of [\d,]+ planted errors found/)
    .waitFor(long)

  await train(page, 2)
  for (const run of [1, 2]) await page.getByRole('checkbox', { name: `Compare run ${run}` }).click()
  await page.getByRole('button', { name: /^Compare 2 runs/ }).click()
  await page
    .getByRole('figure', { name: /^Loss of / })
    .first()
    .waitFor(long)

  await go(page, 'Export')
  await page.getByRole('radio', { name: 'COCO instances and keypoints' }).click()
  await chooseFolder()
  // A first name comes with the folder.
  await page.getByRole('button', { name: /^In / }).waitFor(long)
  await page.getByLabel('Name of the new folder').fill('exported')
  await page.getByRole('button', { name: /^Export [\d,]+ images/ }).click()
  await page.getByRole('heading', { name: 'Exported' }).waitFor(long)
}

/** That the command line sees in the project what was done on the screens, and the export on the disk. */
export async function checkTheLoop(studio: LoopStudio): Promise<void> {
  const project = findProject(studio.folder)
  const runs = JSON.parse(await studio.mend('runs', project, '--json')) as { run: number; state: string }[]
  expect(runs.map(({ run, state }) => [run, state]).sort()).toEqual([
    [1, 'done'],
    [2, 'done'],
  ])
  const listed = JSON.parse(await studio.mend('suspects', project, '--run', '1', '--top', '100000', '--json')) as {
    decision: string | null
  }[]
  const made = listed.flatMap(({ decision }) => decision ?? [])
  expect(made.sort()).toEqual(['accept-prediction', 'keep', 'reject'])
  const coco = path.join(studio.folder, 'exported')
  const [written] = readdirSync(coco, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  const annotated = JSON.parse(readFileSync(path.join(coco, written), 'utf8')) as { images: unknown[] }
  expect(annotated.images.length).toBeGreaterThan(0)
}

/** The sample's folder: made by the studio somewhere below the user's own. */
function findProject(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => name.endsWith('.mend') && existsSync(path.join(folder, name, 'project.db')),
  )
  if (found === undefined) throw new Error(`no project below ${folder}`)
  return path.join(folder, found)
}
