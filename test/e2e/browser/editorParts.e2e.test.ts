import { describe, expect, it } from 'vitest'
import { itLeavesNoError, useEditorProject } from './editorProject.ts'
import { type Place } from './editorWindow.ts'
import { isInside, isWithin, painted } from './paintedPixels.ts'
import { chromiumPath, explainSkip } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('part maps in the editor', () => {
  const project = useEditorProject(16)

  it('paints with a round brush exactly the pixels whose middles the brush went over, and erases them so', async () => {
    await project.editor.open(4, 'parts')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'torso' }).click()
    const before = project.editor.mask(4)
    const part = partNumber('torso')
    const way = await project.editor.stroke([
      { x: 40, y: 60 },
      { x: 90, y: 75 },
      { x: 70, y: 130 },
    ])
    await project.editor.saved()
    const wanted = painted(before, part, (x, y) => isWithin(x, y, way, 12))
    expect(project.editor.mask(4).data).toEqual(wanted)
    expect(wanted).not.toEqual(before.data)
    expect(project.editor.row(4, 'parts')).toMatchObject({ why: 'brush: torso', origin: 'human' })

    await project.editor.press('e')
    const erased = await project.editor.stroke([
      { x: 50, y: 50 },
      { x: 50, y: 140 },
    ])
    await project.editor.saved()
    const after = painted({ ...before, data: wanted }, 0, (x, y) => isWithin(x, y, erased, 12))
    expect(project.editor.mask(4).data).toEqual(after)
    await project.editor.press('Control+z')
    await expect.poll(() => project.editor.mask(4).data, { timeout: 15_000 }).toEqual(wanted)
    await project.editor.press('Control+z')
    await expect.poll(() => project.editor.mask(4).data, { timeout: 15_000 }).toEqual(before.data)
    await project.editor.press('Control+Shift+z', 'Control+Shift+z')
    await expect.poll(() => project.editor.mask(4).data, { timeout: 15_000 }).toEqual(after)
  }, 90_000)

  it('paints with a square brush of another size and keeps other parts when told to', async () => {
    await project.editor.open(5, 'parts')
    await project.editor.press('b')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    const before = project.editor.mask(5)
    await project.editor.press('Shift+B', ']', 'r')
    const size = Number.parseInt(await project.editor.page.locator('.options .px').innerText(), 10)
    expect(size).toBe(29)
    const way = await project.editor.stroke([
      { x: 64, y: 100 },
      { x: 64, y: 160 },
    ])
    await project.editor.saved()
    const [a, b] = way
    const wanted = painted(before, partNumber('hair'), (x, y, was) => {
      const inside = Math.abs(x - a.x) <= 14.5 && y >= a.y - 14.5 && y <= b.y + 14.5
      return inside && (was === 0 || was === 255)
    })
    expect(project.editor.mask(5).data).toEqual(wanted)
    expect(wanted).not.toEqual(before.data)
    await project.editor.press('Shift+B', '[', 'r')
  }, 90_000)

  it('adds and takes away polygons, finished with a click on the first corner or with Enter', async () => {
    await project.editor.open(6, 'parts')
    await project.editor.press('p')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hips' }).click()
    const before = project.editor.mask(6)
    const corners: Place[] = []
    for (const corner of [
      { x: 20, y: 40 },
      { x: 110, y: 55 },
      { x: 60, y: 150 },
      { x: 70, y: 90 },
    ]) {
      corners.push(await project.editor.click(corner))
    }
    await project.editor.click({ x: 20, y: 40 })
    await project.editor.saved()
    const added = painted(before, partNumber('hips'), (x, y) => isInside(x, y, corners))
    expect(project.editor.mask(6).data).toEqual(added)
    expect(added).not.toEqual(before.data)

    await project.editor.press('Shift+P')
    const cut: Place[] = []
    for (const corner of [
      { x: 30, y: 30 },
      { x: 80, y: 30 },
      { x: 55, y: 110 },
    ]) {
      cut.push(await project.editor.click(corner))
    }
    await project.editor.press('Enter')
    await project.editor.saved()
    expect(project.editor.mask(6).data).toEqual(painted({ ...before, data: added }, 0, (x, y) => isInside(x, y, cut)))
  }, 90_000)

  it('fills the connected piece under the pointer, and Alt+click picks a part', async () => {
    await project.editor.open(7, 'parts')
    await project.editor.press('g')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    const before = project.editor.mask(7)
    const torso = partNumber('torso')
    const seed = before.data.indexOf(torso)
    const place = { x: (seed % before.width) + 0.5, y: Math.floor(seed / before.width) + 0.5 }
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await project.editor.click(place, ['Alt'])
    expect(
      await project.editor.page.locator('section[aria-label="Parts"] button[aria-pressed="true"]').innerText(),
    ).toContain('torso')
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await project.editor.click(place)
    await project.editor.saved()
    // The piece, grown pixel by pixel.
    const piece = new Set([seed])
    for (const at of piece) {
      const column = at % before.width
      const sides = [
        at - before.width,
        at + before.width,
        column > 0 ? at - 1 : -1,
        column < before.width - 1 ? at + 1 : -1,
      ]
      for (const side of sides) if (before.data[side] === torso) piece.add(side)
    }
    const wanted = before.data.map((was, at) => (piece.has(at) ? partNumber('hair') : was))
    expect(project.editor.mask(7).data).toEqual(wanted)
  }, 90_000)

  it('draws with the edge-aware brush only where the colour is like that under the beginning', async () => {
    await project.editor.open(8, 'parts')
    await project.editor.press('m')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'torso' }).click()
    const before = project.editor.mask(8)
    const way = await project.editor.stroke([
      { x: 62, y: 80 },
      { x: 66, y: 96 },
    ])
    await project.editor.saved()
    const after = project.editor.mask(8)
    const changed = [...after.data].flatMap((part, at) => (part === before.data[at] ? [] : [at]))
    expect(changed.length).toBeGreaterThan(0)
    for (const at of changed) {
      expect(after.data[at]).toBe(partNumber('torso'))
      expect(isWithin((at % before.width) + 0.5, Math.floor(at / before.width) + 0.5, way, 12)).toBe(true)
    }
  }, 90_000)

  it('makes one part of two with Ctrl+click, and puts an older version back from the history', async () => {
    await project.editor.open(14, 'parts')
    await project.editor.press('g')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    const before = project.editor.mask(14)
    const [torso, hair] = [partNumber('torso'), partNumber('hair')]
    const seed = before.data.indexOf(torso)
    await project.editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await project.editor.page.keyboard.down('Control')
    await project.editor.click({ x: (seed % before.width) + 0.5, y: Math.floor(seed / before.width) + 0.5 })
    await project.editor.page.keyboard.up('Control')
    await project.editor.saved()
    expect(project.editor.mask(14).data).toEqual(before.data.map((part) => (part === torso ? hair : part)))
    await project.editor.page
      .locator('section[aria-label="History of parts"] .entry', { hasText: /imported|made here/ })
      .getByRole('button', { name: 'Restore' })
      .click()
    await expect.poll(() => project.editor.mask(14).data, { timeout: 15_000 }).toEqual(before.data)
    expect(project.editor.row(14, 'parts')?.revisions).toBe(2)
  }, 90_000)

  it('splits smaller pieces of a part off to another one, and merges all of one into another', async () => {
    await project.editor.open(9, 'parts')
    await project.editor.press('b')
    await project.editor.readyToPaint({ x: 60, y: 60 })
    const [torso, hair] = [partNumber('torso'), partNumber('hair')]
    const list = project.editor.page.locator('section[aria-label="Parts"]')
    await list.locator('button', { hasText: 'torso' }).click()
    const before = project.editor.mask(9)
    // A dot of torso far from the torso.
    const [dot] = await project.editor.stroke([{ x: 16, y: 16 }])
    await project.editor.saved()
    const isDot = (x: number, y: number): boolean => isWithin(x, y, [dot], 12)
    const dotted = painted(before, torso, isDot)
    expect(project.editor.mask(9).data).toEqual(dotted)
    await list.getByRole('combobox', { name: 'Smaller pieces of torso become' }).click()
    await project.editor.page.getByRole('option', { name: 'hair', exact: true }).click()
    await expect.poll(() => project.editor.row(9, 'parts')?.why, { timeout: 15_000 }).toMatch(/^split torso/)
    await project.editor.saved()
    const after = project.editor.mask(9).data
    const moved = [...after.keys()].filter((at) => after[at] !== dotted[at])
    // Whatever else of the torso was apart from it went too; the dot did, and the largest piece did not.
    expect(moved.every((at) => dotted[at] === torso && after[at] === hair)).toBe(true)
    const dotPixels = [...dotted.keys()].filter((at) =>
      isDot((at % before.width) + 0.5, Math.floor(at / before.width) + 0.5),
    )
    expect(dotPixels.every((at) => after[at] === hair)).toBe(true)
    expect(after.includes(torso)).toBe(true)

    await list.getByRole('combobox', { name: 'All of torso becomes' }).click()
    await project.editor.page.getByRole('option', { name: 'hair', exact: true }).click()
    await expect.poll(() => project.editor.mask(9).data.includes(torso), { timeout: 15_000 }).toBe(false)
    expect(project.editor.mask(9).data).toEqual(after.map((part) => (part === torso ? hair : part)))
  }, 90_000)

  itLeavesNoError(project)

  function partNumber(name: string): number {
    const { schema } = project.editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'parts'")
    return (JSON.parse(schema) as { parts: string[] }).parts.indexOf(name)
  }
})
