import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Snapshot } from '../../snapshot/read.ts'
import { createEagerSession } from '../../tensor/eagerSession.ts'
import type { WeightSpecification } from '../../tensor/program.ts'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import type { Choice } from '../controllable/controller.ts'
import { writeDrawnRun } from '../controllable/drawnRun.ts'
import { predictionProgram } from '../step.ts'
import { checkpointWeights, TrainedNetwork } from '../trainedNetwork.ts'
import { runDescription } from './descriptionRunner.ts'
import { exportModel } from './exportModel.ts'

const folder = mkdtempSync(join(tmpdir(), 'mend-export-model-'))
const tasks = ['place', 'mask', 'look', 'far', 'size']
/** What tfjs-node offers to whoever has a SavedModel; it goes by the signature. */
interface SavedModels {
  readonly node: {
    loadSavedModel(folder: string): Promise<{
      predict(inputs: Record<string, Tensor>): Record<string, Tensor>
      dispose(): void
    }>
  }
}
let tensorflowNode: SavedModels
const images = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, at) => (at * 7919) % 256)

beforeAll(() => {
  loadTensorflow()
  tensorflowNode = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as SavedModels
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Description {
  readonly configuration: unknown
  readonly parameters: number
  readonly outputs: Record<string, { kind: string; names?: string[]; cells?: number[]; mean?: number[] }>
}

/** Weights that a tree's hypernetworks change its normalisations by, so that every preference has other ones. */
function spoken({ name, initial }: WeightSpecification): Float32Array {
  return name === 'tree/norms/out/kernel' ? initial.map((_, at) => 0.02 * Math.sin(at)) : initial
}

describe.each(['slim-tiny', 'tree-tiny'] as const)('an exported %s', (model) => {
  const facts = { model, height: 32, width: 32, batch: 2, margin: 0.15, wish: null }
  let snapshot: Snapshot
  let network: TrainedNetwork
  let choice: Choice
  let expected: Record<string, Float32Array | Int32Array>

  beforeAll(async () => {
    const run = join(folder, model)
    const { configuration, trainingSet } = await writeDrawnRun(run, { model, tasks, batch: 2 }, spoken)
    snapshot = openSnapshot(trainingSet)
    network = new TrainedNetwork(run, snapshot, configuration)
    const budget = model === 'slim-tiny' ? 2e6 : (network.controller?.maximumMacs ?? 0)
    choice = network.choose({ preferences: { place: 2, mask: 1, look: 1 }, budget })
    // The run's own predictions, by all of its weights.
    const size = { batch: 2, height: 32, width: 32 }
    const schemas = Object.fromEntries(network.learners.map(({ name, schema }) => [name, schema]))
    const program = predictionProgram({ model: choice.form, tasks: schemas, ...size })
    const state = checkpointWeights(run, snapshot.manifest.id, () => true)
    const whole = network.weights.map((weight) => ({ ...weight, initial: state.get(weight.name) ?? weight.initial }))
    const session = createEagerSession(whole, [program])
    expected = session.run(program.name, { images, ...choice.feeds })
    session.dispose()
  })
  afterAll(() => {
    network.dispose()
    snapshot.close()
  })

  /** Largest difference of a task's output from the run's own. */
  function difference(found: ArrayLike<number>, task: number): number {
    const values = expected[`t${task}_prediction`]
    expect(found.length).toBe(values.length)
    return Array.from(values).reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0)
  }

  it('of safetensors gives the run’s own predictions to a program that knows its description alone', () => {
    const out = join(folder, `${model}-plain`)
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

  it('as a SavedModel gives them to TensorFlow, by its signature', async () => {
    const out = join(folder, `${model}-saved`)
    mkdirSync(out)
    exportModel(out, network, choice, 'saved-model', facts)
    const saved = await tensorflowNode.node.loadSavedModel(out)
    const found = saved.predict({ images: tf.tensor4d(images, [2, 32, 32, 3]) })
    for (const [index, task] of tasks.entries())
      expect(difference(found[task].dataSync(), index), task).toBeLessThan(1e-5)
    expect(found['mask'].shape).toEqual([2, 32, 32])
    saved.dispose()
    expect(tf.getBackend()).toBe('tensorflow')
  })
})
