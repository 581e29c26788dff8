import { describe, expect, it } from 'vitest'
import { differing, itLeavesNoError, useEditorProject } from './editorProject.ts'
import { EditorWindow } from './editorWindow.ts'
import { accessibilityProblems, chromiumPath, explainSkip } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('storing in the editor', () => {
  const project = useEditorProject(22)

  it('keeps a gesture that cannot be stored on screen, says why, and stores it when asked again', async () => {
    await project.editor.open(11, 'keypoints')
    const before = project.editor.joints(11)
    const index = before.findIndex(({ v }) => v === 2)
    await project.window.context.route('**/rpc/editing/apply', (route) => route.fulfill({ status: 400, body: '{}' }))
    await project.editor.stroke([before[index], { x: before[index].x + 20, y: before[index].y }])
    await project.window.page.getByText(/^Not stored: moved /).waitFor()
    expect(project.editor.joints(11)).toEqual(before)
    await project.window.page.getByText('unsaved', { exact: true }).waitFor()
    await project.window.context.unroute('**/rpc/editing/apply')
    await project.window.page.getByRole('button', { name: 'Try again' }).click()
    await project.editor.saved()
    expect(differing(project.editor.joints(11), before)).toEqual([index])
  }, 90_000)

  it('warns before a window closes that has a gesture which is not stored', async () => {
    const page = await project.window.context.newPage()
    const other = new EditorWindow(project.studio, page, 'demo.mend')
    await other.open(10, 'keypoints')
    const before = other.joints(10)
    const index = before.findIndex(({ v }) => v === 2)
    await page.route('**/rpc/editing/apply', (route) => route.fulfill({ status: 400, body: '{}' }))
    await other.stroke([before[index], { x: before[index].x + 20, y: before[index].y }])
    await page.getByText(/^Not stored: moved /).waitFor()
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await page.unroute('**/rpc/editing/apply')
    await page.getByRole('button', { name: 'Try again' }).click()
    await other.saved()
    expect(differing(other.joints(10), before)).toEqual([index])
    await page.close()
  }, 90_000)

  it('never overwrites what another window did without asking', async () => {
    await project.editor.open(12, 'keypoints')
    const other = new EditorWindow(project.studio, await project.window.context.newPage(), 'demo.mend')
    // This window hears of nothing.
    await project.window.page.route('**/rpc/editing/watch', (route) => route.abort())
    await project.editor.open(12, 'keypoints')
    await other.open(12, 'keypoints')
    const before = project.editor.joints(12)
    const [first, second] = before.flatMap(({ v }, at) => (v === 2 ? [at] : []))
    await other.stroke([before[first], { x: before[first].x + 14, y: before[first].y }])
    await other.saved()
    const theirs = project.editor.joints(12)
    await project.editor.stroke([before[second], { x: before[second].x + 14, y: before[second].y }])
    await project.window.page.getByRole('button', { name: 'Store mine over it' }).waitFor()
    expect(project.editor.joints(12)).toEqual(theirs)
    await project.window.page.getByRole('button', { name: 'Store mine over it' }).click()
    await project.editor.saved()
    // Both: only the joint that was moved here goes over theirs.
    expect(differing(project.editor.joints(12), before)).toEqual([first, second].sort((a, b) => a - b))
    // The other window hears of it and shows it.
    await other.page.getByText(/changed this image elsewhere/).waitFor()
    await project.window.page.unroute('**/rpc/editing/watch')
    await other.page.close()
  }, 90_000)

  it('can be used without seeing or without a mouse: nothing serious in either theme', async () => {
    await project.editor.open(20, 'keypoints')
    expect(await accessibilityProblems(project.window.page)).toEqual([])
    await project.editor.press('Control+Shift+L')
    await project.window.page.waitForSelector('html[data-theme="light"]')
    expect(await accessibilityProblems(project.window.page)).toEqual([])
    await project.editor.press('Control+Shift+L')
  }, 90_000)

  itLeavesNoError(project)
})
