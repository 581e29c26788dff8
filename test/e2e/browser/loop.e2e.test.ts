import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { walkTheLoop } from '../wholeLoop.ts'
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
    const { decided } = await walkTheLoop(page, async () => {
      await page.keyboard.press('o')
      await page.getByRole('dialog').getByRole('button', { name: 'Export here' }).click()
    })
    const folder = findProject(studio.folder)
    const runs = JSON.parse(await studio.mend('runs', folder, '--json')) as { run: number; state: string }[]
    expect(runs.map(({ run, state }) => [run, state]).sort()).toEqual([
      [1, 'done'],
      [2, 'done'],
    ])
    const listed = JSON.parse(await studio.mend('suspects', folder, '--run', '1', '--top', '100000', '--json')) as {
      decision: string | null
    }[]
    expect(
      listed
        .filter(({ decision }) => decision !== null)
        .map(({ decision }) => decision)
        .sort(),
    ).toEqual(['accept-prediction', 'keep', 'reject'].slice(0, decided))
    const coco = path.join(studio.folder, 'exported')
    const written = readdirSync(coco, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    expect(written.length).toBeGreaterThan(0)
    const annotated = JSON.parse(readFileSync(path.join(coco, written[0]), 'utf8')) as { images: unknown[] }
    expect(annotated.images.length).toBeGreaterThan(0)
    expect(problems).toEqual([])
  })
})

/** The sample's folder: made by the studio somewhere below the user's own. */
function findProject(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => name.endsWith('.mend') && existsSync(path.join(folder, name, 'project.db')),
  )
  if (found === undefined) throw new Error(`no project below ${folder}`)
  return path.join(folder, found)
}
