import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBundlePeople } from './bundleLabels.ts'
import { EditorWindow } from './editorWindow.ts'
import { chromiumPath, explainSkip, openWindow, Studio, type StudioWindow } from './studio.ts'

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

/** A value with its joints as triples and its pixels as plain numbers, wherever it was read from. */
function plainOf(value: object, pixels: readonly number[] | null): Record<string, unknown> {
  const { asset: _, data, ...plain } = { asset: null, data: null, ...value } as Record<string, unknown>
  if ('joints' in plain) {
    const joints = plain['joints'] as (number[] | { x: number; y: number; v: number })[]
    return { ...plain, joints: joints.map((joint) => (Array.isArray(joint) ? joint : [joint.x, joint.y, joint.v])) }
  }
  const cells = pixels ?? (ArrayBuffer.isView(data) ? Array.from(data as Uint8Array) : null)
  return cells === null ? plain : { ...plain, cells }
}

describe.skipIf(chromiumPath() === null)('what the editor has done', () => {
  let studio: Studio
  let window: StudioWindow
  let editor: EditorWindow

  beforeAll(async () => {
    studio = await Studio.prepare({ projects: ['demo.mend'] })
    await studio.mend('synth', 'demo.mend', '--profile', 'full', '--people', '14', '--seed', '4', '--size', '256x128')
    await studio.serve()
    window = await openWindow(studio)
    editor = new EditorWindow(studio, window.page, 'demo.mend')
  }, 240_000)
  afterAll(async () => {
    await window?.browser.close()
    await studio?.dispose()
  })

  it('is exported bit by bit, whatever the tool', async () => {
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
    expect(window.problems).toEqual([])
  }, 240_000)
})
