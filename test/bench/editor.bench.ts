import { cpSync } from 'node:fs'
import path from 'node:path'
import { MendError } from '../../core/dataset/mendError.ts'
import { EditorWindow } from '../e2e/browser/editorWindow.ts'
import { chromiumPath, openWindow, Studio } from '../e2e/browser/studio.ts'
import { defineBenchmark, type BenchmarkMeasurement } from './benchmark.ts'
import { editorProject } from './editor/editorProject.ts'
import { measureCrowdDrag, measureStroke } from './editor/dragFrames.ts'
import { measureFullMasks, measureNext, measurePolygons } from './editor/actions.ts'
import { measurePlacing } from './editor/placing.ts'
import { measureRandomGestures } from './editor/randomGesturesRow.ts'
import { measureWalking } from './editor/walking.ts'
import type { EditorBench } from './editor/editorBench.ts'

const measures: Readonly<Record<string, (bench: EditorBench) => Promise<readonly BenchmarkMeasurement[]>>> = {
  stroke: measureStroke,
  polygons: measurePolygons,
  crowd: measureCrowdDrag,
  masks: measureFullMasks,
  next: measureNext,
  walk: measureWalking,
  place: measurePlacing,
  gestures: measureRandomGestures,
}

export default defineBenchmark({
  name: 'editor',
  summary: 'The canvas editor in Chromium: strokes, thousands of shapes, large masks, the next image, joints placed',
  run: async ({ log, args }) => {
    if (chromiumPath() === null) {
      throw new MendError('no-chromium', 'no Chromium is installed', 'install one, or set MEND_CHROMIUM to it')
    }
    const unknown = args.find((name) => !(name in measures))
    if (unknown !== undefined) {
      const hint = `one or more of: ${Object.keys(measures).join(', ')}`
      throw new MendError('unknown-measure', `the editor is not measured for "${unknown}"`, hint)
    }
    const folder = path.resolve(import.meta.dirname, '..', '..', 'dist', 'bench')
    const made = await editorProject(folder, log)
    const studio = await Studio.prepare({ projects: ['editor.mend'] })
    try {
      cpSync(made, path.join(studio.folder, 'editor.mend'), { recursive: true })
      await studio.serve()
      return await measureAll(studio, log, args.length === 0 ? Object.keys(measures) : args)
    } finally {
      await studio.dispose()
    }
  },
})

async function measureAll(
  studio: Studio,
  log: (message: string) => void,
  wanted: readonly string[],
): Promise<BenchmarkMeasurement[]> {
  const { browser, context, problems } = await openWindow(studio)
  const rows: BenchmarkMeasurement[] = []
  try {
    context.setDefaultTimeout(120_000)
    for (const name of wanted) {
      // A page of its own each: no row pays for the one before.
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      const editor = new EditorWindow(studio, page, 'editor.mend')
      rows.push(...(await measures[name]({ browser, page, editor, log })))
      await page.close()
    }
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return rows
  } finally {
    await browser.close()
  }
}
