import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSnapshot } from '../../../core/snapshot/read.ts'
import type { WeightSpecification } from '../../../core/tensor/program.ts'
import { Random } from '../../../core/synthetic/random.ts'
import { chooseEngine } from '../../../core/training/chooseSession.ts'
import { writeDrawnRun } from '../../../core/training/controllable/drawnRun.ts'
import { squareTasks } from '../../../core/training/smallSnapshot.ts'
import { TrainedNetwork } from '../../../core/training/trainedNetwork.ts'
import { median, type BenchmarkContext, type BenchmarkMeasurement } from '../benchmark.ts'

const changes = 20

/**
 * From a new preference and budget to the first prediction with them, in a process that holds the network: every kind of task, one
 * person of 32×32. Every change is to a network that was not computed before.
 */
export async function warmChangeRows(context: BenchmarkContext): Promise<BenchmarkMeasurement[]> {
  return [...(await changesOf('slim-tiny', context)), ...(await changesOf('tree-tiny', context))]
}

/** A tree's own streams are the likeliest until it is trained: its hypernetwork is given more to say. */
function outspoken({ name, initial }: WeightSpecification): Float32Array {
  return /^tree\/edges\/layer.*\/kernel$/.test(name) ? initial.map((value) => 10 * value) : initial
}

async function changesOf(
  model: 'slim-tiny' | 'tree-tiny',
  { useEngine }: BenchmarkContext,
): Promise<BenchmarkMeasurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mend-warm-change-'))
  const tasks = Object.keys(squareTasks)
  try {
    const { configuration, trainingSet } = await writeDrawnRun(folder, { model, tasks, batch: 16 }, outspoken)
    const snapshot = openSnapshot(trainingSet)
    useEngine((await chooseEngine('auto', configuration)).device)
    const network = new TrainedNetwork(folder, snapshot, configuration)
    const { controller } = network
    if (controller === null) throw new Error(`${model} has no choice`)
    const random = new Random(3)
    const images = new Float32Array(configuration.batch * 32 * 32 * 3).fill(100)
    const seen = new Set<string>()
    const times: number[] = []
    // The first takes the engine's own start with it.
    for (let tried = 0; times.length <= changes && tried < 50 * changes; tried++) {
      const preferences = Object.fromEntries(tasks.map((task) => [task, random.uniform()]))
      const budget = random.between(controller.minimumMacs, controller.maximumMacs)
      const started = performance.now()
      const choice = controller.choose(preferences, budget)
      if (!choice.feasible) continue
      const key = JSON.stringify(choice.form)
      if (seen.has(key)) continue
      seen.add(key)
      network.predictImages(images, choice)
      times.push(performance.now() - started)
    }
    network.dispose()
    snapshot.close()
    const [, ...warm] = times
    const id = `${model}: a change of preference or budget until the first prediction`
    return [
      { id, value: median(warm), unit: 'ms', better: 'lower', must: 200, aim: 50 },
      { id: `${id}, slowest of ${warm.length}`, value: Math.max(...warm), unit: 'ms', better: 'lower' },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
