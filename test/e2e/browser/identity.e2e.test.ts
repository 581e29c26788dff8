import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProject, type Project } from '../../../core/store/project.ts'
import { EditorWindow } from './editorWindow.ts'
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

/** On a machine that does other work besides. */
const patient = { timeout: 120_000 }

describe.skipIf(chromiumPath() === null)('prediction and likeness in the browser', { timeout: 300_000 }, () => {
  let studio: Studio
  let window: StudioWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['p.mend'] })
    await studio.mend('synth', 'p.mend', '--profile', 'partial', '--people', '64', '--seed', '1', '--size', '64x32')
    await studio.mend('train', 'p.mend', '--tasks', 'attributes,identity', '--size', '32x16', '--epochs', '1')
    await studio.serve()
    window = await openWindow(studio)
  }, 300_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  function looking<T>(look: (project: Project) => T): T {
    using project = openProject(path.join(studio.folder, 'p.mend'))
    return look(project)
  }
  const modelLabels = (): number =>
    looking(
      ({ connection }) => connection.one<{ n: number }>("SELECT count(*) AS n FROM label WHERE origin = 'model'").n,
    )
  const identityOf = (person: number): unknown =>
    looking((project) => project.labels.currentOf(person, ['identity']).at(0)?.value)

  it('has a run label whoever lacks a label, and takes it back with one undo', async () => {
    const { page } = window
    await page.goto(studio.at(`/p/${studio.project}/training?run=1`))
    const button = page.getByRole('button', { name: /^Predict unlabelled/ })
    await button.waitFor(patient)
    await page.getByRole('checkbox', { name: 'identity' }).click()
    await button.click()
    // 16 of 64 people have attributes.
    await page.getByText('The network labelled 48 labels').waitFor(patient)
    expect(modelLabels()).toBe(48)
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(modelLabels, patient).toBe(0)
  })

  it('asks the network for a missing label in the editor', async () => {
    const { page } = window
    const person = looking(({ connection }) =>
      connection.one<{ id: number }>(
        `SELECT min(id) AS id FROM person WHERE id NOT IN (SELECT person_id FROM label_fact AS fact
           JOIN task ON task.id = fact.task_id WHERE task.name = 'attributes')`,
      ),
    ).id
    await new EditorWindow(studio, page, 'p.mend').open(person, 'attributes')
    await page.getByRole('button', { name: /^Ask the network/ }).waitFor(patient)
    await page.keyboard.press('Alt+G')
    await page.getByText('The network labelled attributes').waitFor(patient)
    const origins = (): unknown =>
      looking((project) => project.labels.currentOf(person, ['attributes']).map((one) => one.origin))
    expect(origins()).toEqual(['model'])
    await page
      .getByText(/answers? of|of 10 annotated/)
      .first()
      .waitFor(patient)
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await expect.poll(origins, patient).toEqual([])
  })

  it('accepts whom the network takes a suspect for, and one undo takes it back', async () => {
    const { page } = window
    await page.goto(studio.at(`/p/${studio.project}/suspects?run=1&task=identity`))
    const compared = page.getByRole('region', { name: 'Identity: given and predicted' })
    await compared.getByRole('img').waitFor(patient)
    expect(await accessibilityProblems(page)).toEqual([])
    const model = await compared.locator('dd').nth(1).innerText()
    const decided = (): { person: number; decision: string }[] =>
      looking(({ connection }) =>
        connection.all<{ person: number; decision: string }>(
          `SELECT person_id AS person, decision FROM suspect JOIN label ON label.id = label_id
           JOIN task ON task.id = suspect.task_id WHERE task.name = 'identity' AND decision IS NOT NULL`,
        ),
      )
    await page.keyboard.press('a')
    await expect.poll(decided, patient).toMatchObject([{ decision: 'accept-prediction' }])
    expect(identityOf(decided()[0].person)).toMatchObject({ identity: model })
    await page.getByRole('button', { name: /^Undo/ }).first().click()
    await expect.poll(decided, patient).toEqual([])
  })

  it('shows who looks most like a person; Enter says that it is the same, and one key merges two names', async () => {
    const { page } = window
    const editor = new EditorWindow(studio, page, 'p.mend')
    const known = looking(({ connection }) =>
      connection.all<{ person: number; identity: string }>(
        'SELECT person_id AS person, identity FROM label_fact WHERE identity IS NOT NULL ORDER BY person_id',
      ),
    )
    const [{ person, identity: own }] = known
    await editor.open(person, 'identity')
    const gallery = page.getByRole('listbox', { name: 'People by likeness' })
    await gallery.waitFor(patient)
    // Three others with a name.
    expect(await gallery.getByRole('option').count()).toBe(3)
    await editor.press('Shift+I', 'ArrowRight')
    const chosen = gallery.getByRole('option', { selected: true })
    const name = ((await chosen.getAttribute('aria-label')) ?? '').split(',')[0]
    expect(name).not.toBe(own)
    expect(await accessibilityProblems(page)).toEqual([])
    await setTheme(page, 'light')
    expect(await accessibilityProblems(page)).toEqual([])
    await editor.press('Enter')
    await expect.poll(() => identityOf(person), patient).toMatchObject({ identity: name })

    // Another picture of who it was, and the first of the look-alikes: from now on both names are one.
    const other = known.find((one) => one.person !== person && one.identity === own)
    if (other === undefined) throw new Error('the sample has one picture of the first person')
    await editor.open(other.person, 'identity')
    await gallery.waitFor(patient)
    const into = ((await gallery.getByRole('option').first().getAttribute('aria-label')) ?? '').split(',')[0]
    await editor.press('Alt+M')
    const left = (): number =>
      looking(
        ({ connection }) =>
          connection.one<{ n: number }>('SELECT count(*) AS n FROM label_fact WHERE identity = ?', own).n,
      )
    await expect.poll(left, patient).toBe(0)
    expect(identityOf(other.person)).toMatchObject({ identity: into })
    expect(window.problems).toEqual([])
  })
})
