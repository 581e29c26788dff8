import { MendError } from '../../core/dataset/mendError.ts'
import { buildWhatIsStale, DesktopStudio, Screen, whyNoDesktop } from '../e2e/desktop/desktopStudio.ts'
import { defineBenchmark, median } from './benchmark.ts'

const rounds = 5

export default defineBenchmark({
  name: 'desktop',
  summary: 'From starting the desktop application to a usable Home, warm, and from there to no process left',
  run: async ({ log }) => {
    const reason = whyNoDesktop()
    if (reason !== null) throw new MendError('no-desktop', reason, 'npm start installs Electron')
    await buildWhatIsStale()
    const screen = await Screen.open()
    const studio = await DesktopStudio.prepare(screen)
    const starts: number[] = []
    const ends: number[] = []
    try {
      await studio.mend('synth', 'people.mend', '--profile', 'full', '--people', '40', '--seed', '1')
      // The first start opens the project, so that Home has something to show, and warms the caches.
      const first = await studio.start('people.mend')
      await first.waitForSelector('[role=gridcell]')
      await quit(studio)
      for (let round = 1; round <= rounds; round++) {
        const started = performance.now()
        const page = await studio.start()
        // The project's card with its numbers: what Home is for can be done.
        await page.waitForSelector('#screen >> text=40 people')
        starts.push(performance.now() - started)
        const ended = performance.now()
        await quit(studio)
        ends.push(performance.now() - ended)
        log(`start ${starts.at(-1)?.toFixed(0)} ms, end ${ends.at(-1)?.toFixed(0)} ms`)
      }
    } finally {
      await studio.dispose()
      screen.close()
    }
    return [
      { id: 'desktop.start', value: median(starts) / 1000, unit: 's', better: 'lower', must: 3, aim: 1.5 },
      { id: 'desktop.end', value: median(ends) / 1000, unit: 's', better: 'lower' },
    ]
  },
})

async function quit(studio: DesktopStudio): Promise<void> {
  const ended = studio.ended()
  await studio.electron.evaluate(({ app }) => app.quit())
  await ended
}
