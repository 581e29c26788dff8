import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../synthetic/random.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import type { NetworkName, NormName } from '../training/networkChoices.ts'
import { declareNetwork, network } from './network.ts'
import type { NetworkForm, TaskSchemas } from './network.ts'
import { Bound } from './scope.ts'
import { ownerOf } from './weightNames.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const size = { height: 32, width: 32 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
}
const names = Object.keys(tasks)

type Values = Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>

const form = (sharing: NetworkName, norm: NormName): NetworkForm => ({ model: 'tiny', network: sharing, norm })

/** Weights of a network with nothing at 0 or 1: norms and statistics are drawn too, and end beyond what they begin with. */
function weightsOf(chosen: NetworkForm): Values {
  const { weights } = declareNetwork(chosen, tasks, size, 7)
  return new Map(
    weights.map(({ name, shape, initial }) => {
      const random = new Random(5, name)
      const moved = /gamma$|variance$/.test(name)
        ? initial.map(() => random.between(0.5, 1.5))
        : /beta$|mean$|bias$/.test(name)
          ? initial.map(() => random.between(-0.3, 0.3))
          : initial
      return [name, { shape, values: moved }]
    }),
  )
}

function outputs(chosen: NetworkForm, weights: Values, of: TaskSchemas = tasks): Record<string, Float32Array> {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      [...weights].map(([name, { shape, values }]) => [name, tf.tensor(values.slice(), [...shape])]),
    )
    const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 1) as Tensor4D
    const raw: Record<string, Tensor> = network(new Bound(tensors), chosen, of, images)
    return Object.fromEntries(Object.entries(raw).map(([task, tensor]) => [task, tensor.dataSync<'float32'>().slice()]))
  })
}

/** The name of the trunk's weight that a task's own stands for. */
function sharedName(name: string): string {
  const owner = ownerOf(name, names)
  return owner === null ? name : name.replace(`task/${owner}/`, '')
}

/** `weights` with those values of `from` that stand for them, by `nameIn`. */
function taking(weights: Values, from: Values, nameIn = sharedName): Values {
  return new Map(
    [...weights].map(([name, { shape, values }]) => [
      name,
      { shape, values: from.get(nameIn(name))?.values ?? values },
    ]),
  )
}

function filled(weights: Values, pattern: RegExp, value: number): Values {
  return new Map(
    [...weights].map(([name, { shape, values }]) => [
      name,
      { shape, values: pattern.test(name) ? new Float32Array(values.length).fill(value) : values },
    ]),
  )
}

function expectEqual(found: Record<string, Float32Array>, expected: Record<string, Float32Array>): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [task, values] of Object.entries(expected)) {
    const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - found[task][at])), 0)
    expect(worst, task).toBeLessThan(2e-5)
    expect(values.some((value) => Math.abs(value) > 0.01)).toBe(true)
  }
}

const batch = form('multi-head', 'batch')
const group = form('multi-head', 'group')

describe('what the networks of the papers become in the limit (methods.md 8)', () => {
  it('task-specific BatchNorm with equal statistics is BatchNorm, and with others it is not', () => {
    const plain = weightsOf(batch)
    const own = taking(weightsOf(form('multi-head', 'task-batch')), plain)
    expectEqual(outputs(form('multi-head', 'task-batch'), own), outputs(batch, plain))
    const other = outputs(form('multi-head', 'task-batch'), filled(own, /task\/look\/stage2.*mean$/, 0.5))
    expect(other['mask']).toEqual(outputs(batch, plain)['mask'])
    expect(other['look']).not.toEqual(outputs(batch, plain)['look'])
  })

  it('MTAN with masks of 1 is the multi-head network', () => {
    const plain = weightsOf(group)
    const open = filled(
      filled(taking(weightsOf(form('mtan', 'group')), plain), /attention.\/b\/norm\/gamma/, 0),
      /attention.\/b\/norm\/beta/,
      40,
    )
    expectEqual(outputs(form('mtan', 'group'), open), outputs(group, plain))
    const closed = outputs(form('mtan', 'group'), filled(open, /attention3\/b\/norm\/beta/, -40))
    expect(closed['look']).not.toEqual(outputs(group, plain)['look'])
  })

  it('ASTMT with adapters of 0 and excitations of 1 is task-specific BatchNorm', () => {
    const plain = weightsOf(form('multi-head', 'task-batch'))
    const adapted = taking(weightsOf(form('astmt', 'task-batch')), plain, (name) => name)
    const unit = filled(filled(adapted, /excite\/kernel/, 0), /excite\/bias/, 40)
    expectEqual(outputs(form('astmt', 'task-batch'), unit), outputs(form('multi-head', 'task-batch'), plain))
    const moved = outputs(form('astmt', 'task-batch'), filled(unit, /task\/mask\/.*adapter\/kernel/, 0.05))
    expect(moved['mask']).not.toEqual(outputs(form('multi-head', 'task-batch'), plain)['mask'])
  })

  it('RCM with modulators of identity is the bank’s network, and lengths scale its filters', () => {
    const plain = weightsOf(group)
    const bank = taking(weightsOf(form('rcm', 'group')), plain, (name) => sharedName(name).replace(/^fixed\//, ''))
    expectEqual(outputs(form('rcm', 'group'), bank), outputs(group, plain))
    // A normalisation undoes a length that all filters have in common, but for what is beside the laterals' biases.
    const longer = outputs(form('rcm', 'group'), filled(bank, /task\/mask\/decoder\/lateral0\/modulatorLength/, 2))
    expect(longer['mask']).not.toEqual(outputs(group, plain)['mask'])
    expect(longer['look']).toEqual(outputs(form('rcm', 'group'), bank)['look'])
  })

  it('SFG with one-hot logits has fixed groups: to a task the filters of another are absent', () => {
    const drawn = weightsOf(form('sfg', 'group'))
    const groups = names.length + 1
    // In turn: the mask's, the look's, everybody's.
    const groupOf = (filter: number): number => filter % groups
    const fixed: Values = new Map(
      [...drawn].map(([name, { shape, values }]) => {
        const onehot = values.map((_, at) => (at % groups === groupOf(Math.floor(at / groups)) ? 100 : 0))
        return [name, { shape, values: name.endsWith('/groups') ? onehot : values }]
      }),
    )
    const found = outputs(form('sfg', 'group'), fixed)
    names.forEach((task, index) => {
      // The multi-head network of the filters that the task sees.
      const seen: Values = new Map(
        [...fixed].map(([name, { shape, values }]) => {
          const filters = shape.at(-1) ?? 1
          const absent = (at: number): boolean => ![index, groups - 1].includes(groupOf(at % filters))
          return [
            name,
            { shape, values: name.startsWith('head/') ? values : values.map((value, at) => (absent(at) ? 0 : value)) },
          ]
        }),
      )
      expectEqual({ [task]: found[task] }, { [task]: outputs(group, seen)[task] })
    })
  })

  it('separate networks are, from their first weights on, those of runs of each task alone', () => {
    const { weights } = declareNetwork(form('single', 'group'), tasks, size, 7)
    const together: Values = new Map(weights.map(({ name, shape, initial }) => [name, { shape, values: initial }]))
    for (const [task, schema] of Object.entries(tasks)) {
      const alone = declareNetwork('tiny', { [task]: schema }, size, 7).weights
      const own: Values = new Map(alone.map(({ name, shape, initial }) => [name, { shape, values: initial }]))
      const expected = outputs('tiny', own, { [task]: schema })
      expectEqual({ [task]: outputs(form('single', 'group'), together)[task] }, expected)
    }
  })
})
