import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareNetwork } from '../../model/network.ts'
import type { Declaration } from '../../model/scope.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { squareTasks } from '../smallSnapshot.ts'
import { TrainedNetwork } from '../trainedNetwork.ts'
import type { Choice, Controller } from './controller.ts'
import { controllerOf } from './controller.ts'
import { writeDrawnRun } from './drawnRun.ts'
import { openController } from './openController.ts'
import { chosenNetwork, completePreferences } from './preferences.ts'
import { sweepBudgets, sweepPreferences } from './sweepGrid.ts'

const folder = mkdtempSync(join(tmpdir(), 'mend-controller-'))
const tasks = ['mask', 'look', 'size']
let snapshot: Snapshot
let controller: Controller
let network: TrainedNetwork

beforeAll(async () => {
  await loadWebAssembly()
  const { trainingSet } = await writeDrawnRun(folder, { model: 'slim-tiny', tasks })
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

const schemas = { mask: squareTasks['mask'], look: squareTasks['look'], size: squareTasks['size'] }
const declared = new Map<string, Declaration>()
/** The network that is computed, as its layers count themselves. */
function declaration({ configuration, form }: Choice): Declaration {
  const key = JSON.stringify(configuration)
  const found = declared.get(key) ?? declareNetwork(form, schemas, { height: 32, width: 32 }, 1)
  declared.set(key, found)
  return found
}

describe('a saved model of any width', () => {
  it('answers a hundred preferences and budgets, none above its budget, at the cost that its layers then have', async () => {
    const random = new Random(5)
    for (let trial = 0; trial < 100; trial++) {
      const wanted = Object.fromEntries(tasks.map((task) => [task, random.chance(0.2) ? 0 : random.uniform()]))
      if (Object.values(wanted).every((value) => value === 0)) wanted['mask'] = 1
      const budget = random.between(controller.minimumMacs, controller.maximumMacs * 1.05)
      const choice = chosenNetwork(controller, wanted, budget)
      expect(choice.macs).toBeLessThanOrEqual(budget)
      const network = declaration(choice)
      expect(choice.macs).toBe(network.macs)
      const used = [...network.used.values()].map((taken) => taken.reduce((product, length) => product * length, 1))
      expect(choice.parameters).toBe(used.reduce((sum, length) => sum + length, 0))
    }
    expect(declared.size).toBeGreaterThan(15)
  })

  it('predicts with whatever was chosen, from one set of weights', async () => {
    const people = Int32Array.of(0, 1, 2)
    const predicted = async (budget: number): Promise<number[][]> => {
      const found: number[][] = []
      const choice = chosenNetwork(controller, { mask: 1, look: 1, size: 1 }, budget)
      await network.predict(snapshot, (_, rows) => void found.push(...rows.map((row) => [...row])), { choice, people })
      return found
    }
    const [least, largest] = [await predicted(controller.minimumMacs), await predicted(1e12)]
    expect(least).toHaveLength(3)
    expect(least[1].every((value) => value > 0 && value < 1)).toBe(true)
    expect(least[1]).not.toEqual(largest[1])
  })

  it('refuses less than the least, and names it', () => {
    expect(() => chosenNetwork(controller, { mask: 1 }, controller.minimumMacs - 1)).toThrow(
      expect.objectContaining({ code: 'budget-infeasible', hint: `allow at least ${controller.minimumMacs}` }),
    )
    expect(chosenNetwork(controller, { mask: 1 }, controller.minimumMacs).macs).toBe(controller.minimumMacs)
  })
})

describe('preferences', () => {
  it('are of the run’s tasks, one of them above 0; who is not named has 0', () => {
    expect(completePreferences(tasks, { look: 2 })).toEqual({ mask: 0, look: 2, size: 0 })
    const codeOf = (given: Record<string, number>) => () => completePreferences(tasks, given)
    expect(codeOf({ hats: 1 })).toThrow(expect.objectContaining({ code: 'unknown-task' }))
    expect(codeOf({ look: 0 })).toThrow(expect.objectContaining({ code: 'preference-invalid' }))
    expect(codeOf({ look: -1, mask: 2 })).toThrow(expect.objectContaining({ code: 'preference-invalid' }))
  })
})

describe('a controller', () => {
  it('is there for models that have a choice alone', () => {
    const { configuration } = openController(folder, snapshot)
    expect(controllerOf({ ...configuration, model: 'tiny' }, schemas, () => new Map())).toBe(null)
    expect(controller.structure).toEqual({
      kind: 'slim',
      encoder: [16, 32, 64, 128],
      decoders: { mask: 32, look: 128, size: 128 },
    })
  })
})

describe('the grid of a sweep', () => {
  it('has twenty preferences of sum 1, the same each time, all tasks alike and each alone among them', () => {
    const found = sweepPreferences(tasks)
    expect(found).toHaveLength(20)
    expect(sweepPreferences(tasks)).toEqual(found)
    for (const preferences of found) {
      expect(Object.keys(preferences)).toEqual(tasks)
      expect(Object.values(preferences).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
    }
    expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(20)
    expect(found).toContainEqual({ mask: 0, look: 1, size: 0 })
    expect(sweepPreferences(['a', 'b'])).toHaveLength(20)
    expect(sweepPreferences(['a'])).toEqual([{ a: 1 }])
  })

  it('goes from the least to the largest cost in equal proportions', () => {
    expect(sweepBudgets(100, 3200)).toEqual([100, 200, 400, 800, 1600, 3200])
  })
})
