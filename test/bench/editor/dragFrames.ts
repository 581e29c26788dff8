import type { Page } from 'playwright-core'
import type { Place } from '../../e2e/browser/editorWindow.ts'
import { median, type BenchmarkMeasurement } from '../benchmark.ts'
import { crowdSize, first, large } from './editorProject.ts'
import { figures, type EditorBench } from './editorBench.ts'
import { traceFrames, type FrameTimes } from './frameTrace.ts'

/** A mouse reports 125 times a second. */
const reportMs = 8
const moves = 150

/** Presses, goes along the way as fast as a mouse reports, without waiting for the page, and lets go. */
async function drag(page: Page, way: readonly Place[]): Promise<void> {
  await page.mouse.move(way[0].x, way[0].y)
  await page.mouse.down()
  const sent: Promise<void>[] = []
  for (const { x, y } of way) {
    sent.push(page.mouse.move(x, y))
    await new Promise((resolve) => setTimeout(resolve, reportMs))
  }
  await Promise.all(sent)
  await page.mouse.up()
}

/** A wave from left to right over a rectangle. */
function wave(left: number, top: number, width: number, height: number): Place[] {
  return Array.from({ length: moves }, (_, at) => ({
    x: left + (width * at) / moves,
    y: top + (height / 2) * (1 + Math.sin((at / moves) * 4 * Math.PI)),
  }))
}

function rowsOf(id: string, frames: readonly FrameTimes[], must: { median: number; worst?: number; aim: number }) {
  const script = frames.flatMap((each) => each.script)
  const thread = frames.flatMap((each) => each.thread)
  const lower = { unit: 'ms', better: 'lower' as const }
  return [
    { id: `${id}.script.median`, value: median(script), must: must.median, aim: must.aim, ...lower },
    {
      id: `${id}.script.worst`,
      value: Math.max(...script),
      ...(must.worst === undefined ? {} : { must: must.worst }),
      ...lower,
    },
    { id: `${id}.thread.median`, value: median(thread), ...lower },
    { id: `${id}.thread.worst`, value: Math.max(...thread), ...lower },
  ]
}

/** A brush of 200 pixels over a picture of 4000 × 3000. */
export async function measureStroke(bench: EditorBench): Promise<BenchmarkMeasurement[]> {
  const { browser, page, editor, log } = bench
  await editor.open(first.stroke, 'parts')
  // The settings are kept from the first change on.
  await editor.press('b', ']')
  await setBrushSize(bench, 200)
  await editor.press('b', 'Control+0')
  await editor.readyToPaint({ x: large.width / 2, y: large.height / 2 })
  const [from, to] = [await editor.pageOf({ x: 400, y: 400 }), await editor.pageOf({ x: 3600, y: 2600 })]
  const way = wave(from.x, from.y, to.x - from.x, to.y - from.y)
  const traces: FrameTimes[] = []
  // The first stroke compiles the page's code; each goes over what the last one left.
  for (let round = 0; round < 5; round++) {
    await editor.press(round % 2 === 0 ? 'b' : 'e')
    const times = await traceFrames(browser, page, async () => {
      await drag(page, way)
      await editor.saved()
    })
    if (round > 0) traces.push(times)
    log(`stroke, ${times.script.length} frames: ${figures(times.script)}`)
  }
  return rowsOf('stroke', traces, { median: 8, worst: 25, aim: 3 })
}

/** One joint among a hundred people with 17 joints and a mask each. */
export async function measureCrowdDrag({ browser, page, editor, log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  const person = first.crowd + crowdSize / 2
  await editor.open(person, 'joints')
  await editor.press('Control+0')
  const traces: FrameTimes[] = []
  for (let round = 0; round < 4; round++) {
    const [joint] = editor.joints(person, 'joints')
    const from = await editor.pageOf(joint)
    const way = wave(from.x, from.y, round % 2 === 0 ? 150 : -150, 60)
    const times = await traceFrames(browser, page, async () => {
      await drag(page, [from, ...way.map(({ x, y }) => ({ x, y: y - way[0].y + from.y }))])
      await editor.saved()
    })
    if (round > 0) traces.push(times)
    log(`crowd, ${times.script.length} frames: ${figures(times.script)}`)
  }
  return rowsOf('crowd.joint', traces, { median: 16, aim: 8 })
}

/** @throws Error when the window does not take the size over */
async function setBrushSize({ page, editor }: EditorBench, size: number): Promise<void> {
  await page.evaluate(`(() => {
    const settings = JSON.parse(localStorage.getItem('mend/editor.settings'))
    localStorage.setItem('mend/editor.settings', JSON.stringify({ ...settings, brushSize: ${size} }))
  })()`)
  await editor.open(first.stroke, 'parts')
  await editor.press('b')
  const shown = await page.locator('.options .px').innerText()
  if (Number.parseInt(shown, 10) !== size) throw new Error(`the brush is ${shown} large`)
}
