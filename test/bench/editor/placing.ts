import type { BenchmarkMeasurement } from '../benchmark.ts'
import type { EditorBench } from './editorBench.ts'
import { first, poseJoints, skeletonIn } from './editorProject.ts'

/**
 * An expert places the 14 joints of somebody who has none, each where it belongs. Counts what the window was sent.
 * @throws Error unless the database then has every joint where it was put
 */
export async function measurePlacing({ page, editor, log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  await editor.open(first.pose, 'pose')
  await page.evaluate(`(() => {
    globalThis.inputs = { pointerdown: 0, keydown: 0 }
    for (const type of Object.keys(inputs)) addEventListener(type, () => inputs[type]++, { capture: true })
  })()`)
  const wanted = skeletonIn(editor.box(first.pose), poseJoints)
  const started = performance.now()
  for (const joint of wanted) await editor.click(joint)
  await editor.saved()
  log(`${poseJoints} joints placed and stored in ${(performance.now() - started).toFixed(0)} ms`)
  const placed = editor.joints(first.pose, 'pose')
  const off = wanted.map(({ x, y }, at) => Math.hypot(placed[at].x - x, placed[at].y - y))
  // A pixel of the window is about 1.5 of the picture's.
  if (placed.some(({ v }) => v !== 2) || Math.max(...off) > 2) throw new Error(`joints are off by ${off.join(' ')}`)
  const inputs = await page.evaluate<{ pointerdown: number; keydown: number }>('globalThis.inputs')
  const lower = { better: 'lower' as const }
  return [
    { id: 'place14.clicks', value: inputs.pointerdown, unit: 'clicks', must: poseJoints, ...lower },
    { id: 'place14.keys', value: inputs.keydown, unit: 'keys', must: 0, ...lower },
  ]
}
