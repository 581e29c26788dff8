import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { adam } from './program.ts'
import { adamUpdateName } from './wasm/adamUpdate.ts'
import type { AdamStep, FeedValues, Program, Session, WeightSpecification } from './program.ts'

/** Runs programs kernel by kernel on tfjs's current backend: the fallback of, and the reference for, the traced session. */
export function createEagerSession(weights: readonly WeightSpecification[], programs: readonly Program[]): Session {
  const byName = new Map<string, Program>()
  const add = (added: readonly Program[]): null => {
    for (const program of added) {
      if (byName.has(program.name)) throw new Error(`there is a program ${program.name} already`)
      byName.set(program.name, program)
    }
    return null
  }
  add(programs)
  const state = new Map<string, Tensor>()
  const set = (name: string, value: Tensor): void => {
    state.get(name)?.dispose()
    state.set(name, tf.keep(value))
  }
  for (const weight of weights) {
    set(weight.name, tf.tensor(weight.initial, [...weight.shape]))
    if (weight.trainable === false) continue
    set(`${weight.name}/m`, tf.zeros([...weight.shape]))
    set(`${weight.name}/v`, tf.zeros([...weight.shape]))
  }
  const get = (name: string): Tensor => {
    const tensor = state.get(name)
    if (!tensor) throw new Error(`no weight or slot ${name}`)
    return tensor
  }
  return {
    kind: 'eager',
    add,
    run(name, feeds, update) {
      const program = byName.get(name)
      if (!program) throw new Error(`no program ${name}`)
      return tf.tidy(() => {
        const tensors = feedTensors(program, feeds)
        const result = program.compute(tensors, Object.fromEntries(weights.map((w) => [w.name, get(w.name)])))
        const outputs = Object.fromEntries(Object.entries(result.outputs).map(([key, t]) => [key, read(t)]))
        // A program may have kept them from an inner scope.
        for (const tensor of Object.values(result.outputs)) tensor.dispose()
        if (result.gradients && update) {
          for (const [weight, gradient] of Object.entries(result.gradients)) {
            applyAdam(get, set, weight, gradient, update)
          }
        }
        for (const [weight, value] of Object.entries(result.replaced ?? {})) {
          if (update) set(weight, value)
          else value.dispose()
        }
        return outputs
      })
    },
    readState: () => new Map([...state].map(([name, t]) => [name, t.dataSync() as Float32Array])),
    writeState(values) {
      for (const [name, tensor] of [...state]) {
        const value = values.get(name)
        if (!value || value.length !== tensor.size) throw new Error(`state of ${name} is missing or of the wrong size`)
        set(name, tf.tensor(value.slice(), tensor.shape))
      }
    },
    dispose() {
      for (const tensor of state.values()) tensor.dispose()
      state.clear()
    },
  }
}

function feedTensors(program: Program, feeds: FeedValues): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(program.feeds).map(([name, { shape, dtype }]) => {
      const values = feeds[name]
      if (!values) throw new Error(`program ${program.name}: no feed ${name}`)
      return [name, tf.tensor(values.slice(), [...shape], dtype)]
    }),
  )
}

function read(tensor: Tensor): Float32Array | Int32Array {
  return tensor.dataSync() as Float32Array | Int32Array
}

/** One Adam update: by the backend's own kernel where it has one, else composed, the reference for ResourceApplyAdam. */
function applyAdam(
  get: (name: string) => Tensor,
  set: (name: string, value: Tensor) => void,
  weight: string,
  gradient: Tensor,
  update: AdamStep,
): void {
  const { beta1, beta2, epsilon } = adam
  const rate = (update.learningRate * Math.sqrt(1 - beta2 ** update.step)) / (1 - beta1 ** update.step)
  const keep = 1 - update.learningRate * update.weightDecay
  const names = [weight, `${weight}/m`, `${weight}/v`]
  if (tf.getKernel(adamUpdateName, tf.getBackend())) {
    const [w, m, v] = names.map(get)
    const attributes = { rate, keep, beta1, beta2, epsilon }
    const updated: Tensor[] = tf.engine().runKernel(adamUpdateName, { weight: w, m, v, gradient }, attributes)
    names.forEach((name, index) => set(name, updated[index]))
    return
  }
  const m = tf.add(tf.mul(get(names[1]), beta1), tf.mul(gradient, 1 - beta1))
  const v = tf.add(tf.mul(get(names[2]), beta2), tf.mul(tf.square(gradient), 1 - beta2))
  const step = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon))
  const w = tf.sub(tf.mul(get(weight), keep), step)
  names.forEach((name, index) => set(name, [w, m, v][index]))
}
