import type { Page } from 'playwright-core'

/** What the loop changed, to be compared with what the command line says of the same project. */
export interface LoopReport {
  readonly project: string
  /** Decisions made by K, A and R. */
  readonly decided: number
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
export async function walkTheLoop(page: Page, chooseFolder: () => Promise<void>): Promise<LoopReport> {
  await page.getByRole('button', { name: 'Try the sample' }).click()
  await page.waitForURL(/\/p\/[\w-]{22}\/data/, long)
  const project = /\/p\/([\w-]{22})\//.exec(page.url())?.[1] ?? ''
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
  await page.getByLabel('Name of the new folder').fill('exported')
  await page.getByRole('button', { name: /^Export [\d,]+ images/ }).click()
  await page.getByRole('heading', { name: 'Exported' }).waitFor(long)
  return { project, decided: decided.length }
}
