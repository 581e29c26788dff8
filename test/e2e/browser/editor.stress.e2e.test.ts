import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { itLeavesNoError, useEditorProject } from './editorProject.ts'
import { EditorWindow } from './editorWindow.ts'
import { across, hipsStroked, takeHipsBrush } from './hipsBrush.ts'
import { isBeingWritten, slowDown } from './slowWrites.ts'
import { chromiumPath, explainSkip } from './studio.ts'

explainSkip()

/** For a service that is started again on a machine that does other work besides. */
const backMs = 40_000

describe.skipIf(chromiumPath() === null)('the editor when something dies in the middle of a stroke', () => {
  const project = useEditorProject(12)

  const revisions = (person: number): number => project.editor.row(person, 'parts')?.revisions ?? 0

  it('keeps a stroke during which the service was killed, says that it is not stored, and stores it once the service is back', async () => {
    const { editor, studio } = project
    const before = await takeHipsBrush(project.editor, 1)
    const first = await editor.stroke(across(60))
    await editor.saved()
    const second = await project.editor.beginStroke(across(110))
    await studio.kill()
    const third = await project.editor.beginStroke(across(150).slice(1))
    await editor.page.mouse.up()
    await editor.page.getByText(/^Not stored: brush: hips/).waitFor({ timeout: backMs })
    await editor.page.getByText('unsaved', { exact: true }).waitFor()
    expect(editor.mask(1).data).toEqual(hipsStroked(project.editor, before, first))
    await studio.serve()
    await editor.page.waitForSelector('.stage[data-saving="saved"]', { timeout: backMs })
    expect(editor.mask(1).data).toEqual(hipsStroked(project.editor, before, first, [...second, ...third]))
    expect(revisions(1)).toBe(2)
    // Nothing stays behind: the next stroke is stored, and all are taken back.
    const last = await editor.stroke(across(200))
    await editor.saved()
    expect(editor.mask(1).data).toEqual(hipsStroked(project.editor, before, first, [...second, ...third], last))
    for (let step = 0; step < 3; step++) await editor.press('Control+z')
    await expect.poll(() => editor.mask(1).data, { timeout: backMs }).toEqual(before.data)
  }, 240_000)

  it('stores a stroke once that the service was killed in the middle of storing', async () => {
    const { editor, studio } = project
    const before = await takeHipsBrush(project.editor, 2)
    const folder = path.join(studio.folder, 'demo.mend')
    const fast = slowDown(folder, 'INSERT ON label_revision', 100_000_000)
    const stroke = await editor.stroke(across(70))
    await expect.poll(() => isBeingWritten(folder), { timeout: backMs, interval: 20 }).toBe(true)
    await studio.kill()
    await editor.page.getByText(/^Not stored: brush: hips/).waitFor({ timeout: backMs })
    expect(editor.mask(2).data).toEqual(before.data)
    fast()
    await studio.serve()
    await editor.page.waitForSelector('.stage[data-saving="saved"]', { timeout: backMs })
    expect(editor.mask(2).data).toEqual(hipsStroked(project.editor, before, stroke))
    expect(revisions(2)).toBe(1)
  }, 240_000)

  it('loses only the stroke in hand when its window is closed', async () => {
    const { editor, studio, window } = project
    const page = await window.context.newPage()
    const other = new EditorWindow(studio, page, 'demo.mend')
    const before = await takeHipsBrush(other, 3)
    const stored = await other.stroke(across(60))
    await other.saved()
    await other.beginStroke(across(150))
    await page.close()
    expect(editor.mask(3).data).toEqual(hipsStroked(project.editor, before, stored))
    // The next window goes on from there, its history too.
    await takeHipsBrush(project.editor, 3)
    await editor.press('Control+z')
    await expect.poll(() => editor.mask(3).data, { timeout: backMs }).toEqual(before.data)
    expect(revisions(3)).toBe(2)
  }, 240_000)

  it('loses only the stroke in hand when the process of its window is killed', async () => {
    const { editor, studio, window } = project
    const page = await window.context.newPage()
    const other = new EditorWindow(studio, page, 'demo.mend')
    const before = await takeHipsBrush(other, 4)
    const stored = await other.stroke(across(60))
    await other.saved()
    await other.beginStroke(across(150))
    const crashed = page.waitForEvent('crash', { timeout: backMs })
    const session = await window.context.newCDPSession(page)
    // It never answers.
    session.send('Page.crash').catch(() => undefined)
    await crashed
    await page.close()
    expect(editor.mask(4).data).toEqual(hipsStroked(project.editor, before, stored))
    expect(await takeHipsBrush(project.editor, 4)).toEqual({
      ...before,
      data: hipsStroked(project.editor, before, stored),
    })
    expect(revisions(4)).toBe(1)
  }, 240_000)

  it('takes no second step back when the answer to the first was lost', async () => {
    const { editor, studio, window } = project
    const before = await takeHipsBrush(project.editor, 5)
    const first = await editor.stroke(across(60))
    await editor.saved()
    await editor.stroke(across(150))
    await editor.saved()
    // The service does it, and its answer does not arrive.
    await window.page.route('**/rpc/editing/undo', async (route) => {
      await route.fetch()
      await studio.kill()
      await route.abort()
    })
    await editor.press('Control+z')
    await editor.page.getByText(/^Not stored: undo/).waitFor({ timeout: backMs })
    await window.page.unroute('**/rpc/editing/undo')
    await studio.serve()
    await editor.page.waitForSelector('.stage[data-saving="saved"]', { timeout: backMs })
    await expect
      .poll(() => editor.mask(5).data, { timeout: backMs })
      .toEqual(hipsStroked(project.editor, before, first))
    await editor.press('Control+z')
    await expect.poll(() => editor.mask(5).data, { timeout: backMs }).toEqual(before.data)
  }, 240_000)

  it('draws of a stroke only what it touches, and shows the same as when all is drawn anew', async () => {
    const { editor } = project
    await takeHipsBrush(project.editor, 6)
    const shown = (): Promise<string> =>
      editor.page.evaluate(`document.querySelectorAll('.stage canvas')[1].toDataURL()`)
    const empty = await shown()
    await editor.stroke([...across(60), ...across(95).reverse(), ...across(180)])
    await editor.saved()
    await editor.hover({ x: 100, y: 240 })
    await editor.page.waitForTimeout(500)
    const drawn = await shown()
    expect(drawn).not.toBe(empty)
    await editor.press('h', 'h')
    await editor.page.waitForTimeout(500)
    expect(await shown()).toBe(drawn)
  }, 240_000)

  itLeavesNoError(project)
})
