import { describe, expect, it } from 'vitest'
import { differing, itLeavesNoError, useEditorProject } from './editorProject.ts'
import { chromiumPath, explainSkip } from './studio.ts'
import { chosenSuspect, storedSuspect } from './suspectQueue.ts'

explainSkip()

/** MEND_ROUNDS asks for others. */
const rounds = Number(process.env['MEND_ROUNDS'] ?? 100)

describe.skipIf(chromiumPath() === null)('suspect → fix → next', () => {
  const project = useEditorProject(150, {
    size: '64x32',
    seed: 6,
    train: ['--tasks', 'keypoints', '--size', '32x16', '--epochs', '2', '--validation', '0'],
  })

  it(`is done ${rounds} times without a stray state`, async () => {
    const { editor, studio, window } = project
    const chosen = (): Promise<number> => chosenSuspect(window.page)
    await window.page.goto(studio.at(`/p/${studio.project}/suspects?task=keypoints`))
    const fixed: { label: number; person: number; joints: unknown }[] = []
    for (let round = 0; round < rounds; round++) {
      await window.page.waitForSelector('canvas[data-label]', { timeout: 60_000 })
      const previous = fixed.at(-1)?.label ?? 0
      await expect.poll(chosen, { timeout: 60_000 }).toSatisfy((label: number) => label > 0 && label !== previous)
      const label = await chosen()
      const { person, decision, rank } = storedSuspect(editor, label)
      expect(decision).toBeNull()
      if (previous > 0) expect(rank).toBeGreaterThan(storedSuspect(editor, previous).rank)
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
      expect(differing(after, before), `round ${round}, person ${person}`).toEqual([index])
      expect(storedSuspect(editor, label)).toMatchObject({ decision: 'fix', state: 'verified' })
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
  }, 1_500_000)

  itLeavesNoError(project)
})
