import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import { frozenModel } from '../../tensor/trace/frozenModel.ts'
import type { NamedOutputs } from '../../tensor/trace/frozenModel.ts'
import { writeSafetensors } from '../checkpoints/safetensors.ts'
import { taskKey } from '../step.ts'
import type { TrainedNetwork } from '../trainedNetwork.ts'
import type { Choice } from '../controllable/controller.ts'
import { modelGraph } from './modelGraph.ts'
import type { ModelGraph } from './modelGraph.ts'
import { operationMeanings } from './operationMeanings.ts'

export const modelFormats = ['safetensors', 'saved-model'] as const
export type ModelFormat = (typeof modelFormats)[number]

/** What the description says of where the model comes from and what its crops are like. */
export interface ExportFacts {
  readonly model: string
  readonly height: number
  readonly width: number
  readonly batch: number
  /** Room around a person's box, as a share of its sides. */
  readonly margin: number
  /** Preferences and budget that it was chosen for. */
  readonly wish: unknown
}

const descriptionFile = 'model.json'
const weightsFile = 'model.safetensors'

/**
 * Writes one configuration as a model that stands by itself: `model.json` says what goes in, what comes out and what it means; the
 * rest is `model.safetensors` with every operation in the description, or TensorFlow's `saved_model.pb`, for which TensorFlow must be
 * tfjs's backend.
 */
export function exportModel(
  folder: string,
  network: TrainedNetwork,
  choice: Choice,
  format: ModelFormat,
  facts: ExportFacts,
): void {
  const { program, weights } = network.cut(choice)
  const graph = modelGraph(program, weights)
  const { configuration, macs, parameters } = choice
  const cost = { configuration, multiplyAdds: macs, parameters }
  const description = { ...about(facts), ...cost, outputs: describedOutputs(network, graph, format) }
  if (format === 'safetensors') {
    writeWeights(join(folder, weightsFile), graph)
    const operations = graph.operations
    const meanings = operationMeanings(operations.map(({ op }) => op))
    write(folder, { ...description, weights: weightsFile, operations, meanings })
    return
  }
  const outputs = network.learners.map(({ name, index, schema }): [string, NamedOutputs[string]] => {
    const output = taskKey(index, 'prediction')
    return [name, { output, shape: graph.outputs[output].shape, dtype: schema.kind === 'parts' ? 'int32' : 'float32' }]
  })
  const bytes = frozenModel(loadTensorflow(), program, weights, Object.fromEntries(outputs))
  writeFileSync(join(folder, 'saved_model.pb'), bytes)
  write(folder, { ...description, signature: 'serving_default' })
}

function about({ model, height, width, batch, margin, wish }: ExportFacts): Record<string, unknown> {
  const crop =
    `RGB values from 0 to 255 of a person: the person's box, grown by ${margin} of its width and height at each side, scaled to fit ` +
    `into ${height} × ${width} pixels with its proportions kept, in the middle, shrunk by area; what lies outside of the picture is grey, 114. A smaller batch is filled up with anything.`
  return {
    format: 'mend-model',
    version: 1,
    model,
    wish,
    inputs: { images: { shape: [batch, height, width, 3], dtype: 'float32', about: crop } },
  }
}

/** By task; of a list of operations with the tensor that holds it. */
function describedOutputs(network: TrainedNetwork, graph: ModelGraph, format: ModelFormat): Record<string, unknown> {
  return Object.fromEntries(
    network.learners.map((learner) => {
      const { tensor, shape } = graph.outputs[taskKey(learner.index, 'prediction')]
      return [learner.name, { ...(format === 'safetensors' && { tensor }), shape, ...network.meaningOf(learner) }]
    }),
  )
}

function writeWeights(file: string, { tensors }: ModelGraph): void {
  const named = [...tensors]
  writeSafetensors(file, {
    metadata: { format: 'mend-model' },
    tensors: new Map(named.map(([name, { values }]) => [name, values])),
    shapes: new Map(named.map(([name, { shape }]) => [name, shape])),
  })
}

function write(folder: string, description: unknown): void {
  writeFileSync(join(folder, descriptionFile), `${JSON.stringify(description, null, 1)}\n`)
}
