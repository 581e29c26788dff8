import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import type { Program, WeightSpecification } from '../../tensor/program.ts'
import { recordShapes } from '../../tensor/shapeBackend.ts'
import type { ShapedKernel } from '../../tensor/shapeBackend.ts'

export interface GraphTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** One operation of a network; see `operationMeanings`. */
export interface GraphOperation {
  readonly op: string
  /** Names of feeds, weights, constants and outputs of earlier operations. */
  readonly inputs: readonly string[]
  readonly output: string
  readonly shape: readonly number[]
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A program as a list of operations, in an order in which each one's inputs are there. */
export interface ModelGraph {
  /** Weights and constants that are used, by name. */
  readonly tensors: ReadonlyMap<string, GraphTensor>
  readonly operations: readonly GraphOperation[]
  /** The program's output → the tensor's name and shape. */
  readonly outputs: Readonly<Record<string, { readonly tensor: string; readonly shape: readonly number[] }>>
}

/**
 * Writes down what a prediction program computes, without an engine: every kernel of tfjs that it calls, but for those that no output
 * depends on.
 * @param weights as the program is to find them, with their values
 */
export function modelGraph(program: Program, weights: readonly WeightSpecification[]): ModelGraph {
  const given = new Map(weights.map(({ name, shape, initial }) => [name, { shape, values: initial }]))
  const names = new Map<object, string>()
  const named = (name: string, shape: readonly number[]): Tensor => {
    const tensor = tf.zeros([...shape])
    names.set(tensor.dataId, name)
    return tensor
  }
  const { kernels, constants, result } = recordShapes(() => {
    const feeds = Object.entries(program.feeds).map(([name, { shape }]) => [name, named(name, shape)] as const)
    const values = weights.map(({ name, shape }) => [name, named(name, shape)] as const)
    const { outputs } = program.compute(Object.fromEntries(feeds), Object.fromEntries(values))
    return outputs
  })
  const nameOf = ({ dataId, shape }: TensorInfo): string => {
    const known = names.get(dataId)
    if (known !== undefined) return known
    const constant = constants.get(dataId)
    if (constant === undefined) throw new Error(`a tensor of [${shape.join()}] comes from nowhere`)
    const name = `constant/${given.size}`
    given.set(name, constant)
    names.set(dataId, name)
    return name
  }
  const operations = kernels.map((kernel, number) => {
    const inputs = kernel.inputs.map(nameOf)
    const output = `t${number}`
    names.set(kernel.output.dataId, output)
    return operationOf(kernel, inputs, output)
  })
  const outputs = Object.entries(result).map(([name, tensor]) => [
    name,
    { tensor: nameOf(tensor), shape: tensor.shape },
  ])
  return needed(given, operations, Object.fromEntries(outputs) as ModelGraph['outputs'])
}

function operationOf({ kernel, attributes, output }: ShapedKernel, inputs: string[], name: string): GraphOperation {
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null)
  return { op: kernel, inputs, output: name, shape: [...output.shape], attributes: Object.fromEntries(present) }
}

/** Without what no output depends on. */
function needed(
  given: ReadonlyMap<string, GraphTensor>,
  operations: readonly GraphOperation[],
  outputs: ModelGraph['outputs'],
): ModelGraph {
  const wanted = new Set(Object.values(outputs).map(({ tensor }) => tensor))
  const kept = operations.toReversed().filter(({ output, inputs }) => {
    if (!wanted.has(output)) return false
    for (const input of inputs) wanted.add(input)
    return true
  })
  const tensors = new Map([...given].filter(([name]) => wanted.has(name)))
  return { tensors, operations: kept.toReversed(), outputs }
}
