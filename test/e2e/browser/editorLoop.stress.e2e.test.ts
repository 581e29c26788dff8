import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EditorWindow } from './editorWindow.ts'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

const rounds = 100

interface Suspect {
  readonly person: number
  readonly decision: string | null
  readonly state: string
  readonly rank: number
}

describe.skipIf(chromiumPath() === null)('suspect → fix → next', () => {
  let studio: Studio
  let window: StudioWindow
  let editor: EditorWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['demo.mend'] })
    const size = ['--seed', '6', '--size', '64x32']
    await studio.mend('synth', 'demo.mend', '--profile', 'full', '--people', '150', ...size)
    const small = ['--size', '32x16', '--epochs', '2', '--validation', '0']
    await studio.mend('train', 'demo.mend', '--tasks', 'keypoints', ...small)
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'demo.mend')
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  const chosen = (): Promise<number> =>
    window.page
      .locator('[id^="suspect-"][aria-selected="true"]')
      .first()
      .getAttribute('id', { timeout: 1000 })
      .then(
        (id) => Number(id?.replace('suspect-', '')),
        () => 0,
      )
  const suspect = (label: number): Suspect =>
    editor.read(
      `SELECT label.person_id AS person, decision, state, rank FROM suspect JOIN label ON label.id = suspect.label_id
       WHERE label.id = ?`,
      label,
    )

  it('is done a hundred times without a stray state', async () => {
    await window.page.goto(studio.at(`/p/${studio.project}/suspects?task=keypoints`))
    const fixed: { label: number; person: number; joints: unknown }[] = []
    for (let round = 0; round < rounds; round++) {
      await window.page.waitForSelector('canvas[data-label]', { timeout: 60_000 })
      const previous = fixed.at(-1)?.label ?? 0
      await expect.poll(chosen, { timeout: 60_000 }).toSatisfy((label: number) => label > 0 && label !== previous)
      const label = await chosen()
      const { person, decision, rank } = suspect(label)
      expect(decision).toBeNull()
      if (previous > 0) expect(rank).toBeGreaterThan(suspect(previous).rank)
      await editor.press('f')
      const stage = `.stage[data-image][data-person="${person}"][data-tool="keypoints"][data-saving="saved"]`
      await window.page.waitForSelector(stage, { timeout: 60_000 })
      await editor.measured()
      const before = editor.joints(person)
      const index = before.findIndex(({ v }) => v === 2)
      await editor.stroke([before[index], { x: before[index].x + 2, y: before[index].y - 2 }])
      await editor.press('Control+s')
      await window.page.waitForURL(/\/suspects\?/, { timeout: 60_000 })
      const after = editor.joints(person)
      const moved = after.flatMap(({ x, y, v }, at) =>
        x === before[at].x && y === before[at].y && v === before[at].v ? [] : [at],
      )
      expect(moved, `round ${round}, person ${person}`).toEqual([index])
      expect(suspect(label)).toMatchObject({ decision: 'fix', state: 'verified' })
      fixed.push({ label, person, joints: after })
    }
    // Each was fixed once, nobody else was touched, and nothing was changed later.
    expect(new Set(fixed.map(({ label }) => label)).size).toBe(rounds)
    for (const { person, joints } of fixed) expect(editor.joints(person)).toEqual(joints)
    const { decided, touched, gestures } = editor.read<{ decided: number; touched: number; gestures: number }>(
      `SELECT (SELECT count(*) FROM suspect WHERE decision IS NOT NULL) AS decided,
         (SELECT count(*) FROM label WHERE touched = 1) AS touched,
         (SELECT count(*) FROM gesture WHERE state = 'done') AS gestures`,
    )
    expect({ decided, touched, gestures }).toEqual({ decided: rounds, touched: rounds, gestures: 2 * rounds })
    expect(window.problems).toEqual([])
  }, 1_500_000)
})
