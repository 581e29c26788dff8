import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { adam } from '../program.ts'
import type { AdamStep, FeedValues, Program, Session, WeightSpecification } from '../program.ts'
import type { Tensorflow } from '../tensorflow.ts'
import { dataType, GraphBuilder } from './graph.ts'
import { adamFeeds, addProgram, addVariables, slotsOf } from './traceProgram.ts'
import type { TracedProgram } from './traceProgram.ts'

/**
 * Records each program once, writes all of them as one graph over shared resource variables, and runs them by one call a
 * step. A training program's update is TensorFlow's fused ResourceApplyAdam. Same numbers as the eager session up to
 * rounding.
 * @throws Error when a program uses something that cannot be traced (see adaptiveSession.ts).
 */
export function createTracedSession(
  tensorflow: Tensorflow,
  weights: readonly WeightSpecification[],
  programs: readonly Program[],
): Session {
  return new TracedSession(tensorflow, weights, programs)
}

class TracedSession implements Session {
  readonly kind = 'traced'
  readonly #tensorflow: Tensorflow
  readonly #weights: readonly WeightSpecification[]
  readonly #graph: GraphBuilder
  /** Weight or slot → its shape, in the order of the graph's variables. */
  readonly #shapes: ReadonlyMap<string, readonly number[]>
  readonly #indexOf: ReadonlyMap<string, number>
  readonly #traced = new Map<string, TracedProgram>()
  /** The graph as TensorFlow holds it, with the variables' values. */
  #saved: number | null = null

  constructor(tensorflow: Tensorflow, weights: readonly WeightSpecification[], programs: readonly Program[]) {
    // Elsewhere nothing would pass through the binding, and the graph would be empty.
    if (tf.getBackend() !== 'tensorflow') throw new Error(`steps are traced on TensorFlow, not on ${tf.getBackend()}`)
    this.#tensorflow = tensorflow
    this.#weights = weights
    this.#graph = new GraphBuilder(tensorflow.binding)
    this.#shapes = new Map(
      weights.flatMap((weight) => slotsOf(weight).map((slot) => [weight.name + slot, weight.shape] as const)),
    )
    this.#indexOf = new Map([...this.#shapes.keys()].map((name, index) => [name, index]))
    addVariables(this.#graph, this.#shapes)
    this.add(programs)
    const initial = weights.flatMap((weight) => {
      const zeros = new Float32Array(weight.initial.length)
      return slotsOf(weight).map((slot) => [weight.name + slot, slot === '' ? weight.initial : zeros] as const)
    })
    this.writeState(new Map(initial))
  }

  /**
   * TensorFlow cannot extend a graph that it has loaded through this binding, so the whole graph is loaded anew and the
   * variables are moved; what it had optimised for the older programs, it optimises again at their next run.
   */
  add(programs: readonly Program[]): null {
    const mark = this.#graph.mark()
    const known = new Map(this.#traced)
    try {
      for (const program of programs) {
        if (this.#traced.has(program.name)) throw new Error(`there is a program ${program.name} already`)
        const prefix = `p${this.#traced.size}_`
        const entry = addProgram(this.#tensorflow, this.#graph, this.#weights, program, prefix, this.#indexOf)
        this.#traced.set(program.name, entry)
      }
      this.#load()
    } catch (error) {
      this.#graph.backTo(mark)
      this.#traced.clear()
      for (const [name, entry] of known) this.#traced.set(name, entry)
      throw error
    }
    return null
  }

  #load(): void {
    const saved = load(this.#tensorflow, this.#graph)
    if (this.#saved === null) {
      this.#saved = saved
      return
    }
    const state = this.readState()
    this.#tensorflow.binding.deleteSavedModel(this.#saved)
    this.#saved = saved
    this.writeState(state)
  }

  run(name: string, feeds: FeedValues, update?: AdamStep): Record<string, Float32Array | Int32Array> {
    const entry = this.#traced.get(name)
    if (!entry) throw new Error(`no program ${name}`)
    return runProgram(this.#tensorflow, this.#loaded(), entry, feeds, update)
  }

  readState(): Map<string, Float32Array> {
    const { binding } = this.#tensorflow
    const names = [...this.#shapes.keys()]
    const outputs = binding.runSavedModel(this.#loaded(), [], '', names.map((_, index) => `read${index}:0`).join(','))
    return new Map(
      outputs.map(({ id }, index) => {
        const values = binding.tensorDataSync(id) as Float32Array
        binding.deleteTensor(id)
        return [names[index], values]
      }),
    )
  }

  writeState(state: ReadonlyMap<string, Float32Array>): void {
    const { binding } = this.#tensorflow
    const ids = [...this.#shapes].map(([name, shape]) => {
      const value = state.get(name)
      if (!value || value.length !== shape.reduce((product, size) => product * size, 1)) {
        throw new Error(`state of ${name} is missing or of the wrong size`)
      }
      return binding.createTensor(shape, dataType.float32, value)
    })
    const inputs = ids.map((_, index) => `set${index}:0`).join(',')
    for (const output of binding.runSavedModel(this.#loaded(), ids, inputs, 'allSet:0')) binding.deleteTensor(output.id)
    for (const id of ids) binding.deleteTensor(id)
  }

  #loaded(): number {
    if (this.#saved === null) throw new Error('the session is disposed of')
    return this.#saved
  }

  dispose(): void {
    if (this.#saved !== null) this.#tensorflow.binding.deleteSavedModel(this.#saved)
    this.#saved = null
  }
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
  { prefix, feeds: shapes, outputs, trains }: TracedProgram,
  feeds: FeedValues,
  update: AdamStep | undefined,
): Record<string, Float32Array | Int32Array> {
  if (trains && !update) throw new Error('a training program needs its step sizes')
  const ids: number[] = []
  const inputs: string[] = []
  for (const [name, { shape, dtype }] of Object.entries(shapes)) {
    const values = feeds[name]
    if (!values || values.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new Error(`feed ${name} is missing or of the wrong size`)
    }
    ids.push(binding.createTensor(shape, dataType[dtype], values))
    inputs.push(`${prefix}feed_${name}:0`)
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
  const wanted = outputs.map((name) => `${prefix}out_${name}:0`).join(',')
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
