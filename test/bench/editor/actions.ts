import { median, type BenchmarkMeasurement } from '../benchmark.ts'
import { actionTime, type StagePredicate } from './actionTime.ts'
import { threadClock } from './threadClock.ts'
import { figures, glanceMs, type EditorBench } from './editorBench.ts'
import { first, fullMaskCount, large, nextCount, polygonCount, polygonPicture } from './editorProject.ts'

const rounds = 10
const middle = { x: polygonPicture.width / 2, y: polygonPicture.height / 2 }
const lower = { unit: 'ms', better: 'lower' as const }

interface Action {
  readonly name: string
  readonly event: Parameters<typeof actionTime>[1]
  readonly until: StagePredicate
  /** Before the action, not measured. */
  readonly prepare?: () => Promise<unknown>
  readonly act: (round: number) => Promise<unknown>
}

/** Any single action among 3,000 polygons: the slowest kind of action by its median, and the slowest of all. */
export async function measurePolygons(bench: EditorBench): Promise<BenchmarkMeasurement[]> {
  const { page, editor, log } = bench
  const chosen = first.polygons + polygonCount / 2
  await editor.open(chosen, 'parts')
  await editor.press('Control+0')
  await editor.readyToPaint(middle)
  const clock = await threadClock(page)
  const medians: number[] = []
  const all: number[] = []
  const worked: number[] = []
  for (const { name, event, until, prepare, act } of polygonActions(bench)) {
    const times: number[] = []
    const threads: number[] = []
    for (let round = 0; round <= rounds; round++) {
      await prepare?.()
      await page.waitForTimeout(glanceMs)
      const before = await clock()
      const time = await actionTime(page, event, until, () => act(round))
      const thread = (await clock()) - before
      await editor.saved()
      if (round > 0) times.push(time)
      if (round > 0) threads.push(thread)
    }
    log(`polygons, ${name}: ${figures(times)}; main thread: ${figures(threads)}`)
    medians.push(median(times))
    worked.push(median(threads))
    all.push(...times)
  }
  return [
    { id: 'polygons.action.median', value: Math.max(...medians), must: 100, aim: 33, ...lower },
    { id: 'polygons.action.worst', value: Math.max(...all), ...lower },
    { id: 'polygons.action.thread', value: Math.max(...worked), ...lower },
  ]
}

function polygonActions({ page, editor }: EditorBench): Action[] {
  const middleOf = (person: number): { x: number; y: number } => {
    const { x, y, width, height } = editor.box(person)
    return { x: x + width / 2, y: y + height / 2 }
  }
  const other = (round: number): number => first.polygons + ((round * 487) % polygonCount)
  const clickAt = async (place: { x: number; y: number }): Promise<void> => {
    await editor.hover(place)
    await page.mouse.down()
    await page.mouse.up()
  }
  const key = (name: string, pressed: string, until: StagePredicate = 'true'): Action => ({
    name,
    event: 'keydown',
    until,
    act: () => page.keyboard.press(pressed),
  })
  return [
    {
      name: 'choose a person',
      event: 'pointerdown',
      until: 'now.person !== before.person',
      prepare: () => editor.press('s'),
      act: (round) => clickAt(middleOf(other(round))),
    },
    {
      name: 'a dab of the brush',
      event: 'pointerup',
      until: 'now.changes !== before.changes',
      prepare: () => editor.press('b').then(() => editor.readyToPaint(middle)),
      act: (round) => clickAt({ x: middle.x + round * 7, y: middle.y }),
    },
    key('a dab taken back', 'Control+z', 'now.saving === "saved" && seen.has("saving")'),
    key('next person of the image', 'Tab', 'now.person !== before.person'),
    key('another tool', 'e', 'true'),
    key('labels hidden or shown', 'h'),
    key('zoom by key', '+', 'now.view !== before.view'),
    {
      name: 'zoom by wheel',
      event: 'wheel',
      until: 'now.view !== before.view',
      prepare: () => editor.press('Control+0').then(() => editor.hover(middle)),
      act: (round) => page.mouse.wheel(0, round % 2 === 0 ? 30 : -30),
    },
    {
      name: 'pan',
      event: 'pointermove',
      until: 'now.view !== before.view',
      prepare: async () => {
        await page.mouse.up({ button: 'middle' })
        await editor.press('Control+0')
        await editor.hover(middle)
        await page.mouse.down({ button: 'middle' })
      },
      act: async () => {
        const { x, y } = await editor.pageOf(middle)
        await page.mouse.move(x + 25, y + 10)
      },
    },
    {
      ...key('box moved by key', 'ArrowRight', 'now.changes !== before.changes'),
      prepare: async () => {
        await page.mouse.up({ button: 'middle' })
        await editor.press('w', 'Control+0')
      },
    },
    {
      name: 'box dragged by a handle',
      event: 'pointerup',
      until: 'now.changes !== before.changes',
      act: async () => {
        const person = Number(await page.locator('.stage').getAttribute('data-person'))
        const { x, y, width, height } = editor.box(person)
        const from = await editor.pageOf({ x: x + width, y: y + height })
        await page.mouse.move(from.x, from.y)
        await page.mouse.down()
        await page.mouse.move(from.x + 9, from.y + 4)
        await page.mouse.up()
      },
    },
  ]
}

/** Thirty masks over all of 4000 × 3000 pixels: opened from the image before them; one dab, until it is stored. */
export async function measureFullMasks({ page, editor, log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  const clock = await threadClock(page)
  const opened: number[] = []
  const worked: number[] = []
  for (let round = 0; round < 5; round++) {
    await editor.open(first.beforeMasks, 'parts')
    await page.waitForTimeout(1500)
    const open = 'now.image !== before.image && now.image !== undefined'
    const before = await clock()
    opened.push(await actionTime(page, 'keydown', open, () => page.keyboard.press('f')))
    worked.push((await clock()) - before)
  }
  log(`${fullMaskCount} masks, opened: ${figures(opened)}; main thread: ${figures(worked)}`)
  // What is painted may be there already; every pixel can be erased.
  await editor.press('e')
  await editor.readyToPaint({ x: large.width / 2, y: large.height / 2 })
  const drawn: number[] = []
  const stored: number[] = []
  const dab = async (round: number, until: StagePredicate): Promise<number> => {
    await editor.hover({ x: 800 + round * 150, y: 600 + round * 90 })
    return actionTime(page, 'pointerup', until, async () => {
      await page.mouse.down()
      await page.mouse.up()
    })
  }
  for (let round = 0; round <= rounds; round++) {
    await page.waitForTimeout(glanceMs)
    const time = await dab(round, 'now.saving === "saved" && seen.has("saving")')
    await page.waitForTimeout(glanceMs)
    const picture = await dab(round + 0.5, 'now.changes !== before.changes')
    await editor.saved()
    if (round > 0) stored.push(time)
    if (round > 0) drawn.push(picture)
  }
  log(`${fullMaskCount} masks, dab drawn: ${figures(drawn)}; stored: ${figures(stored)}`)
  return [
    { id: 'masks.open', value: median(opened), must: 1000, aim: 300, ...lower },
    { id: 'masks.open.thread', value: median(worked), ...lower },
    { id: 'masks.save', value: median(stored), must: 100, aim: 30, ...lower },
    { id: 'masks.save.worst', value: Math.max(...stored), ...lower },
    { id: 'masks.dab', value: median(drawn), ...lower },
  ]
}

/** From the key to the next image, whose picture is loaded already, drawn with its labels. */
export async function measureNext({ page, editor, log }: EditorBench): Promise<BenchmarkMeasurement[]> {
  await editor.open(first.next, 'joints')
  const clock = await threadClock(page)
  const times: number[] = []
  const worked: number[] = []
  for (let at = 1; at < nextCount; at++) {
    await page.waitForTimeout(glanceMs)
    const until = 'now.image !== before.image && now.image !== undefined'
    const before = await clock()
    times.push(await actionTime(page, 'keydown', until, () => page.keyboard.press('f')))
    worked.push((await clock()) - before)
  }
  log(`next image: ${figures(times)}; main thread: ${figures(worked)}`)
  return [
    { id: 'next.median', value: median(times.slice(3)), must: 100, aim: 50, ...lower },
    { id: 'next.worst', value: Math.max(...times.slice(3)), ...lower },
    { id: 'next.thread', value: median(worked.slice(3)), ...lower },
  ]
}
