import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import { createEagerSession } from '../../tensor/eagerSession.ts'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import type { Choice } from '../controllable/controller.ts'
import { writeDrawnRun } from '../controllable/drawnRun.ts'
import { openController } from '../controllable/openController.ts'
import { chosenNetwork } from '../controllable/preferences.ts'
import { checkpointWeights, TrainedNetwork } from '../trainedNetwork.ts'
import { runDescription } from './descriptionRunner.ts'
import { exportModel } from './exportModel.ts'

const folder = mkdtempSync(join(tmpdir(), 'mend-export-model-'))
const tasks = ['place', 'mask', 'look', 'far', 'size']
let snapshot: Snapshot
let network: TrainedNetwork
let choice: Choice
let expected: Record<string, Float32Array | Int32Array>
const images = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, at) => (at * 7919) % 256)
const facts = { model: 'slim-tiny', height: 32, width: 32, batch: 2, margin: 0.15, wish: null }

beforeAll(async () => {
  loadTensorflow()
  const { trainingSet } = await writeDrawnRun(folder, { model: 'slim-tiny', tasks, batch: 2 })
  snapshot = openSnapshot(trainingSet)
  const { configuration, controller } = openController(folder, snapshot)
  network = new TrainedNetwork(folder, snapshot, configuration)
  choice = chosenNetwork(controller, { place: 2, mask: 1, look: 1 }, 2e6)
  // The run's own predictions, by all of its weights.
  const { program } = network.cut(choice)
  const state = checkpointWeights(folder, snapshot.manifest.id)
  const whole = [...network.weights].map((weight) => ({ ...weight, initial: state.get(weight.name) ?? weight.initial }))
  const session = createEagerSession(whole, [program])
  expected = session.run(program.name, { images })
  session.dispose()
})
afterAll(() => {
  network.dispose()
  snapshot.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Largest difference of a task's output from the run's own. */
function difference(found: ArrayLike<number>, task: number): number {
  const values = expected[`t${task}_prediction`]
  expect(found.length).toBe(values.length)
  return Array.from(values).reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0)
}

interface Description {
  readonly configuration: unknown
  readonly parameters: number
  readonly outputs: Record<string, { kind: string; names?: string[]; cells?: number[]; mean?: number[] }>
}

describe('an exported model', () => {
  it('of safetensors gives the run’s own predictions to a program that knows its description alone', () => {
    const out = join(folder, 'plain')
    mkdirSync(out)
    exportModel(out, network, choice, 'safetensors', facts)
    const found = runDescription(out, images)
    for (const [index, task] of tasks.entries()) expect(difference(found[task], index), task).toBeLessThan(1e-5)
    const description = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as Description
    expect(description.configuration).toEqual(choice.configuration)
    expect(description.parameters).toBe(choice.parameters)
    expect(description.outputs['mask'].names).toEqual(['background', 'square'])
    expect(description.outputs['place'].cells).toEqual([8, 8])
    expect(description.outputs['far'].mean).toHaveLength(1)
  })

  it('as a SavedModel gives them to TensorFlow, by its signature', () => {
    const out = join(folder, 'saved')
    mkdirSync(out)
    exportModel(out, network, choice, 'saved-model', facts)
    const { binding } = loadTensorflow()
    const saved = binding.loadSavedModel(out, 'serve')
    const input = binding.createTensor([2, 32, 32, 3], binding.TF_FLOAT, images)
    const names = tasks.map((_, index) => `model_out_t${index}_prediction:0`).join(',')
    const outputs = binding.runSavedModel(saved, [input], 'model_feed_images:0', names)
    for (const [index, task] of tasks.entries()) {
      expect(difference(binding.tensorDataSync(outputs[index].id), index), task).toBeLessThan(1e-5)
    }
    for (const { id } of outputs) binding.deleteTensor(id)
    binding.deleteTensor(input)
    binding.deleteSavedModel(saved)
    const bytes = readFileSync(join(out, 'saved_model.pb')).toString('latin1')
    for (const word of ['serving_default', 'images', ...tasks]) expect(bytes).toContain(word)
    expect(tf.getBackend()).toBe('tensorflow')
  })
})
