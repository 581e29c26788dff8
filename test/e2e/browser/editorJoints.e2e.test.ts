import { describe, expect, it } from 'vitest'
import { differing, itLeavesNoError, useEditorProject } from './editorProject.ts'
import { chromiumPath, explainSkip } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('joints in the editor', () => {
  const project = useEditorProject(6)

  it('drags a joint to where the pointer lets go, nudges it, and takes both back and does them again', async () => {
    await project.editor.open(1, 'keypoints')
    const before = project.editor.joints(1)
    const index = before.findIndex(({ v }) => v === 2)
    const [from, to] = await project.editor.stroke([
      before[index],
      { x: before[index].x + 21, y: before[index].y + 13 },
    ])
    await project.editor.saved()
    const moved = project.editor.joints(1)
    expect(differing(moved, before)).toEqual([index])
    expect(moved[index].x).toBeCloseTo(before[index].x + to.x - from.x, 3)
    expect(moved[index].y).toBeCloseTo(before[index].y + to.y - from.y, 3)
    expect(project.editor.row(1, 'keypoints')?.why).toMatch(/^moved /)

    await project.editor.press('Shift+ArrowLeft', 'ArrowDown')
    await project.editor.saved()
    expect(project.editor.joints(1)[index].x).toBeCloseTo(moved[index].x - 10, 3)
    expect(project.editor.joints(1)[index].y).toBeCloseTo(moved[index].y + 1, 3)

    await project.editor.press('Control+z', 'Control+z', 'Control+z')
    await expect.poll(() => project.editor.joints(1), { timeout: 15_000 }).toEqual(before)
    await project.editor.press('Control+Shift+z')
    await expect.poll(() => project.editor.joints(1), { timeout: 15_000 }).toEqual(moved)
  }, 90_000)

  it('turns a joint hidden and absent with V, exchanges the sides with X, and places what was removed with one click', async () => {
    await project.editor.open(2, 'keypoints')
    const before = project.editor.joints(2)
    const index = before.findIndex(({ v }) => v === 2)
    await project.editor.hover(before[index])
    await project.editor.press('v')
    await project.editor.saved()
    expect(project.editor.joints(2)[index]).toEqual({ ...before[index], v: 1 })
    await project.editor.press('v')
    await project.editor.saved()
    expect(project.editor.joints(2)[index]).toEqual({ x: 0, y: 0, v: 3 })
    await project.editor.press('Control+z', 'Control+z')
    await expect.poll(() => project.editor.joints(2), { timeout: 15_000 }).toEqual(before)

    await project.editor.press('x')
    await project.editor.saved()
    const { schema } = project.editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'keypoints'")
    const { flip } = JSON.parse(schema) as { flip: number[] }
    expect(project.editor.joints(2)).toEqual(flip.map((partner) => before[partner]))
    await project.editor.press('x')
    await expect.poll(() => project.editor.joints(2), { timeout: 15_000 }).toEqual(before)

    await project.editor.hover({ x: before[index].x + 0.1, y: before[index].y })
    await project.editor.press('Delete')
    await project.editor.saved()
    expect(project.editor.joints(2)[index]).toEqual({ x: 0, y: 0, v: 0 })
    const had = await project.editor.click({ x: 5, y: 250 }, ['Shift'])
    await project.editor.saved()
    const placed = project.editor.joints(2)[index]
    expect(placed.v).toBe(1)
    expect([placed.x, placed.y]).toEqual([expect.closeTo(had.x, 3), expect.closeTo(had.y, 3)])
  }, 90_000)

  it('moves and scales all joints by the hull', async () => {
    await project.editor.open(3, 'keypoints')
    const before = project.editor.joints(3)
    const placed = before.filter(({ v }) => v === 1 || v === 2)
    const [left, right] = [Math.min(...placed.map(({ x }) => x)), Math.max(...placed.map(({ x }) => x))]
    const [top, bottom] = [Math.min(...placed.map(({ y }) => y)), Math.max(...placed.map(({ y }) => y))]
    await project.editor.press('u')
    const middle = { x: (left + right) / 2, y: (top + bottom) / 2 }
    const [from, to] = await project.editor.stroke([middle, { x: middle.x + 9, y: middle.y - 7 }])
    await project.editor.saved()
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    project.editor.joints(3).forEach(({ x, y, v }, at) => {
      if (v === 0 || v === 3) return
      expect(x).toBeCloseTo(before[at].x + dx, 3)
      expect(y).toBeCloseTo(before[at].y + dy, 3)
    })
    await project.editor.press('Control+z')
    await expect.poll(() => project.editor.joints(3), { timeout: 15_000 }).toEqual(before)
    const corner = { x: right, y: bottom }
    const [grip, end] = await project.editor.stroke([corner, { x: right + 12, y: bottom - 20 }])
    await project.editor.saved()
    const across = (right - left + end.x - grip.x) / (right - left)
    const down = (bottom - top + end.y - grip.y) / (bottom - top)
    project.editor.joints(3).forEach(({ x, y, v }, at) => {
      if (v === 0 || v === 3) return
      expect(x).toBeCloseTo(left + (before[at].x - left) * across, 2)
      expect(y).toBeCloseTo(top + (before[at].y - top) * down, 2)
    })
  }, 90_000)

  it('exchanges two joints when one is dropped on the other with Alt, and a joint with its partner with Shift+X', async () => {
    await project.editor.open(4, 'keypoints')
    const before = project.editor.joints(4)
    const [first, second] = before.flatMap(({ v }, at) => (v === 2 ? [at] : []))
    await project.editor.page.keyboard.down('Alt')
    await project.editor.stroke([before[first], before[second]])
    await project.editor.page.keyboard.up('Alt')
    await project.editor.saved()
    expect(project.editor.joints(4)).toEqual(before.with(first, before[second]).with(second, before[first]))
    expect(project.editor.row(4, 'keypoints')?.why).toMatch(/^exchanged /)
    await project.editor.press('Control+z')
    await expect.poll(() => project.editor.joints(4), { timeout: 15_000 }).toEqual(before)

    const { schema } = project.editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'keypoints'")
    const { flip } = JSON.parse(schema) as { flip: number[] }
    const index = before.findIndex(({ v }, at) => v === 2 && flip[at] !== at)
    await project.editor.hover(before[index])
    await project.editor.press('Shift+X')
    await project.editor.saved()
    expect(project.editor.joints(4)).toEqual(before.with(index, before[flip[index]]).with(flip[index], before[index]))
  }, 90_000)

  it('places the joint that was chosen in the list, even where another one lies or it was absent', async () => {
    await project.editor.open(5, 'keypoints')
    const before = project.editor.joints(5)
    const [first, second] = before.flatMap(({ v }, at) => (v === 2 ? [at] : []))
    await project.editor.hover(before[first])
    await project.editor.press('v', 'v')
    await project.editor.saved()
    expect(project.editor.joints(5)[first]).toEqual({ x: 0, y: 0, v: 3 })
    const row = project.editor.page.locator('section[aria-label="Joints of keypoints"] button').nth(first)
    await row.getByText('absent').waitFor()
    await row.click()
    await row.getByText('click to place').waitFor()
    const had = await project.editor.click(before[second])
    await project.editor.saved()
    const placed = project.editor.joints(5)
    expect(placed[first]).toEqual({
      x: expect.closeTo(had.x, 3) as number,
      y: expect.closeTo(had.y, 3) as number,
      v: 2,
    })
    expect(placed[second]).toEqual(before[second])
  }, 90_000)

  itLeavesNoError(project)
})
