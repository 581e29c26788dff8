import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSnapshot } from '../../../core/snapshot/read.ts'
import { Random } from '../../../core/synthetic/random.ts'
import { chooseEngine } from '../../../core/training/chooseSession.ts'
import { writeDrawnRun } from '../../../core/training/controllable/drawnRun.ts'
import { openController } from '../../../core/training/controllable/openController.ts'
import { chosenNetwork } from '../../../core/training/controllable/preferences.ts'
import { squareTasks } from '../../../core/training/smallSnapshot.ts'
import { TrainedNetwork } from '../../../core/training/trainedNetwork.ts'
import { median, type BenchmarkContext, type BenchmarkMeasurement } from '../benchmark.ts'

const changes = 20

/**
 * From a new preference and budget to the first prediction with them, in a process that holds the network: `slim-tiny`, every kind of
 * task, one person of 32×32. Every change is to a network that was not computed before.
 */
export async function warmChangeRows({ useEngine }: BenchmarkContext): Promise<BenchmarkMeasurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mend-warm-change-'))
  const tasks = Object.keys(squareTasks)
  try {
    const { trainingSet } = await writeDrawnRun(folder, { model: 'slim-tiny', tasks, batch: 16 })
    const snapshot = openSnapshot(trainingSet)
    const { configuration, controller } = openController(folder, snapshot)
    useEngine((await chooseEngine('auto', configuration)).device)
    const network = new TrainedNetwork(folder, snapshot, configuration)
    const random = new Random(3)
    const images = new Float32Array(configuration.batch * 32 * 32 * 3).fill(100)
    const seen = new Set<string>()
    const times: number[] = []
    // The first takes the engine's own start with it.
    while (times.length <= changes) {
      const preferences = Object.fromEntries(tasks.map((task) => [task, random.uniform()]))
      const budget = random.between(controller.minimumMacs, controller.maximumMacs)
      const started = performance.now()
      const choice = chosenNetwork(controller, preferences, budget)
      const key = JSON.stringify(choice.configuration)
      if (seen.has(key)) continue
      seen.add(key)
      network.predictImages(images, choice)
      times.push(performance.now() - started)
    }
    network.dispose()
    snapshot.close()
    const [, ...warm] = times
    const id = 'a change of preference or budget until the first prediction'
    return [
      { id, value: median(warm), unit: 'ms', better: 'lower', must: 200, aim: 50 },
      { id: `${id}, slowest of ${changes}`, value: Math.max(...warm), unit: 'ms', better: 'lower' },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
