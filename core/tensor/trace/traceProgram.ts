import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { adam } from '../program.ts'
import type { Program, ProgramResult, WeightSpecification } from '../program.ts'
import type { Tensorflow } from '../tensorflow.ts'
import { dataType, shapeAttribute, stringAttribute, typeAttribute } from './graph.ts'
import type { GraphBuilder } from './graph.ts'
import { recordKernels, tensorId } from './record.ts'
import type { Recording } from './record.ts'

/** Placeholders that all training programs of a graph share. */
export const adamFeeds = ['learningRate', 'beta1Power', 'beta2Power', 'keep'] as const
/** A weight's variables: itself and, where gradients move it, Adam's two slots. */
const slots = ['', '/m', '/v'] as const

/** What the names of a weight's variables end with. */
export function slotsOf({ trainable }: WeightSpecification): readonly string[] {
  return trainable === false ? [''] : slots
}

/** What running a traced program needs: its nodes are named with the prefix. */
export interface TracedProgram {
  readonly prefix: string
  readonly feeds: Program['feeds']
  readonly outputs: readonly string[]
  readonly trains: boolean
}

/** Resource variables of every weight and slot by position, nodes that read and set them, and Adam's placeholders. */
export function addVariables(graph: GraphBuilder, sizes: ReadonlyMap<string, readonly number[]>): void {
  const dtype = typeAttribute(dataType.float32)
  const assignments: string[] = []
  let index = 0
  for (const shape of sizes.values()) {
    const handle = graph.node(`variable${index}`, 'VarHandleOp', [], {
      dtype,
      shape: shapeAttribute(shape),
      shared_name: stringAttribute(`variable${index}`),
    })
    graph.node(`read${index}`, 'ReadVariableOp', [handle], { dtype })
    graph.node(`set${index}`, 'Placeholder', [], { dtype, shape: shapeAttribute(shape) })
    assignments.push(graph.node(`assign${index}`, 'AssignVariableOp', [handle, `set${index}`], { dtype }))
    index += 1
  }
  const one = graph.constant(dataType.float32, [], new Float32Array([1]))
  graph.node('allSet', 'Identity', [one, ...assignments.map((name) => `^${name}`)], { T: dtype })
  for (const feed of adamFeeds) graph.node(feed, 'Placeholder', [], { dtype, shape: shapeAttribute([]) })
}

/**
 * Traces one program with zero feeds and adds its kernels to the graph.
 * @param prefix of its nodes' names, no other program's.
 * @param indexOf weight or slot → position among the graph's variables.
 * @throws Error when it uses something that cannot be traced; the graph then holds a part of it.
 */
export function addProgram(
  tensorflow: Tensorflow,
  graph: GraphBuilder,
  weights: readonly WeightSpecification[],
  program: Program,
  prefix: string,
  indexOf: ReadonlyMap<string, number>,
): TracedProgram {
  const tensors: Tensor[] = []
  const keep = <T extends Tensor>(tensor: T): T => {
    tensors.push(tensor)
    return tensor
  }
  try {
    const feeds = Object.fromEntries(
      Object.entries(program.feeds).map(([name, { shape, dtype }]) => [name, keep(tf.zeros([...shape], dtype))]),
    )
    const values = Object.fromEntries(weights.map((w) => [w.name, keep(tf.tensor(w.initial.slice(), [...w.shape]))]))
    // From a tensor's id on the device to the node that stands for it.
    const nodeOf = new Map<number, string>()
    for (const [name, tensor] of Object.entries(feeds)) {
      const { dtype, shape } = program.feeds[name]
      const attributes = { dtype: typeAttribute(dataType[dtype]), shape: shapeAttribute(shape) }
      const node = `${prefix}feed_${name}`
      graph.node(node, 'Placeholder', [], attributes)
      nodeOf.set(tensorId(tensorflow, tensor), node)
    }
    for (const { name } of weights) {
      nodeOf.set(tensorId(tensorflow, values[name]), `read${indexOf.get(name) ?? fail(`no variable ${name}`)}`)
    }
    const recording = recordProgram(tensorflow, program, feeds, values, keep)
    return { prefix, feeds: program.feeds, ...addRecording(graph, recording, prefix, nodeOf, indexOf) }
  } finally {
    for (const tensor of tensors) tensor.dispose()
  }
}

/** A program's outputs, and its gradients by weight, as ids on the device. */
interface RecordedResult {
  readonly outputs: readonly { readonly name: string; readonly id: number; readonly type: number }[]
  readonly gradients: readonly (readonly [string, number])[] | null
  readonly replaced: readonly (readonly [string, number])[]
}

function recordProgram(
  tensorflow: Tensorflow,
  program: Program,
  feeds: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, Tensor>>,
  keep: (tensor: Tensor) => Tensor,
): Recording<RecordedResult> {
  return recordKernels(tensorflow, () => {
    const computed: ProgramResult[] = []
    tf.tidy(() => {
      const result = program.compute(feeds, values)
      for (const tensor of Object.values({ ...result.outputs })) keep(tf.keep(tensor))
      for (const tensor of Object.values({ ...result.gradients })) keep(tf.keep(tensor))
      for (const tensor of Object.values({ ...result.replaced })) keep(tf.keep(tensor))
      computed.push(result)
    })
    const [{ outputs, gradients, replaced }] = computed
    const ids = (tensors: Readonly<Record<string, Tensor>>) =>
      Object.entries(tensors).map(([name, tensor]) => [name, id(tensor)] as const)
    const id = (tensor: Tensor): number => tensorId(tensorflow, tensor)
    return {
      outputs: Object.entries(outputs).map(([name, tensor]) => ({ name, id: id(tensor), type: typeOf(tensor) })),
      gradients: gradients ? ids(gradients) : null,
      replaced: ids(replaced ?? {}),
    }
  })
}

function typeOf({ dtype }: Tensor): number {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dataType[dtype]
  throw new Error(`an output of a program has a type that cannot be read back: ${dtype}`)
}

/** The recorded kernels as nodes, the updates of a training program, and the outputs, which wait for them. */
function addRecording(
  graph: GraphBuilder,
  { kernels, constants, result }: Recording<RecordedResult>,
  prefix: string,
  nodeOf: Map<number, string>,
  indexOf: ReadonlyMap<string, number>,
): Pick<TracedProgram, 'outputs' | 'trains'> {
  const resolve = (id: number): string => {
    const known = nodeOf.get(id)
    if (known !== undefined) return known
    const constant = constants.get(id)
    if (!constant) throw new Error('it uses a tensor from outside its feeds and weights')
    const name = graph.constant(constant.type, constant.shape, constant.values)
    nodeOf.set(id, name)
    return name
  }
  kernels.forEach((kernel, number) => {
    const name = graph.kernel(`${prefix}k${number}`, kernel.name, kernel.inputs.map(resolve), kernel.attributes)
    kernel.outputs.forEach((id, output) => nodeOf.set(id, output === 0 ? name : `${name}:${output}`))
  })
  const { outputs, gradients, replaced } = result
  const resolved = gradients?.map(([name, id]) => [name, resolve(id)] as const)
  const successors = replaced.map(([name, id]) => [name, resolve(id)] as const)
  const updates = [
    ...(resolved ? addUpdates(graph, prefix, indexOf, resolved) : []),
    ...addReplacements(graph, prefix, indexOf, successors),
  ]
  for (const { name, id, type } of outputs) {
    const inputs = [resolve(id), ...updates.map((update) => `^${update}`)]
    graph.node(`${prefix}out_${name}`, 'Identity', inputs, { T: typeAttribute(type) })
  }
  return { outputs: outputs.map(({ name }) => name), trains: gradients !== null }
}

/**
 * Adam on every weight. The decayed weight is assigned before the fused update reads the variable; the forward pass
 * holds its own reference to the old values, since AssignVariableOp swaps buffers and the fused update copies a shared one.
 */
function addUpdates(
  graph: GraphBuilder,
  prefix: string,
  indexOf: ReadonlyMap<string, number>,
  gradients: readonly (readonly [string, string])[],
): string[] {
  const T = typeAttribute(dataType.float32)
  const constants = [adam.beta1, adam.beta2, adam.epsilon].map((value) =>
    graph.constant(dataType.float32, [], new Float32Array([value])),
  )
  return gradients.map(([name, gradient]) => {
    const variables = slots.map((slot) => indexOf.get(name + slot) ?? fail(`no variable ${name}${slot}`))
    const [w, m, v] = variables.map((index) => `variable${index}`)
    const decayed = graph.node(`${prefix}decayed${variables[0]}`, 'Mul', [`read${variables[0]}`, 'keep'], { T })
    const decay = graph.node(
      `${prefix}decay${variables[0]}`,
      'AssignVariableOp',
      [w, decayed, `^${gradient.split(':')[0]}`],
      {
        dtype: T,
      },
    )
    return graph.node(
      `${prefix}adam${variables[0]}`,
      'ResourceApplyAdam',
      [w, m, v, 'beta1Power', 'beta2Power', 'learningRate', ...constants, gradient, `^${decay}`],
      { T },
    )
  })
}

/** New values of weights that no gradient moves. */
function addReplacements(
  graph: GraphBuilder,
  prefix: string,
  indexOf: ReadonlyMap<string, number>,
  successors: readonly (readonly [string, string])[],
): string[] {
  const dtype = typeAttribute(dataType.float32)
  return successors.map(([name, value]) => {
    const index = indexOf.get(name) ?? fail(`no variable ${name}`)
    return graph.node(`${prefix}replace${index}`, 'AssignVariableOp', [`variable${index}`, value], { dtype })
  })
}

function fail(message: string): never {
  throw new Error(message)
}
