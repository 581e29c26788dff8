import { describe, expect, it } from 'vitest'
import { itLeavesNoError, useEditorProject } from './editorProject.ts'
import { EditorWindow } from './editorWindow.ts'
import { accessibilityProblems, chromiumPath, explainSkip, setTheme } from './studio.ts'

explainSkip()

describe.skipIf(chromiumPath() === null)('the template editor', () => {
  const project = useEditorProject(4)

  function template(): { joints: string[]; edges: number[][]; flip: number[] } {
    const { schema } = project.editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'keypoints'")
    return JSON.parse(schema) as { joints: string[]; edges: number[][]; flip: number[] }
  }

  it('renames, moves, adds and removes joints, says what that does to the labels, and takes it back', async () => {
    const { editor, window } = project
    await editor.open(1, 'keypoints')
    const former = template()
    const before = editor.joints(1)
    const { revisions } = editor.row(1, 'keypoints') ?? { revisions: -1 }
    await editor.press('Shift+K')
    const rows = window.page.locator('.joints li')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(former.joints.length)

    // The first joint becomes the second, the third is renamed, the last goes, a new one comes.
    await rows.nth(0).getByRole('button', { name: /later/ }).click()
    await rows.nth(2).locator('input').fill('hip of the right')
    await rows
      .last()
      .getByRole('button', { name: /^Remove/ })
      .click()
    await window.page.getByRole('button', { name: 'Add a joint' }).click()
    await window.page.keyboard.type('nose')
    const outcome = window.page.locator('.template .outcome')
    await outcome.getByText(/nose: new, not annotated in 4 labels/).waitFor()
    const last = former.joints.at(-1) ?? ''
    const annotated = [1, 2, 3, 4].filter((person) => editor.joints(person).at(-1)?.v !== 0).length
    await outcome.getByText(`${last} goes: it is annotated in ${annotated} labels`).waitFor()
    await outcome.getByText(`${former.joints[2]} is called hip of the right.`).waitFor()
    await window.page.getByRole('button', { name: 'Change the template' }).click()
    await window.page.getByText('The template of keypoints is changed').waitFor()

    const [first, second, ...rest] = former.joints.slice(0, -1)
    const names = [second, first, ...rest, 'nose']
    names[2] = 'hip of the right'
    expect(template().joints).toEqual(names)
    const open = { x: 0, y: 0, v: 0 }
    expect(editor.joints(1)).toEqual([before[1], before[0], ...before.slice(2, -1), open])
    expect(editor.row(1, 'keypoints')?.revisions).toBe(revisions)

    // A joint is dragged in the new template, then the old one is put back: all other joints are as they were.
    await window.page.getByRole('button', { name: 'Close the template' }).click()
    const moved = editor.joints(1).findIndex(({ v }, index) => v === 2 && index > 2)
    const from = editor.joints(1)[moved]
    await editor.stroke([from, { x: from.x + 12, y: from.y + 9 }])
    await editor.saved()
    const dragged = editor.joints(1)[moved]
    await editor.press('Shift+K')
    await window.page.getByRole('button', { name: 'Take back' }).first().click()
    await expect.poll(() => template().joints, { timeout: 30_000 }).toEqual(former.joints)
    expect(editor.joints(1)).toEqual(before.with(moved, dragged))
    await window.page.getByRole('button', { name: 'Close the template' }).click()
  }, 120_000)

  it('begins with a skeleton that comes with the product, and keeps joints of the same names', async () => {
    const { editor, window } = project
    await editor.open(2, 'keypoints')
    const former = template().joints
    const before = editor.joints(2)
    await editor.press('Shift+K')
    await window.page.getByRole('combobox', { name: 'Begin with a skeleton' }).click()
    await window.page.getByRole('option', { name: /Leeds Sports Pose/ }).click()
    await window.page.getByRole('button', { name: 'Change the template' }).click()
    await expect.poll(() => template().joints.length, { timeout: 30_000 }).toBe(14)
    const kept = template().joints.map((name) => former.indexOf(name))
    expect(kept.filter((index) => index < 0)).toEqual([])
    expect(editor.joints(2)).toEqual(kept.map((index) => before[index]))
  }, 120_000)

  it('makes a task with an own template from one joint, and one from a skeleton that comes with the product', async () => {
    const { editor, window } = project
    const { page } = window
    const made = (task: string): { joints: string[] } | null => {
      const row = editor.read<{ schema: string } | undefined>('SELECT schema FROM task WHERE name = ?', task)
      return row === undefined ? null : (JSON.parse(row.schema) as { joints: string[] })
    }
    await editor.open(3, 'keypoints')
    await editor.press('Alt+Shift+K')
    const name = page.getByRole('textbox', { name: 'Name of the task' })
    await name.fill('keypoints')
    await page.getByText('The project has a task "keypoints" already.').waitFor()
    expect(await page.getByRole('button', { name: 'Make the template' }).isDisabled()).toBe(true)
    await name.fill('hand')
    await name.press('Enter')
    await page.getByRole('heading', { name: 'Template of hand' }).waitFor()
    const rows = page.locator('.joints li')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(1)
    await rows.first().locator('input').fill('wrist')
    await page.getByRole('button', { name: 'Add a joint' }).click()
    await page.keyboard.type('thumb')
    await page.getByRole('button', { name: 'Change the template' }).click()
    await expect.poll(() => made('hand')?.joints, { timeout: 30_000 }).toEqual(['wrist', 'thumb'])

    // Its joints are placed at once.
    await page.getByRole('button', { name: 'Close the template' }).click()
    await page.waitForSelector('.stage[data-tool="keypoints"]')
    await page.getByRole('region', { name: 'Joints of hand' }).getByText('thumb').waitFor()
    const wrist = await editor.click({ x: 60, y: 90 })
    await expect.poll(() => editor.row(3, 'hand')?.state, { timeout: 30_000 }).toBe('labelled')
    const [placed, open] = editor.joints(3, 'hand')
    expect(placed.x).toBeCloseTo(wrist.x, 3)
    expect(placed.y).toBeCloseTo(wrist.y, 3)
    expect(open.v).toBe(0)

    await editor.press('Shift+K')
    await page.getByRole('button', { name: /New template/ }).click()
    await name.fill('body')
    await page.getByRole('combobox', { name: 'Skeleton to begin with' }).click()
    await page.getByRole('option', { name: /COCO/ }).first().click()
    await page.getByRole('button', { name: 'Make the template' }).click()
    await page.getByRole('heading', { name: 'Template of body' }).waitFor()
    expect(made('body')?.joints).toHaveLength(17)
    await page.getByRole('button', { name: 'Close the template' }).click()
  }, 120_000)

  it('another window draws by the changed template without being asked to', async () => {
    const { editor, window, studio } = project
    await editor.open(4, 'keypoints')
    const joints = window.page.getByRole('region', { name: 'Joints of keypoints' })
    await joints.getByText(template().joints[0]).first().waitFor()
    const page = await window.context.newPage()
    const other = new EditorWindow(studio, page, 'demo.mend')
    await other.open(4, 'keypoints')
    await other.press('Shift+K')
    await page.locator('.joints li').first().waitFor()
    await page.getByRole('button', { name: 'Add a joint' }).click()
    await page.keyboard.type('tail')
    await page.getByRole('button', { name: 'Change the template' }).click()
    await joints.getByText('tail').waitFor()
    await page.getByRole('button', { name: 'Take back' }).first().click()
    await joints.getByText('tail').waitFor({ state: 'detached' })
    await page.close()
  }, 120_000)

  it('a change that is stored, and one that is taken back, after the panel was closed is drawn by', async () => {
    const { editor, window } = project
    const { page } = window
    await editor.open(4, 'keypoints')
    const joints = page.getByRole('region', { name: 'Joints of keypoints' })
    const held = Promise.withResolvers<undefined>()
    await page.route('**/rpc/templates/change', async (route) => {
      await held.promise
      await route.continue()
    })
    await editor.press('Shift+K')
    await page.locator('.joints li').first().waitFor()
    await page.getByRole('button', { name: 'Add a joint' }).click()
    await page.keyboard.type('tail')
    await page.getByRole('button', { name: 'Change the template' }).click()
    await page.getByRole('button', { name: 'Close the template' }).click()
    held.resolve(undefined)
    await joints.getByText('tail').waitFor()
    await page.unroute('**/rpc/templates/change')
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
    await joints.getByText('tail').waitFor({ state: 'detached' })
  }, 120_000)

  it('can be used without seeing or without a mouse: nothing serious in either theme', async () => {
    const { editor, window } = project
    await editor.open(2, 'keypoints')
    await editor.press('Alt+Shift+K')
    await window.page.getByRole('textbox', { name: 'Name of the task' }).waitFor()
    expect(await accessibilityProblems(window.page)).toEqual([])
    await editor.press('Escape', 'Shift+K')
    await window.page.locator('.joints input.name').first().focus()
    expect(await accessibilityProblems(window.page)).toEqual([])
    await setTheme(window.page, 'light')
    expect(await accessibilityProblems(window.page)).toEqual([])
    await setTheme(window.page, 'dark')
    await window.page.keyboard.press('Escape')
    await window.page.getByRole('heading', { name: 'Joints' }).waitFor()
  }, 90_000)

  itLeavesNoError(project)
})
