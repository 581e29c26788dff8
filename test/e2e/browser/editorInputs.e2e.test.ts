import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { BrowserContext, CDPSession } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EditorWindow, type Place } from './editorWindow.ts'
import { isWithin, painted } from './paintedPixels.ts'
import { deepPicture, hugePicture, projectOfPictures, sidewaysPicture } from './pictureProject.ts'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

explainSkip()

const [sideways, deep, huge] = [1, 2, 3]

describe.skipIf(chromiumPath() === null)('pictures and pointers of all kinds in the editor', () => {
  let studio: Studio
  let window: StudioWindow
  let sharpContext: BrowserContext
  let editor: EditorWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['pictures.mend'] })
    const folder = path.join(studio.folder, 'pictures')
    mkdirSync(folder)
    const pictures = [await sidewaysPicture(folder), await deepPicture(folder), await hugePicture(folder)]
    projectOfPictures(path.join(studio.folder, 'pictures.mend'), pictures)
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'pictures.mend')
    sharpContext = await window.browser.newContext({
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 2,
      hasTouch: true,
      reducedMotion: 'reduce',
      storageState: await window.context.storageState(),
    })
    sharpContext.setDefaultTimeout(40_000)
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  /** Colour of the screen over a place of the image, away from cursor and labels. */
  async function colourAt(of: EditorWindow, place: Place): Promise<number[]> {
    const { x, y } = await of.pageOf(place)
    const shot = await of.page.screenshot({ clip: { x, y, width: 1, height: 1 } })
    const { data } = await sharp(shot).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return [...data.subarray(0, 3)]
  }

  const near = (wanted: readonly number[]): unknown[] =>
    wanted.map((level) => expect.toSatisfy((seen: number) => Math.abs(seen - level) <= 6, `about ${level}`))

  it('stands a picture upright that lies on its side in the file, and labels it in upright pixels', async () => {
    await editor.open(sideways, 'keypoints')
    await editor.press('h')
    await expect.poll(() => colourAt(editor, { x: 10, y: 10 }), { timeout: 30_000 }).toEqual(near([220, 20, 20]))
    expect(await colourAt(editor, { x: 50, y: 10 })).toEqual(near([90, 90, 90]))
    expect(await colourAt(editor, { x: 10, y: 90 })).toEqual(near([90, 90, 90]))
    await editor.press('h')
    const had = await editor.click({ x: 52, y: 91 })
    await editor.saved()
    expect(editor.joints(sideways)[0]).toEqual({ x: expect.closeTo(had.x, 3), y: expect.closeTo(had.y, 3), v: 2 })
  }, 120_000)

  it('shows 16 bits a channel as the eight that a screen has', async () => {
    await editor.open(deep, 'keypoints')
    await editor.press('h')
    await expect.poll(() => colourAt(editor, { x: 10, y: 20 }), { timeout: 30_000 }).toEqual(near([200, 200, 200]))
    expect(await colourAt(editor, { x: 50, y: 20 })).toEqual(near([20, 20, 20]))
    await editor.press('h')
  }, 120_000)

  it('places joints and paints in a picture of 12,000 × 9,000 pixels', async () => {
    await editor.open(huge, 'keypoints')
    await editor.press('h')
    await expect.poll(() => colourAt(editor, { x: 11_200, y: 8200 }), { timeout: 60_000 }).toEqual(near([220, 20, 20]))
    await editor.press('h')
    const had = await editor.click({ x: 11_200, y: 8200 })
    await editor.saved()
    expect(editor.joints(huge)[0]).toEqual({ x: expect.closeTo(had.x, 3), y: expect.closeTo(had.y, 3), v: 2 })

    await editor.open(huge, 'parts')
    await editor.press('b')
    await editor.readyToPaint({ x: 6000, y: 4000 })
    const way = await editor.stroke([
      { x: 3000, y: 3000 },
      { x: 3600, y: 3300 },
    ])
    await editor.saved()
    const value = editor.row(huge, 'parts')?.value
    if (value?.kind !== 'parts') throw new Error('nothing was painted')
    value.data.forEach((part, at) => {
      const x = value.left + (at % value.width) + 0.5
      const y = value.top + Math.floor(at / value.width) + 0.5
      if ((part === 1) !== isWithin(x, y, way, 12)) throw new Error(`part ${part} at ${x}, ${y}`)
    })
    expect(value.width).toBeGreaterThan(500)
  }, 240_000)

  it('paints with a pen as wide as its pressure, and with two fingers zooms and paints nothing', async () => {
    const pen = new EditorWindow(studio, await sharpContext.newPage(), 'pictures.mend')
    await pen.open(sideways, 'parts')
    await pen.press('b')
    await pen.readyToPaint({ x: 30, y: 50 })
    const before = pen.mask(sideways)
    const devices = await sharpContext.newCDPSession(pen.page)
    const places = [
      { x: 20, y: 40 },
      { x: 40, y: 60 },
    ]
    const way = await penStroke(devices, pen, places, 0.5)
    await pen.saved()
    await expect.poll(() => pen.row(sideways, 'parts')?.revisions, { timeout: 30_000 }).toBe(1)
    expect(pen.mask(sideways).data).toEqual(painted(before, 1, (x, y) => isWithin(x, y, way, 6)))

    const scale = async (): Promise<number> =>
      Number((await pen.page.locator('.stage').getAttribute('data-view'))?.split(' ')[0])
    const from = await scale()
    await pinch(devices, await pen.pageOf({ x: 30, y: 50 }), 40, 120)
    await expect.poll(scale, { timeout: 30_000 }).toBeCloseTo(from * 3, 3)
    await pen.saved()
    expect(pen.row(sideways, 'parts')?.revisions).toBe(1)
    await pen.page.close()
  }, 120_000)

  it('shows a pixel of a mask as that pixel where the screen has two to a CSS pixel', async () => {
    const fine = new EditorWindow(studio, await sharpContext.newPage(), 'pictures.mend')
    await fine.open(deep, 'parts')
    await fine.press('b', ...Array.from({ length: 30 }, () => '['))
    await fine.readyToPaint({ x: 30, y: 20 })
    await fine.click({ x: 40.5, y: 20.5 })
    await fine.saved()
    const mask = fine.mask(deep)
    expect([...mask.data.keys()].filter((at) => mask.data[at] !== 0)).toEqual([20 * mask.width + 40])
    await fine.press('k')
    await fine.page.mouse.move(2, 2)
    // One screen pixel to either side of each edge of the painted pixel.
    const [corner, end] = [await exactly(fine, { x: 40, y: 20 }), await exactly(fine, { x: 41, y: 21 })]
    const half = 0.5
    const inside = await screenPixel(fine, corner.x + half, corner.y + half)
    const outside = await screenPixel(fine, corner.x - 2 * half, corner.y - 2 * half)
    const last = await screenPixel(fine, end.x - 2 * half, end.y - 2 * half)
    const beyond = await screenPixel(fine, end.x + half, end.y + half)
    expect(inside).not.toEqual(outside)
    expect(last).toEqual(inside)
    expect(beyond).toEqual(outside)
    await fine.page.close()
  }, 120_000)

  it('has done all this without an error in the page', () => {
    expect(window.problems).toEqual([])
  })

  /** Where a place of the image stands on the page, to the fraction of a pixel. */
  async function exactly(of: EditorWindow, { x, y }: Place): Promise<Place> {
    const [scale, left, top] = ((await of.page.locator('.stage').getAttribute('data-view')) ?? '')
      .split(' ')
      .map(Number)
    const frame = await of.page.locator('.stage').boundingBox()
    return { x: (frame?.x ?? 0) + x * scale + left, y: (frame?.y ?? 0) + y * scale + top }
  }

  /** Colour of the one pixel of the screen that holds a point of the page; two of them are one CSS pixel. */
  async function screenPixel(of: EditorWindow, x: number, y: number): Promise<number[]> {
    const { data, info } = await sharp(await of.page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (Math.floor(y * 2) * info.width + Math.floor(x * 2)) * 3
    return [...data.subarray(at, at + 3)]
  }

  async function penStroke(
    devices: CDPSession,
    of: EditorWindow,
    places: readonly Place[],
    force: number,
  ): Promise<Place[]> {
    const had: Place[] = []
    for (const [at, place] of places.entries()) {
      const point = await of.pageOf(place)
      had.push(await of.imageOf(point))
      const pen = { ...point, button: 'left', pointerType: 'pen', force } as const
      await devices.send('Input.dispatchMouseEvent', { ...pen, type: 'mouseMoved', buttons: at === 0 ? 0 : 1 })
      if (at === 0)
        await devices.send('Input.dispatchMouseEvent', { ...pen, type: 'mousePressed', buttons: 1, clickCount: 1 })
    }
    const end = await of.pageOf(places[places.length - 1])
    await devices.send('Input.dispatchMouseEvent', {
      ...end,
      type: 'mouseReleased',
      button: 'left',
      pointerType: 'pen',
      clickCount: 1,
    })
    return had
  }

  /** Two fingers about a point, from one distance to another. */
  async function pinch(devices: CDPSession, { x, y }: Place, from: number, to: number): Promise<void> {
    const fingers = (apart: number) => [
      { x: x - apart / 2, y, id: 1 },
      { x: x + apart / 2, y, id: 2 },
    ]
    await devices.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(from).slice(0, 1) })
    await devices.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(from) })
    for (let step = 1; step <= 8; step++) {
      const apart = from + ((to - from) * step) / 8
      await devices.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) })
    }
    await devices.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
})
