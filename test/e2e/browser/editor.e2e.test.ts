import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabelValue } from '../../../core/dataset/label.ts'
import { EditorWindow, type Place } from './editorWindow.ts'
import { accessibilityProblems, chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

/** Whether a point lies at most `radius` from the way through the places. */
function isWithin(x: number, y: number, way: readonly Place[], radius: number): boolean {
  return way.some((from, at) => {
    const to = way[at + 1] ?? from
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length))
    return Math.hypot(x - from.x - share * dx, y - from.y - share * dy) <= radius
  })
}

/** Even-odd, by the ray to the right. */
function isInside(x: number, y: number, corners: readonly Place[]): boolean {
  let inside = false
  corners.forEach((a, at) => {
    const b = corners[(at + 1) % corners.length]
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  })
  return inside
}

type MaskBefore = ReturnType<EditorWindow['mask']>

/** The mask with every pixel whose middle passes the test given a part. */
function painted(before: MaskBefore, part: number, hit: (x: number, y: number, was: number) => boolean): Uint8Array {
  return before.data.map((was, at) => {
    const [x, y] = [(at % before.width) + 0.5, Math.floor(at / before.width) + 0.5]
    return hit(x, y, was) ? part : was
  })
}

describe.skipIf(chromiumPath() === null)('the editor', () => {
  let studio: Studio
  let window: StudioWindow
  let editor: EditorWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['demo.mend'] })
    await studio.mend('synth', 'demo.mend', '--profile', 'full', '--people', '30', '--seed', '4', '--size', '256x128')
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'demo.mend')
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  const differing = (a: readonly object[], b: readonly object[]): number[] =>
    a.flatMap((one, at) => (JSON.stringify(one) === JSON.stringify(b[at]) ? [] : [at]))

  it('drags a joint to where the pointer lets go, nudges it, and takes both back and does them again', async () => {
    await editor.open(1, 'keypoints')
    const before = editor.joints(1)
    const index = before.findIndex(({ v }) => v === 2)
    const [from, to] = await editor.stroke([before[index], { x: before[index].x + 21, y: before[index].y + 13 }])
    await editor.saved()
    const moved = editor.joints(1)
    expect(differing(moved, before)).toEqual([index])
    expect(moved[index].x).toBeCloseTo(before[index].x + to.x - from.x, 3)
    expect(moved[index].y).toBeCloseTo(before[index].y + to.y - from.y, 3)
    expect(editor.row(1, 'keypoints')?.why).toMatch(/^moved /)

    await editor.press('Shift+ArrowLeft', 'ArrowDown')
    await editor.saved()
    expect(editor.joints(1)[index].x).toBeCloseTo(moved[index].x - 10, 3)
    expect(editor.joints(1)[index].y).toBeCloseTo(moved[index].y + 1, 3)

    await editor.press('Control+z', 'Control+z', 'Control+z')
    await expect.poll(() => editor.joints(1), { timeout: 15_000 }).toEqual(before)
    await editor.press('Control+Shift+z')
    await expect.poll(() => editor.joints(1), { timeout: 15_000 }).toEqual(moved)
  }, 90_000)

  it('turns a joint hidden and absent with V, exchanges the sides with X, and places what was removed with one click', async () => {
    await editor.open(2, 'keypoints')
    const before = editor.joints(2)
    const index = before.findIndex(({ v }) => v === 2)
    await editor.hover(before[index])
    await editor.press('v')
    await editor.saved()
    expect(editor.joints(2)[index]).toEqual({ ...before[index], v: 1 })
    await editor.press('v')
    await editor.saved()
    expect(editor.joints(2)[index]).toEqual({ x: 0, y: 0, v: 3 })
    await editor.press('Control+z', 'Control+z')
    await expect.poll(() => editor.joints(2), { timeout: 15_000 }).toEqual(before)

    await editor.press('x')
    await editor.saved()
    const { schema } = editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'keypoints'")
    const { flip } = JSON.parse(schema) as { flip: number[] }
    expect(editor.joints(2)).toEqual(flip.map((partner) => before[partner]))
    await editor.press('x')
    await expect.poll(() => editor.joints(2), { timeout: 15_000 }).toEqual(before)

    await editor.hover({ x: before[index].x + 0.1, y: before[index].y })
    await editor.press('Delete')
    await editor.saved()
    expect(editor.joints(2)[index]).toEqual({ x: 0, y: 0, v: 0 })
    const had = await editor.click({ x: 5, y: 250 }, ['Shift'])
    await editor.saved()
    const placed = editor.joints(2)[index]
    expect(placed.v).toBe(1)
    expect([placed.x, placed.y]).toEqual([expect.closeTo(had.x, 3), expect.closeTo(had.y, 3)])
  }, 90_000)

  it('moves and scales all joints by the hull', async () => {
    await editor.open(3, 'keypoints')
    const before = editor.joints(3)
    const placed = before.filter(({ v }) => v === 1 || v === 2)
    const [left, right] = [Math.min(...placed.map(({ x }) => x)), Math.max(...placed.map(({ x }) => x))]
    const [top, bottom] = [Math.min(...placed.map(({ y }) => y)), Math.max(...placed.map(({ y }) => y))]
    await editor.press('u')
    const middle = { x: (left + right) / 2, y: (top + bottom) / 2 }
    const [from, to] = await editor.stroke([middle, { x: middle.x + 9, y: middle.y - 7 }])
    await editor.saved()
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    editor.joints(3).forEach(({ x, y, v }, at) => {
      if (v === 0 || v === 3) return
      expect(x).toBeCloseTo(before[at].x + dx, 3)
      expect(y).toBeCloseTo(before[at].y + dy, 3)
    })
    await editor.press('Control+z')
    await expect.poll(() => editor.joints(3), { timeout: 15_000 }).toEqual(before)
    const corner = { x: right, y: bottom }
    const [grip, end] = await editor.stroke([corner, { x: right + 12, y: bottom - 20 }])
    await editor.saved()
    const across = (right - left + end.x - grip.x) / (right - left)
    const down = (bottom - top + end.y - grip.y) / (bottom - top)
    editor.joints(3).forEach(({ x, y, v }, at) => {
      if (v === 0 || v === 3) return
      expect(x).toBeCloseTo(left + (before[at].x - left) * across, 2)
      expect(y).toBeCloseTo(top + (before[at].y - top) * down, 2)
    })
  }, 90_000)

  it('paints with a round brush exactly the pixels whose middles the brush went over, and erases them so', async () => {
    await editor.open(4, 'parts')
    await editor.readyToPaint({ x: 60, y: 60 })
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'torso' }).click()
    const before = editor.mask(4)
    const part = partNumber('torso')
    const way = await editor.stroke([
      { x: 40, y: 60 },
      { x: 90, y: 75 },
      { x: 70, y: 130 },
    ])
    await editor.saved()
    const wanted = painted(before, part, (x, y) => isWithin(x, y, way, 12))
    expect(editor.mask(4).data).toEqual(wanted)
    expect(wanted).not.toEqual(before.data)
    expect(editor.row(4, 'parts')).toMatchObject({ why: 'brush: torso', origin: 'human' })

    await editor.press('e')
    const erased = await editor.stroke([
      { x: 50, y: 50 },
      { x: 50, y: 140 },
    ])
    await editor.saved()
    const after = painted({ ...before, data: wanted }, 0, (x, y) => isWithin(x, y, erased, 12))
    expect(editor.mask(4).data).toEqual(after)
    await editor.press('Control+z')
    await expect.poll(() => editor.mask(4).data, { timeout: 15_000 }).toEqual(wanted)
    await editor.press('Control+z')
    await expect.poll(() => editor.mask(4).data, { timeout: 15_000 }).toEqual(before.data)
    await editor.press('Control+Shift+z', 'Control+Shift+z')
    await expect.poll(() => editor.mask(4).data, { timeout: 15_000 }).toEqual(after)
  }, 90_000)

  it('paints with a square brush of another size and keeps other parts when told to', async () => {
    await editor.open(5, 'parts')
    await editor.press('b')
    await editor.readyToPaint({ x: 60, y: 60 })
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    const before = editor.mask(5)
    await editor.press('Shift+B', ']', 'r')
    const size = Number.parseInt(await editor.page.locator('.options .px').innerText(), 10)
    expect(size).toBe(29)
    const way = await editor.stroke([
      { x: 64, y: 100 },
      { x: 64, y: 160 },
    ])
    await editor.saved()
    const [a, b] = way
    const wanted = painted(before, partNumber('hair'), (x, y, was) => {
      const inside = Math.abs(x - a.x) <= 14.5 && y >= a.y - 14.5 && y <= b.y + 14.5
      return inside && (was === 0 || was === 255)
    })
    expect(editor.mask(5).data).toEqual(wanted)
    expect(wanted).not.toEqual(before.data)
    await editor.press('Shift+B', '[', 'r')
  }, 90_000)

  it('adds and takes away polygons, finished with a click on the first corner or with Enter', async () => {
    await editor.open(6, 'parts')
    await editor.press('p')
    await editor.readyToPaint({ x: 60, y: 60 })
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hips' }).click()
    const before = editor.mask(6)
    const corners: Place[] = []
    for (const corner of [
      { x: 20, y: 40 },
      { x: 110, y: 55 },
      { x: 60, y: 150 },
      { x: 70, y: 90 },
    ]) {
      corners.push(await editor.click(corner))
    }
    await editor.click({ x: 20, y: 40 })
    await editor.saved()
    const added = painted(before, partNumber('hips'), (x, y) => isInside(x, y, corners))
    expect(editor.mask(6).data).toEqual(added)
    expect(added).not.toEqual(before.data)

    await editor.press('Shift+P')
    const cut: Place[] = []
    for (const corner of [
      { x: 30, y: 30 },
      { x: 80, y: 30 },
      { x: 55, y: 110 },
    ]) {
      cut.push(await editor.click(corner))
    }
    await editor.press('Enter')
    await editor.saved()
    expect(editor.mask(6).data).toEqual(painted({ ...before, data: added }, 0, (x, y) => isInside(x, y, cut)))
  }, 90_000)

  it('fills the connected piece under the pointer, and Alt+click picks a part', async () => {
    await editor.open(7, 'parts')
    await editor.press('g')
    await editor.readyToPaint({ x: 60, y: 60 })
    const before = editor.mask(7)
    const torso = partNumber('torso')
    const seed = before.data.indexOf(torso)
    const place = { x: (seed % before.width) + 0.5, y: Math.floor(seed / before.width) + 0.5 }
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await editor.click(place, ['Alt'])
    expect(await editor.page.locator('section[aria-label="Parts"] button[aria-pressed="true"]').innerText()).toContain(
      'torso',
    )
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await editor.click(place)
    await editor.saved()
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
    expect(editor.mask(7).data).toEqual(wanted)
  }, 90_000)

  it('draws with the edge-aware brush only where the colour is like that under the beginning', async () => {
    await editor.open(8, 'parts')
    await editor.press('m')
    await editor.readyToPaint({ x: 60, y: 60 })
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'torso' }).click()
    const before = editor.mask(8)
    const way = await editor.stroke([
      { x: 62, y: 80 },
      { x: 66, y: 96 },
    ])
    await editor.saved()
    const after = editor.mask(8)
    const changed = [...after.data].flatMap((part, at) => (part === before.data[at] ? [] : [at]))
    expect(changed.length).toBeGreaterThan(0)
    for (const at of changed) {
      expect(after.data[at]).toBe(partNumber('torso'))
      expect(isWithin((at % before.width) + 0.5, Math.floor(at / before.width) + 0.5, way, 12)).toBe(true)
    }
  }, 90_000)

  it('resizes, moves, nudges and draws boxes, and a click changes none', async () => {
    await editor.open(9, 'keypoints')
    await editor.press('w')
    const before = editor.box(9)
    await editor.click({ x: before.x + before.width / 2, y: before.y + before.height / 2 })
    await editor.saved()
    expect(editor.box(9)).toEqual(before)

    const corner = { x: before.x + before.width, y: before.y + before.height }
    const [from, to] = await editor.stroke([corner, { x: corner.x - 15, y: corner.y - 22 }])
    await editor.saved()
    const resized = editor.box(9)
    expect(resized).toMatchObject({ x: before.x, y: before.y })
    expect(resized.width).toBeCloseTo(before.width + to.x - from.x, 3)
    expect(resized.height).toBeCloseTo(before.height + to.y - from.y, 3)

    await editor.press('ArrowRight', 'Shift+ArrowDown')
    await editor.saved()
    expect(editor.box(9).x).toBeCloseTo(resized.x + 1, 3)
    expect(editor.box(9).y).toBeCloseTo(resized.y + 10, 3)

    const [a, b] = await editor.stroke([
      { x: 10, y: 12 },
      { x: 100, y: 180 },
    ])
    await editor.saved()
    expect(editor.box(9)).toEqual({
      x: expect.closeTo(a.x, 3) as number,
      y: expect.closeTo(a.y, 3) as number,
      width: expect.closeTo(b.x - a.x, 3) as number,
      height: expect.closeTo(b.y - a.y, 3) as number,
    })
    for (let at = 0; at < 4; at++) await editor.press('Control+z')
    await expect.poll(() => editor.box(9), { timeout: 15_000 }).toEqual(before)
  }, 90_000)

  it('answers attributes with their digits: yes, no, not annotated', async () => {
    await editor.open(10, 'attributes')
    const before = answers(10)
    const next = (answer: boolean | null): boolean | null => (answer === null ? true : answer ? false : null)
    await editor.press('2')
    await editor.saved()
    expect(answers(10)).toEqual(before.with(1, next(before[1])))
    await editor.press('2')
    await editor.saved()
    expect(answers(10)).toEqual(before.with(1, next(next(before[1]))))
    await editor.press('Control+z', 'Control+z')
    await expect.poll(() => answers(10), { timeout: 15_000 }).toEqual(before)
  }, 90_000)

  it('keeps a gesture that cannot be stored on screen, says why, and stores it when asked again', async () => {
    await editor.open(11, 'keypoints')
    const before = editor.joints(11)
    const index = before.findIndex(({ v }) => v === 2)
    await window.context.route('**/rpc/editing/apply', (route) => route.abort())
    await editor.stroke([before[index], { x: before[index].x + 20, y: before[index].y }])
    await window.page.getByText(/^Not stored: moved /).waitFor()
    expect(editor.joints(11)).toEqual(before)
    await window.page.getByText('unsaved', { exact: true }).waitFor()
    await window.context.unroute('**/rpc/editing/apply')
    await window.page.getByRole('button', { name: 'Try again' }).click()
    await editor.saved()
    expect(differing(editor.joints(11), before)).toEqual([index])
  }, 90_000)

  it('never overwrites what another window did without asking', async () => {
    await editor.open(12, 'keypoints')
    const other = new EditorWindow(studio, await window.context.newPage(), 'demo.mend')
    // This window hears of nothing.
    await window.page.route('**/rpc/editing/watch', (route) => route.abort())
    await editor.open(12, 'keypoints')
    await other.open(12, 'keypoints')
    const before = editor.joints(12)
    const [first, second] = before.flatMap(({ v }, at) => (v === 2 ? [at] : []))
    await other.stroke([before[first], { x: before[first].x + 14, y: before[first].y }])
    await other.saved()
    const theirs = editor.joints(12)
    await editor.stroke([before[second], { x: before[second].x + 14, y: before[second].y }])
    await window.page.getByRole('button', { name: 'Store mine over it' }).waitFor()
    expect(editor.joints(12)).toEqual(theirs)
    await window.page.getByRole('button', { name: 'Store mine over it' }).click()
    await editor.saved()
    // Both: only the joint that was moved here goes over theirs.
    expect(differing(editor.joints(12), before)).toEqual([first, second].sort((a, b) => a - b))
    // The other window hears of it and shows it.
    await other.page.getByText(/changed this image elsewhere/).waitFor()
    await window.page.unroute('**/rpc/editing/watch')
    await other.page.close()
  }, 90_000)

  it('adds, duplicates and deletes people, each taken back with one key', async () => {
    await editor.open(13, 'keypoints')
    const { image } = editor.read<{ image: number }>('SELECT image_id AS image FROM person WHERE id = 13')
    const count = (): number =>
      editor.read<{ n: number }>('SELECT count(*) AS n FROM person WHERE image_id = ?', image).n
    const before = count()
    await editor.press('Shift+W')
    await editor.stroke([
      { x: 8, y: 8 },
      { x: 60, y: 120 },
    ])
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
    // Whoever is new is chosen; taken back, the one before is.
    await window.page.waitForSelector('.stage:not([data-person="13"])')
    await editor.press('Control+z')
    await expect.poll(count, { timeout: 15_000 }).toBe(before)
    await window.page.waitForSelector('.stage[data-person="13"]')
    await editor.press('Control+d')
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
    // The copy is chosen: it is what goes.
    await window.page.waitForSelector('.stage:not([data-person="13"])')
    await editor.press('Shift+Delete')
    await expect.poll(count, { timeout: 15_000 }).toBe(before)
    expect(editor.box(13)).toBeDefined()
    await editor.press('Control+z')
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
  }, 90_000)

  it('makes one part of two with Ctrl+click, and puts an older version back from the history', async () => {
    await editor.open(14, 'parts')
    await editor.press('g')
    await editor.readyToPaint({ x: 60, y: 60 })
    const before = editor.mask(14)
    const [torso, hair] = [partNumber('torso'), partNumber('hair')]
    const seed = before.data.indexOf(torso)
    await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hair' }).click()
    await editor.page.keyboard.down('Control')
    await editor.click({ x: (seed % before.width) + 0.5, y: Math.floor(seed / before.width) + 0.5 })
    await editor.page.keyboard.up('Control')
    await editor.saved()
    expect(editor.mask(14).data).toEqual(before.data.map((part) => (part === torso ? hair : part)))
    await editor.page
      .locator('section[aria-label="History of parts"] .entry', { hasText: /imported|made here/ })
      .getByRole('button', { name: 'Restore' })
      .click()
    await expect.poll(() => editor.mask(14).data, { timeout: 15_000 }).toEqual(before.data)
    expect(editor.row(14, 'parts')?.revisions).toBe(2)
  }, 90_000)

  it('marks what an outline encloses as invalid in the depth map', async () => {
    await editor.open(15, 'depth')
    await editor.press('j')
    const before = depths(15)
    const corners: Place[] = []
    for (const corner of [
      { x: 40, y: 60 },
      { x: 90, y: 60 },
      { x: 65, y: 150 },
    ]) {
      corners.push(await editor.click(corner))
    }
    await editor.press('Enter')
    await editor.saved()
    const after = depths(15)
    before.data.forEach((raw, at) => {
      const x = before.left + (at % before.width) + 0.5
      const y = before.top + Math.floor(at / before.width) + 0.5
      if (after.data[at] !== (isInside(x, y, corners) ? 0 : raw)) throw new Error(`depth at ${x}, ${y}`)
    })
    expect(after.data).not.toEqual(before.data)
  }, 90_000)

  it('says who somebody is: a new name with Enter, a known one from the list', async () => {
    const identity = (person: number): unknown => {
      const value = editor.row(person, 'identity')?.value
      return value?.kind === 'identity' ? value.identity : undefined
    }
    await editor.open(16, 'identity')
    await editor.press('i')
    await editor.page.keyboard.type('Ada Example')
    await editor.press('Enter')
    await editor.saved()
    expect(identity(16)).toBe('Ada Example')
    await editor.open(17, 'identity')
    await editor.press('i')
    await editor.page.keyboard.type('ada')
    await editor.page.locator('.found .one', { hasText: 'Ada Example' }).click()
    await editor.saved()
    expect(identity(17)).toBe('Ada Example')
  }, 90_000)

  it('pastes a copied person’s joints onto another one at the same place, and copies on to the next image', async () => {
    await editor.open(18, 'keypoints')
    const joints = editor.joints(18)
    await editor.press('Control+c')
    await editor.press('f')
    await window.page.waitForSelector('.stage[data-person="19"]')
    await editor.press('Control+v')
    await editor.saved()
    expect(editor.joints(19)).toEqual(joints)
    expect(editor.row(19, 'keypoints')?.why).toBe('pasted labels')
  }, 90_000)

  it('can be used without seeing or without a mouse: nothing serious in either theme', async () => {
    await editor.open(20, 'keypoints')
    expect(await accessibilityProblems(window.page)).toEqual([])
    await editor.press('Control+Shift+L')
    await window.page.waitForSelector('html[data-theme="light"]')
    expect(await accessibilityProblems(window.page)).toEqual([])
    await editor.press('Control+Shift+L')
  }, 90_000)

  it('has done all this without an error in the page', () => {
    expect(window.problems).toEqual([])
  })

  function partNumber(name: string): number {
    const { schema } = editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'parts'")
    return (JSON.parse(schema) as { parts: string[] }).parts.indexOf(name)
  }

  function depths(person: number): Extract<LabelValue, { kind: 'depth' }> {
    const value = editor.row(person, 'depth')?.value
    if (value?.kind !== 'depth') throw new Error('no depth map is stored')
    return value
  }

  function answers(person: number): (boolean | null)[] {
    const value = editor.row(person, 'attributes')?.value
    if (value?.kind !== 'attributes') throw new Error('no answers are stored')
    return [...value.values]
  }
})
