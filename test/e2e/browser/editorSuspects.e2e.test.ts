import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EditorWindow } from './editorWindow.ts'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('from suspects into the editor and back', () => {
  let studio: Studio
  let window: StudioWindow
  let editor: EditorWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['demo.mend'] })
    await studio.mend('synth', 'demo.mend', '--profile', 'full', '--people', '40', '--seed', '4', '--size', '64x32')
    await studio.mend('train', 'demo.mend', '--tasks', 'keypoints,parts', '--size', '32x16', '--epochs', '2')
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'demo.mend')
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  const chosen = (): Promise<string | undefined> =>
    window.page
      .locator('[id^="suspect-"][aria-selected="true"]')
      .first()
      .getAttribute('id', { timeout: 1000 })
      .then(
        (id) => id?.replace('suspect-', ''),
        () => undefined,
      )
  interface Suspect {
    readonly person: number
    readonly decision: string | null
    readonly state: string
    readonly rank: number
  }
  const suspect = (label: number): Suspect =>
    editor.read(
      `SELECT label.person_id AS person, decision, state, rank FROM suspect JOIN label ON label.id = suspect.label_id
       WHERE label.id = ?`,
      label,
    )

  it('F opens the suspect’s person, task and tool; saving closes it as fixed and comes back at the next one, ten times', async () => {
    await window.page.goto(studio.at(`/p/${studio.project}/suspects?task=keypoints`))
    const seen: number[] = []
    for (let round = 0; round < 10; round++) {
      await window.page.waitForSelector('canvas[data-label]', { timeout: 30_000 })
      await expect.poll(chosen, { timeout: 20_000 }).not.toBe(String(seen.at(-1) ?? ''))
      const label = Number(await chosen())
      expect(seen).not.toContain(label)
      seen.push(label)
      const { person, decision } = suspect(label)
      expect(decision).toBeNull()
      await editor.press('f')
      await window.page.waitForSelector(`.stage[data-image][data-person="${person}"][data-tool="keypoints"]`)
      await editor.measured()
      const before = editor.joints(person)
      const index = before.findIndex(({ v }) => v === 2)
      await editor.stroke([before[index], { x: before[index].x + 2, y: before[index].y - 2 }])
      await editor.press('Control+s')
      await window.page.waitForURL(/\/suspects\?/)
      const after = editor.joints(person)
      expect(after.flatMap((joint, at) => (JSON.stringify(joint) === JSON.stringify(before[at]) ? [] : [at]))).toEqual([
        index,
      ])
      expect(suspect(label)).toMatchObject({ decision: 'fix', state: 'verified' })
    }
    const ranks = seen.map((label) => suspect(label).rank)
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
  }, 240_000)

  it('takes one joint of the model’s prediction, then the whole', async () => {
    const { person } = editor.read<{ person: number }>(
      `SELECT person_id AS person FROM label JOIN suspect ON suspect.label_id = label.id JOIN task ON task.id = label.task_id
       WHERE task.name = 'keypoints' AND decision IS NULL ORDER BY rank DESC LIMIT 1`,
    )
    await editor.open(person, 'keypoints')
    const before = editor.joints(person)
    const index = before.findIndex(({ v }) => v === 2)
    await editor.press('t')
    await window.page.getByRole('button', { name: /Accept all/ }).waitFor()
    await editor.hover(before[index])
    await editor.press('a')
    await editor.saved()
    await expect.poll(() => editor.row(person, 'keypoints')?.why ?? '', { timeout: 15_000 }).toMatch(/^accepted /)
    const changed = editor
      .joints(person)
      .flatMap((joint, at) => (JSON.stringify(joint) === JSON.stringify(before[at]) ? [] : [at]))
    expect(changed.length).toBe(1)
    await editor.press('Shift+A')
    await editor.saved()
    expect(editor.row(person, 'keypoints')).toMatchObject({ origin: 'model', why: 'accepted the whole prediction' })
    await editor.press('Control+z', 'Control+z')
    await expect.poll(() => editor.joints(person), { timeout: 15_000 }).toEqual(before)
    expect(window.problems).toEqual([])
  }, 90_000)
})
