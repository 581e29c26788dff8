import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareNetwork } from '../../model/network.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import { Random } from '../../synthetic/random.ts'
import { createEagerSession } from '../../tensor/eagerSession.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { squareTasks } from '../smallSnapshot.ts'
import { TrainedNetwork } from '../trainedNetwork.ts'
import type { Choice, Controller } from './controller.ts'
import { writeDrawnRun } from './drawnRun.ts'
import { openController } from './openController.ts'
import { chosenNetwork } from './preferences.ts'

const folder = mkdtempSync(join(tmpdir(), 'mend-tree-'))
const tasks = ['mask', 'look', 'size']
const schemas = { mask: squareTasks['mask'], look: squareTasks['look'], size: squareTasks['size'] }
let snapshot: Snapshot
let controller: Controller
let network: TrainedNetwork

beforeAll(async () => {
  await loadWebAssembly()
  const random = new Random(7)
  // Hypernetworks that have something to say: own streams are no longer the likeliest, and normalisations change.
  const { trainingSet } = await writeDrawnRun(folder, { model: 'tree-tiny', tasks }, ({ name, initial }) => {
    if (/^tree\/edges\/layer.*\/kernel$/.test(name)) return initial.map((value) => 10 * value)
    return name === 'tree/norms/out/kernel' ? initial.map(() => 0.02 * random.normal()) : initial
  })
  snapshot = openSnapshot(trainingSet)
  const opened = openController(folder, snapshot)
  controller = opened.controller
  network = new TrainedNetwork(folder, snapshot, opened.configuration)
})
afterAll(() => {
  network.dispose()
  snapshot.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What a configuration says of a person's picture, task by task. */
function predicted(choice: Choice): number[] {
  const outputs = network.predictImages(new Float32Array(4 * 32 * 32 * 3).fill(90), choice)
  return tasks.flatMap((_, task) => [...outputs[`t${task}_prediction`]])
}

describe('a saved tree', () => {
  it('answers a hundred preferences and budgets, none above its budget, at the cost that its layers then have', () => {
    const random = new Random(5)
    const declared = new Map<string, ReturnType<typeof declareNetwork>>()
    let [answered, refused] = [0, 0]
    for (let trial = 0; trial < 100; trial++) {
      const wanted = Object.fromEntries(tasks.map((task) => [task, random.uniform()]))
      const budget = random.between(controller.minimumMacs, controller.maximumMacs)
      const found = controller.choose(wanted, budget)
      if (!found.feasible) {
        refused += 1
        expect(found.minimumMacs).toBeGreaterThan(budget)
        expect(chosenNetwork(controller, wanted, found.minimumMacs).macs).toBe(found.minimumMacs)
        continue
      }
      answered += 1
      expect(found.macs).toBeLessThanOrEqual(budget)
      const key = JSON.stringify(found.form)
      const counted = declared.get(key) ?? declareNetwork(found.form, schemas, { height: 32, width: 32 }, 1)
      declared.set(key, counted)
      expect(found.macs).toBe(counted.macs)
      const used = [...counted.used.values()].map((taken) => taken.reduce((product, length) => product * length, 1))
      expect(found.parameters).toBe(used.reduce((sum, length) => sum + length, 0))
    }
    expect(answered).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(0)
    expect(declared.size).toBeGreaterThan(5)
  })

  it('is a value that can be drawn: parents by layer of the nodes that are used, and the tasks that have a say', () => {
    const { configuration } = chosenNetwork(controller, { mask: 8, look: 1, size: 1 }, Infinity)
    if (configuration.kind !== 'tree') throw new Error('not a tree')
    expect(controller.structure).toEqual({
      kind: 'tree',
      layers: ['stem', 'stage 1', 'stage 2', 'stage 3', 'stage 4', 'decoder', 'heads'],
    })
    expect(configuration).toMatchObject({ active: ['mask'], frugality: 0, preferences: { mask: 0.8, look: 0.1 } })
    expect(configuration.parents).toHaveLength(6)
    expect(Object.keys(configuration.parents[5])).toEqual(tasks)
    configuration.parents.slice(0, -1).forEach((layer, at) => {
      const usedAbove = new Set(Object.values(configuration.parents[at + 1]))
      expect(new Set(Object.keys(layer))).toEqual(usedAbove)
    })
  })

  it('predicts otherwise for other preferences with the same tree', () => {
    const choice = chosenNetwork(controller, { mask: 1, look: 1, size: 1 }, Infinity)
    const other = { ...choice, feeds: { condition: Float32Array.of(1, 0, 0, 0) } }
    const [found, changed] = [predicted(choice), predicted(other)]
    expect(found.every(Number.isFinite)).toBe(true)
    expect(changed).not.toEqual(found)
  })

  it('is cut to a network that is fed images alone and gives the same outputs', () => {
    const choice = chosenNetwork(controller, { mask: 3, look: 1, size: 1 }, controller.maximumMacs * 0.9)
    const { program, weights } = network.cut(choice)
    expect(Object.keys(program.feeds)).toEqual(['images'])
    expect(weights.reduce((sum, { initial }) => sum + initial.length, 0)).toBe(choice.parameters)
    const session = createEagerSession(weights, [program])
    const outputs = session.run(program.name, { images: new Float32Array(4 * 32 * 32 * 3).fill(90) })
    session.dispose()
    const expected = predicted(choice)
    const cut = tasks.flatMap((_, task) => [...outputs[`t${task}_prediction`]])
    expect(cut).toHaveLength(expected.length)
    cut.forEach((value, at) => expect(Math.abs(value - expected[at])).toBeLessThan(1e-5))
  })

  it('of which nothing is asked predicts with the tree of even preferences', async () => {
    const people = Int32Array.of(0, 1)
    const rowsOf = async (choice?: Choice): Promise<number[][]> => {
      const found: number[][] = []
      const options = { people, ...(choice && { choice }) }
      await network.predict(snapshot, (_, rows) => void found.push(...rows.map((row) => [...row])), options)
      return found
    }
    const even = chosenNetwork(controller, { mask: 1, look: 1, size: 1 }, Infinity)
    expect(await rowsOf()).toEqual(await rowsOf(even))
  })
})
