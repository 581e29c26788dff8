import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EditorWindow, type Place } from '../browser/editorWindow.ts'
import { across, hipsStroked, takeHipsBrush } from '../browser/hipsBrush.ts'
import { buildWhatIsStale, DesktopStudio, explainSkip, Screen, stillRunning, whyNoDesktop } from './desktopStudio.ts'

explainSkip()

/** For a program that is started on a machine that does other work besides. */
const startMs = 60_000

describe.skipIf(whyNoDesktop() !== null)('the desktop’s main process killed in the middle of strokes', () => {
  let screen: Screen
  let studio: DesktopStudio

  beforeAll(async () => {
    await buildWhatIsStale()
    screen = await Screen.open()
    studio = await DesktopStudio.prepare(screen)
    const made = ['--people', '4', '--seed', '4', '--size', '256x128']
    await studio.mend('synth', 'people.mend', '--profile', 'full', ...made)
  }, 240_000)
  afterAll(async () => {
    await studio?.dispose()
    screen?.close()
  })

  /** Starts the program with the project, and opens a person with the brush of 24 pixels and `hips` in hand. */
  async function open(person: number): Promise<EditorWindow> {
    const page: Page = await studio.start('people.mend')
    await page.waitForSelector('[role=gridcell][aria-label*="person"]', { timeout: startMs })
    const project = /\/p\/([^/]+)/.exec(page.url())?.[1] ?? ''
    const place = { folder: studio.folder, project, at: (path: string) => `studio://app${path}` }
    const editor = new EditorWindow(place, page, 'people.mend')
    await takeHipsBrush(editor, person)
    return editor
  }

  async function killMainProcess(): Promise<void> {
    const started = await studio.descendants()
    const ended = studio.ended()
    studio.electron.process().kill('SIGKILL')
    await ended
    // The service notices that nobody is left, and ends too.
    await expect.poll(() => stillRunning(started), { timeout: startMs, interval: 250 }).toEqual([])
  }

  test('keeps every stroke that was acknowledged, and the next start shows them, to be taken back one by one', async () => {
    const editor = await open(1)
    const before = editor.mask(1)
    const strokes: Place[][] = []
    for (const y of [60, 110, 160]) {
      strokes.push(await editor.stroke(across(y)))
      await editor.saved()
    }
    await editor.beginStroke(across(210))
    await killMainProcess()
    expect(editor.mask(1).data).toEqual(hipsStroked(editor, before, ...strokes))

    const again = await open(1)
    expect(again.row(1, 'parts')?.revisions).toBe(3)
    await again.press('Control+z')
    const two = hipsStroked(again, before, ...strokes.slice(0, 2))
    await expect.poll(() => again.mask(1).data, { timeout: startMs }).toEqual(two)
    await again.saved()
    await again.press('Control+z', 'Control+z')
    await expect.poll(() => again.mask(1).data, { timeout: startMs }).toEqual(before.data)
    await again.saved()
    await killMainProcess()
  }, 300_000)

  test('has a stroke that was just let go either whole or not at all', async () => {
    const editor = await open(2)
    const before = editor.mask(2)
    const first = await editor.stroke(across(70))
    await editor.saved()
    const last = await editor.stroke(across(140))
    await killMainProcess()
    const without = hipsStroked(editor, before, first)
    const kept = editor.mask(2).data
    const { revisions } = editor.row(2, 'parts') ?? { revisions: 0 }
    expect([1, 2]).toContain(revisions)
    expect(kept).toEqual(revisions === 1 ? without : hipsStroked(editor, before, first, last))
    const again = await open(2)
    await again.press('Control+z')
    const wanted = revisions === 1 ? before.data : without
    await expect.poll(() => again.mask(2).data, { timeout: startMs }).toEqual(wanted)
  }, 300_000)
})
