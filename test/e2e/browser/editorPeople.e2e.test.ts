import { describe, expect, it } from 'vitest'
import type { LabelValue } from '../../../core/dataset/label.ts'
import { itLeavesNoError, useEditorProject } from './editorProject.ts'
import { type Place } from './editorWindow.ts'
import { isInside } from './paintedPixels.ts'
import { chromiumPath, explainSkip } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('people, boxes and what is answered in the editor', () => {
  const project = useEditorProject(22)

  it('resizes, moves, nudges and draws boxes, and a click changes none', async () => {
    await project.editor.open(9, 'keypoints')
    await project.editor.press('w')
    const before = project.editor.box(9)
    await project.editor.click({ x: before.x + before.width / 2, y: before.y + before.height / 2 })
    await project.editor.saved()
    expect(project.editor.box(9)).toEqual(before)

    const corner = { x: before.x + before.width, y: before.y + before.height }
    const [from, to] = await project.editor.stroke([corner, { x: corner.x - 15, y: corner.y - 22 }])
    await project.editor.saved()
    const resized = project.editor.box(9)
    expect(resized).toMatchObject({ x: before.x, y: before.y })
    expect(resized.width).toBeCloseTo(before.width + to.x - from.x, 3)
    expect(resized.height).toBeCloseTo(before.height + to.y - from.y, 3)

    await project.editor.press('ArrowRight', 'Shift+ArrowDown')
    await project.editor.saved()
    expect(project.editor.box(9).x).toBeCloseTo(resized.x + 1, 3)
    expect(project.editor.box(9).y).toBeCloseTo(resized.y + 10, 3)

    const [a, b] = await project.editor.stroke([
      { x: 10, y: 12 },
      { x: 100, y: 180 },
    ])
    await project.editor.saved()
    expect(project.editor.box(9)).toEqual({
      x: expect.closeTo(a.x, 3) as number,
      y: expect.closeTo(a.y, 3) as number,
      width: expect.closeTo(b.x - a.x, 3) as number,
      height: expect.closeTo(b.y - a.y, 3) as number,
    })
    for (let at = 0; at < 4; at++) await project.editor.press('Control+z')
    await expect.poll(() => project.editor.box(9), { timeout: 15_000 }).toEqual(before)
  }, 90_000)

  it('answers attributes with their digits: yes, no, not annotated', async () => {
    await project.editor.open(10, 'attributes')
    const before = answers(10)
    const next = (answer: boolean | null): boolean | null => (answer === null ? true : answer ? false : null)
    await project.editor.press('2')
    await project.editor.saved()
    expect(answers(10)).toEqual(before.with(1, next(before[1])))
    await project.editor.press('2')
    await project.editor.saved()
    expect(answers(10)).toEqual(before.with(1, next(next(before[1]))))
    await project.editor.press('Control+z', 'Control+z')
    await expect.poll(() => answers(10), { timeout: 15_000 }).toEqual(before)
  }, 90_000)

  it('goes to the next attribute without an answer with Q, and Y or N answers it and goes on', async () => {
    await project.editor.open(11, 'attributes')
    const before = answers(11)
    const open = before.flatMap((answer, at) => (answer === null ? [at] : []))
    if (open.length === 0) {
      // Make the second one open: yes, no or open goes round.
      while (answers(11)[1] !== null) {
        await project.editor.press('2')
        await project.editor.saved()
      }
      open.push(1)
    }
    const first = open[0]
    await project.editor.press('q')
    const rows = project.editor.page.locator('section[aria-label="Attributes: attributes"] .row')
    await rows.nth(first).locator('.answer:focus').waitFor()
    await project.editor.press('n')
    await expect.poll(() => answers(11)[first], { timeout: 15_000 }).toBe(false)
    await project.editor.saved()
    expect(answers(11).filter((answer) => answer === null)).toHaveLength(open.length - 1)
  }, 90_000)

  it('adds, duplicates and deletes people, each taken back with one key', async () => {
    await project.editor.open(13, 'keypoints')
    const { image } = project.editor.read<{ image: number }>('SELECT image_id AS image FROM person WHERE id = 13')
    const count = (): number =>
      project.editor.read<{ n: number }>('SELECT count(*) AS n FROM person WHERE image_id = ?', image).n
    const before = count()
    await project.editor.press('Shift+W')
    await project.editor.stroke([
      { x: 8, y: 8 },
      { x: 60, y: 120 },
    ])
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
    // Whoever is new is chosen; taken back, the one before is.
    await project.window.page.waitForSelector('.stage:not([data-person="13"])')
    await project.editor.press('Control+z')
    await expect.poll(count, { timeout: 15_000 }).toBe(before)
    await project.window.page.waitForSelector('.stage[data-person="13"]')
    await project.editor.press('Control+d')
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
    // The copy is chosen: it is what goes.
    await project.window.page.waitForSelector('.stage:not([data-person="13"])')
    await project.editor.press('Shift+Delete')
    await expect.poll(count, { timeout: 15_000 }).toBe(before)
    expect(project.editor.box(13)).toBeDefined()
    await project.editor.press('Control+z')
    await expect.poll(count, { timeout: 15_000 }).toBe(before + 1)
  }, 90_000)

  it('marks what an outline encloses as invalid in the depth map', async () => {
    await project.editor.open(15, 'depth')
    await project.editor.press('j')
    const before = depths(15)
    const corners: Place[] = []
    for (const corner of [
      { x: 40, y: 60 },
      { x: 90, y: 60 },
      { x: 65, y: 150 },
    ]) {
      corners.push(await project.editor.click(corner))
    }
    await project.editor.press('Enter')
    await project.editor.saved()
    const after = depths(15)
    before.data.forEach((raw, at) => {
      const x = before.left + (at % before.width) + 0.5
      const y = before.top + Math.floor(at / before.width) + 0.5
      if (after.data[at] !== (isInside(x, y, corners) ? 0 : raw)) throw new Error(`depth at ${x}, ${y}`)
    })
    expect(after.data).not.toEqual(before.data)

    // What is invalid is hatched: light and dark by turns along a row, clear enough for the picture; the rest is opaque.
    const row = Array.from({ length: 30 }, (_, at) => ({ x: 51 + at, y: 70.5 }))
    const hatching = async (): Promise<string> => {
      const colours = await rasterColours(row)
      const clear = colours.every(([, , , alpha]) => alpha > 0 && alpha < 200)
      const light = colours.filter(([red]) => red > 128).length
      return clear && light > 0 && light < colours.length ? 'hatched' : JSON.stringify(colours)
    }
    await expect.poll(hatching, { timeout: 30_000 }).toBe('hatched')
    const valid = [...after.data.keys()].filter((at) => after.data[at] > 0)
    const somewhere = valid[Math.floor(valid.length / 2)]
    const place = { x: after.left + (somewhere % after.width), y: after.top + Math.floor(somewhere / after.width) }
    const [[, , , alpha]] = await rasterColours([{ x: place.x + 0.5, y: place.y + 0.5 }])
    expect(alpha).toBe(255)
  }, 90_000)

  it('fits the box to the labels with Ctrl+B', async () => {
    await project.editor.open(20, 'keypoints')
    const former = project.editor.box(20)
    await project.editor.press('w', 'Shift+ArrowRight')
    await project.editor.saved()
    await project.editor.press('Control+b')
    const xs: number[] = []
    const ys: number[] = []
    for (const { x, y, v } of project.editor.joints(20)) {
      if (v !== 1 && v !== 2) continue
      xs.push(x)
      ys.push(y)
    }
    const { data, width } = project.editor.mask(20)
    data.forEach((part, at) => {
      if (part === 0) return
      xs.push(at % width, (at % width) + 1)
      ys.push(Math.floor(at / width), Math.floor(at / width) + 1)
    })
    const [left, top] = [Math.floor(Math.min(...xs)), Math.floor(Math.min(...ys))]
    const around = {
      x: left,
      y: top,
      width: Math.ceil(Math.max(...xs)) - left,
      height: Math.ceil(Math.max(...ys)) - top,
    }
    await expect.poll(() => project.editor.box(20), { timeout: 30_000 }).toEqual(around)
    await project.editor.saved()
    await project.editor.press('Control+z', 'Control+z')
    await expect.poll(() => project.editor.box(20), { timeout: 30_000 }).toEqual(former)
  }, 90_000)

  it('takes the keys of another tool, chosen in the settings, and gives its own back', async () => {
    const { page } = project.window
    const choose = async (title: string): Promise<void> => {
      await page.goto(project.studio.at('/settings?section=keys'))
      await page.getByRole('combobox', { name: 'Keys of' }).click()
      await page.getByRole('option', { name: title, exact: true }).click()
      await page.getByRole('combobox', { name: 'Keys of' }).getByText(title).waitFor()
    }
    const toolAfter = async (key: string): Promise<string | null> => {
      await project.editor.open(21, 'keypoints')
      await project.editor.press(key)
      await page.waitForTimeout(300)
      return page.locator('.stage').getAttribute('data-tool')
    }
    expect(await toolAfter('Shift+2')).toBe('keypoints')
    await choose('CVAT')
    expect(await toolAfter('Shift+2')).toBe('eraser')
    // What stood there by default has another key now.
    expect(await toolAfter('Shift+N')).toBe('box')
    await choose('Mend Studio')
    expect(await toolAfter('Shift+2')).toBe('keypoints')
  }, 120_000)

  it('says who somebody is: a new name with Enter, a known one from the list', async () => {
    const identity = (person: number): unknown => {
      const value = project.editor.row(person, 'identity')?.value
      return value?.kind === 'identity' ? value.identity : undefined
    }
    await project.editor.open(16, 'identity')
    await project.editor.press('i')
    await project.editor.page.keyboard.type('Ada Example')
    await project.editor.press('Enter')
    await project.editor.saved()
    expect(identity(16)).toBe('Ada Example')
    await project.editor.open(17, 'identity')
    await project.editor.press('i')
    await project.editor.page.keyboard.type('ada')
    await project.editor.page.locator('.found .one', { hasText: 'Ada Example' }).click()
    await project.editor.saved()
    expect(identity(17)).toBe('Ada Example')
  }, 90_000)

  it('pastes a copied person’s joints onto another one at the same place, and copies on to the next image', async () => {
    await project.editor.open(18, 'keypoints')
    const joints = project.editor.joints(18)
    await project.editor.press('Control+c')
    await project.editor.press('f')
    await project.window.page.waitForSelector('.stage[data-person="19"]')
    await project.editor.press('Control+v')
    await project.editor.saved()
    expect(project.editor.joints(19)).toEqual(joints)
    expect(project.editor.row(19, 'keypoints')?.why).toBe('pasted labels')
  }, 90_000)

  itLeavesNoError(project)

  function depths(person: number): Extract<LabelValue, { kind: 'depth' }> {
    const value = project.editor.row(person, 'depth')?.value
    if (value?.kind !== 'depth') throw new Error('no depth map is stored')
    return value
  }

  /** Red, green, blue and alpha of the layer of masks and depth maps at places of the image. */
  async function rasterColours(places: readonly Place[]): Promise<number[][]> {
    const { editor, window } = project
    const frame = await window.page.locator('.stage').boundingBox()
    if (frame === null) throw new Error('the stage is not in sight')
    const points = await Promise.all(places.map((place) => editor.pageOf(place)))
    const at = JSON.stringify(points.map(({ x, y }) => [x - frame.x, y - frame.y]))
    return window.page.evaluate<number[][]>(`(() => {
      const canvas = document.querySelectorAll('.stage canvas')[1]
      const context = canvas.getContext('2d')
      return ${at}.map(([x, y]) => [...context.getImageData(x * devicePixelRatio, y * devicePixelRatio, 1, 1).data])
    })()`)
  }

  function answers(person: number): (boolean | null)[] {
    const value = project.editor.row(person, 'attributes')?.value
    if (value?.kind !== 'attributes') throw new Error('no answers are stored')
    return [...value.values]
  }
})
