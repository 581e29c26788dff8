import { BrushStroke } from '../../../core/dataset/editing/brush.ts'
import type { PartMask } from '../../../core/dataset/editing/mask.ts'
import type { EditorWindow, Place } from './editorWindow.ts'

/** Opens a person with the brush of 24 pixels and the part `hips` in hand. */
export async function takeHipsBrush(editor: EditorWindow, person: number): Promise<PartMask> {
  await editor.open(person, 'parts')
  await editor.press('b')
  await editor.readyToPaint({ x: 60, y: 60 })
  await editor.page.locator('section[aria-label="Parts"] button', { hasText: 'hips' }).click()
  return editor.mask(person)
}

/** What strokes of that brush through the places give; the brush has tests of its own. */
export function hipsStroked(
  editor: EditorWindow,
  mask: PartMask,
  ...strokes: readonly (readonly Place[])[]
): Uint8Array {
  const { schema } = editor.read<{ schema: string }>("SELECT schema FROM task WHERE name = 'parts'")
  const part = (JSON.parse(schema) as { parts: string[] }).parts.indexOf('hips')
  const copy = { ...mask, data: mask.data.slice() }
  for (const places of strokes) {
    const stroke = new BrushStroke(copy, { shape: 'round', radius: 12, part, over: null })
    for (const { x, y } of places) stroke.extend(x, y)
  }
  return copy.data
}

/** A stroke from left to right at a height. */
export const across = (y: number): Place[] => [30, 50, 70, 90].map((x) => ({ x, y }))
