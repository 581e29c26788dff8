import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBundlePeople } from './bundleLabels.ts'
import { itLeavesNoError, useEditorProject } from './editorProject.ts'
import type { EditorWindow } from './editorWindow.ts'
import { plainOf } from './paintedPixels.ts'
import { chromiumPath, explainSkip } from './studio.ts'

explainSkip()

interface ToolEdit {
  readonly tool: string
  readonly task: string
  readonly act: (editor: EditorWindow, person: number) => Promise<unknown>
}

const corner = { x: 30, y: 40 }
const triangle = [corner, { x: 100, y: 60 }, { x: 55, y: 150 }]

async function outline(editor: EditorWindow): Promise<void> {
  for (const place of triangle) await editor.click(place)
  await editor.press('Enter')
}

async function choosePart(editor: EditorWindow, name: string): Promise<void> {
  await editor.page.locator('section[aria-label="Parts"] button', { hasText: name }).first().click()
}

/** The middle of the first pixel of a part. */
function pixelOf(editor: EditorWindow, person: number, part: number): { x: number; y: number } {
  const { data, width } = editor.mask(person)
  const at = data.indexOf(part)
  return { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 }
}

const painting = (tool: string, key: string, act: ToolEdit['act']): ToolEdit => ({
  tool,
  task: 'parts',
  act: async (editor, person) => {
    await editor.press(key)
    await editor.readyToPaint({ x: 60, y: 60 })
    await choosePart(editor, 'hair')
    await act(editor, person)
  },
})

/** One gesture with each tool; what it must give is checked where the tool is, here what is exported of it. */
const edits: readonly ToolEdit[] = [
  {
    tool: 'joints',
    task: 'keypoints',
    act: async (editor, person) => {
      const joint = editor.joints(person).find(({ v }) => v === 2) ?? corner
      await editor.stroke([joint, { x: joint.x + 17, y: joint.y + 9 }])
    },
  },
  {
    tool: 'sides',
    task: 'keypoints',
    act: (editor) => editor.press('x'),
  },
  painting('brush', 'b', (editor) => editor.stroke(triangle)),
  painting('eraser', 'e', (editor) => editor.stroke(triangle)),
  painting('edge-aware brush', 'm', (editor) =>
    editor.stroke([
      { x: 62, y: 80 },
      { x: 66, y: 96 },
    ]),
  ),
  painting('polygon', 'p', outline),
  painting('polygon taken away', 'Shift+P', outline),
  painting('fill', 'g', (editor, person) => editor.click(pixelOf(editor, person, 2))),
  { tool: 'attributes', task: 'attributes', act: (editor) => editor.press('2') },
  {
    tool: 'identity',
    task: 'identity',
    act: async (editor) => {
      await editor.press('i')
      await editor.page.keyboard.type('Ada Example')
      await editor.press('Enter')
    },
  },
  {
    tool: 'depth',
    task: 'depth',
    act: async (editor) => {
      await editor.press('j')
      await outline(editor)
    },
  },
]

describe.skipIf(chromiumPath() === null)('what the editor has done', () => {
  const project = useEditorProject(14)

  it('is exported bit by bit, whatever the tool', async () => {
    const { editor, studio } = project
    for (const [at, { tool, task, act }] of edits.entries()) {
      await editor.open(at + 1, task)
      await act(editor, at + 1)
      const edited = (): number => editor.row(at + 1, task)?.revisions ?? 0
      await expect.poll(edited, { timeout: 30_000, message: tool }).toBeGreaterThan(0)
      await editor.saved()
    }
    const last = edits.length + 1
    await editor.open(last, 'keypoints')
    await editor.press('w')
    const before = editor.box(last)
    await editor.press('Shift+ArrowRight')
    await expect.poll(() => editor.box(last).x, { timeout: 30_000 }).toBe(before.x + 10)

    await studio.mend('export', 'demo.mend', 'out', '--format', 'mend-bundle')
    const exported = await readBundlePeople(path.join(studio.folder, 'out'))
    for (const [at, { tool, task }] of edits.entries()) {
      const stored = editor.row(at + 1, task)
      const label = exported.get(at + 1)?.labels.get(task)
      expect(label?.state, tool).toBe(stored?.state)
      expect(plainOf(label?.value ?? {}, label?.pixels ?? null), tool).toEqual(plainOf(stored?.value ?? {}, null))
    }
    expect(exported.get(last)?.box).toEqual([before.x + 10, before.y, before.width, before.height])
  }, 240_000)

  itLeavesNoError(project)
})
