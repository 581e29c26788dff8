import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { adam } from '../program.ts'
import type { AdamStep, FeedValues, Program, ProgramResult, Session, WeightSpecification } from '../program.ts'
import type { Tensorflow } from '../tensorflow.ts'
import { dataType, GraphBuilder, shapeAttribute, stringAttribute, typeAttribute } from './graph.ts'
import { recordKernels, tensorId } from './record.ts'

const adamFeeds = ['learningRate', 'beta1Power', 'beta2Power', 'keep'] as const
const slots = ['', '/m', '/v'] as const

interface TracedProgram {
  readonly program: Program
  readonly outputs: readonly string[]
  readonly trains: boolean
}

/**
 * Records each program once, writes all of them as one graph over shared resource variables, and runs them by one call a
 * step. A training program's update is TensorFlow's fused ResourceApplyAdam. Same numbers as the eager session up to
 * rounding.
 * @throws Error when a program uses something that cannot be traced (the caller falls back to the eager session).
 */
export function createTracedSession(
  tensorflow: Tensorflow,
  weights: readonly WeightSpecification[],
  programs: readonly Program[],
): Session {
  // Elsewhere nothing would pass through the binding, and the graph would be empty.
  if (tf.getBackend() !== 'tensorflow') throw new Error(`steps are traced on TensorFlow, not on ${tf.getBackend()}`)
  const { binding } = tensorflow
  const graph = new GraphBuilder(binding)
  const sizes = new Map(weights.flatMap(({ name, shape }) => slots.map((slot) => [name + slot, shape] as const)))
  const names = [...sizes.keys()]
  const indexOf = new Map(names.map((name, index) => [name, index]))
  addVariables(graph, sizes)
  const traced = new Map(
    programs.map((program, index) => [program.name, addProgram(tensorflow, graph, weights, program, index, indexOf)]),
  )
  const saved = load(tensorflow, graph)
  const session: Session = {
    kind: 'traced',
    run(name, feeds, update) {
      const entry = traced.get(name)
      if (!entry) throw new Error(`no program ${name}`)
      return runProgram(tensorflow, saved, entry, feeds, update)
    },
    readState() {
      const outputs = binding.runSavedModel(saved, [], '', names.map((_, index) => `read${index}:0`).join(','))
      return new Map(outputs.map((output, index) => [names[index], take(tensorflow, output.id) as Float32Array]))
    },
    writeState(state) {
      const ids = names.map((name) => {
        const shape = sizes.get(name) ?? []
        const value = state.get(name)
        if (!value || value.length !== shape.reduce((product, size) => product * size, 1)) {
          throw new Error(`state of ${name} is missing or of the wrong size`)
        }
        return binding.createTensor(shape, dataType.float32, value)
      })
      const inputs = names.map((_, index) => `set${index}:0`).join(',')
      for (const output of binding.runSavedModel(saved, ids, inputs, 'allSet:0')) binding.deleteTensor(output.id)
      for (const id of ids) binding.deleteTensor(id)
    },
    dispose: () => binding.deleteSavedModel(saved),
  }
  session.writeState(
    new Map(
      weights.flatMap((w) =>
        slots.map((slot) => [w.name + slot, slot ? new Float32Array(w.initial.length) : w.initial]),
      ),
    ),
  )
  return session
}

function addVariables(graph: GraphBuilder, sizes: ReadonlyMap<string, readonly number[]>): void {
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

/** Traces one program with zero feeds and adds its kernels under the prefix `p<index>_`. */
function addProgram(
  tensorflow: Tensorflow,
  graph: GraphBuilder,
  weights: readonly WeightSpecification[],
  program: Program,
  index: number,
  indexOf: ReadonlyMap<string, number>,
): TracedProgram {
  const prefix = `p${index}_`
  const feeds = Object.fromEntries(
    Object.entries(program.feeds).map(([name, { shape, dtype }]) => [name, tf.zeros([...shape], dtype)]),
  )
  const weightTensors = Object.fromEntries(weights.map((w) => [w.name, tf.tensor(w.initial.slice(), [...w.shape])]))
  // From a tensor's id on the device to the node that stands for it.
  const nodeOf = new Map<number, string>()
  for (const [name, tensor] of Object.entries(feeds)) {
    const { dtype, shape } = program.feeds[name]
    const attributes = { dtype: typeAttribute(dataType[dtype]), shape: shapeAttribute(shape) }
    nodeOf.set(tensorId(tensorflow, tensor), graph.node(`${prefix}feed_${name}`, 'Placeholder', [], attributes))
  }
  const read = (name: string): string => `read${indexOf.get(name) ?? fail(`no variable ${name}`)}`
  for (const { name } of weights) nodeOf.set(tensorId(tensorflow, weightTensors[name]), read(name))

  const made: Tensor[] = []
  const recording = recordKernels(tensorflow, () => {
    const computed: ProgramResult[] = []
    tf.tidy(() => {
      const value = program.compute(feeds, weightTensors)
      for (const tensor of [...Object.values(value.outputs), ...Object.values(value.gradients ?? {})])
        made.push(tf.keep(tensor))
      computed.push(value)
    })
    const [result] = computed
    const ids = (tensors: Readonly<Record<string, Tensor>>): [string, number][] =>
      Object.entries(tensors).map(([name, tensor]) => [name, tensorId(tensorflow, tensor)])
    return { outputs: ids(result.outputs), gradients: result.gradients ? ids(result.gradients) : null }
  })
  const resolve = (id: number): string => {
    const known = nodeOf.get(id)
    if (known !== undefined) return known
    const constant = recording.constants.get(id)
    if (!constant) throw new Error(`program ${program.name} uses a tensor from outside its feeds and weights`)
    const name = graph.constant(constant.type, constant.shape, constant.values)
    nodeOf.set(id, name)
    return name
  }
  recording.kernels.forEach((kernel, number) => {
    const name = graph.kernel(`${prefix}k${number}`, kernel.name, kernel.inputs.map(resolve), kernel.attributes)
    kernel.outputs.forEach((id, output) => nodeOf.set(id, output === 0 ? name : `${name}:${output}`))
  })
  const { outputs, gradients } = recording.result
  const updates = gradients
    ? addUpdates(
        graph,
        prefix,
        indexOf,
        gradients.map(([name, id]) => [name, resolve(id)]),
      )
    : []
  const T = typeAttribute(dataType.float32)
  for (const [name, id] of outputs) {
    const type = recordedType(tensorflow, made, id)
    graph.node(`${prefix}out_${name}`, 'Identity', [resolve(id), ...updates.map((u) => `^${u}`)], {
      T: type === dataType.float32 ? T : typeAttribute(type),
    })
  }
  for (const tensor of [...made, ...Object.values(feeds), ...Object.values(weightTensors)]) tensor.dispose()
  return { program: prefixed(program, prefix), outputs: outputs.map(([name]) => name), trains: gradients !== null }
}

function recordedType(tensorflow: Tensorflow, made: readonly Tensor[], id: number): number {
  const tensor = made.find((candidate) => tensorId(tensorflow, candidate) === id)
  const type = tensor?.dtype
  if (type === 'float32' || type === 'int32' || type === 'bool') return dataType[type]
  throw new Error('an output of a program has no tensor type that can be read back')
}

/** The node prefix is all that running needs of the program besides its feeds. */
function prefixed(program: Program, prefix: string): Program {
  return { ...program, name: prefix }
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

function load(tensorflow: Tensorflow, graph: GraphBuilder): number {
  const folder = mkdtempSync(join(tmpdir(), 'mend-trace-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel())
    return tensorflow.binding.loadSavedModel(folder, 'serve')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runProgram(
  { binding, backend }: Tensorflow,
  saved: number,
  { program, outputs, trains }: TracedProgram,
  feeds: FeedValues,
  update: AdamStep | undefined,
): Record<string, Float32Array | Int32Array> {
  if (trains && !update) throw new Error('a training program needs its step sizes')
  const ids: number[] = []
  const inputs: string[] = []
  for (const [name, { shape, dtype }] of Object.entries(program.feeds)) {
    const values = feeds[name]
    if (!values || values.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new Error(`feed ${name} is missing or of the wrong size`)
    }
    ids.push(binding.createTensor(shape, dataType[dtype], values))
    inputs.push(`${program.name}feed_${name}:0`)
  }
  if (trains && update) {
    const values = [
      update.learningRate,
      adam.beta1 ** update.step,
      adam.beta2 ** update.step,
      1 - update.learningRate * update.weightDecay,
    ]
    adamFeeds.forEach((name, index) => {
      ids.push(binding.createTensor([], dataType.float32, new Float32Array([values[index]])))
      inputs.push(`${name}:0`)
    })
  }
  const wanted = outputs.map((name) => `${program.name}out_${name}:0`).join(',')
  const results = backend.binding.runSavedModel(saved, ids, inputs.join(','), wanted)
  for (const id of ids) binding.deleteTensor(id)
  return Object.fromEntries(
    results.map((output, index) => {
      const values = binding.tensorDataSync(output.id) as Float32Array | Int32Array
      binding.deleteTensor(output.id)
      return [outputs[index], values]
    }),
  )
}

function take({ binding }: Tensorflow, id: number): Float32Array | Int32Array | Uint8Array {
  const values = binding.tensorDataSync(id)
  binding.deleteTensor(id)
  return values
}

function fail(message: string): never {
  throw new Error(message)
}
