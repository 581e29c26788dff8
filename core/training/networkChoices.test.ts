import { describe, expect, it } from 'vitest'
import {
  defaultNetwork,
  isControllable,
  modelNames,
  networkNames,
  normNames,
  refuseNetwork,
  trainsEveryWidth,
} from './networkChoices.ts'

const plain = { ...defaultNetwork, gradient: 'none', weighting: 'equal', aggregation: 'sum' } as const

describe('networks and normalisations that go together', () => {
  it('are these, for every model but where a network needs stages or residual blocks', () => {
    const fitting = networkNames.map((network) => {
      const norms = normNames.filter((norm) => refuseNetwork({ ...plain, network, norm }) === null)
      const unfit = modelNames.filter((model) => refuseNetwork({ ...plain, network, model }) !== null)
      return `${network}: ${norms.join(' ')}; not ${unfit.join(' ')}`
    })
    expect(fitting).toEqual([
      'multi-head: group batch task-batch; not ',
      'single: group batch; not slim-tiny slim-r18 tree-tiny tree-r18',
      'mtan: group batch; not hr-small slim-tiny slim-r18 tree-tiny tree-r18',
      'astmt: group task-batch; not tiny-unet unet32 slim-tiny slim-r18 tree-tiny tree-r18',
      'rcm: group task-batch; not slim-tiny slim-r18 tree-tiny tree-r18',
      'sfg: group task-batch; not slim-tiny slim-r18 tree-tiny tree-r18',
    ])
  })

  it('are refused with the option that is at fault and what to choose instead', () => {
    const refused = refuseNetwork({ ...plain, network: 'sfg', norm: 'batch' })
    expect(refused?.field).toBe('norm')
    expect(refused?.message).toBe('sfg cannot have batch normalisation')
    expect(refused?.hint).toMatch(/choose group or task-batch/)
  })

  it('of any width are one network that is added up', () => {
    const slim = { ...plain, model: 'slim-tiny' } as const
    expect(refuseNetwork(slim)).toBeNull()
    expect(refuseNetwork({ ...slim, norm: 'batch' })?.hint).toBe('choose group with it, or another model')
    expect(refuseNetwork({ ...slim, aggregation: 'geometric' })?.field).toBe('aggregation')
    expect(refuseNetwork({ ...slim, gradient: 'mgda' })?.field).toBe('gradient')
  })

  it('of any width can be trained at one, which others have anyway', () => {
    const slim = { ...plain, model: 'slim-tiny' } as const
    expect(refuseNetwork({ ...slim, onlyWidth: 0.5 })).toBeNull()
    expect(refuseNetwork({ ...plain, onlyWidth: 0.5 })?.field).toBe('onlyWidth')
    expect(trainsEveryWidth(slim)).toBe(true)
    // As earlier versions stored it.
    expect(trainsEveryWidth({ model: 'slim-tiny' })).toBe(true)
    expect(trainsEveryWidth({ ...slim, onlyWidth: 0.5 })).toBe(false)
    expect([isControllable(slim), isControllable({ ...slim, onlyWidth: 1 }), isControllable(plain)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('have a bank of filters with rcm alone', () => {
    expect(refuseNetwork({ ...plain, bank: 3 })?.field).toBe('bank')
    expect(refuseNetwork({ ...plain, network: 'rcm', bank: 3 })).toBeNull()
  })

  it('share weights where gradients are mediated between tasks', () => {
    expect(refuseNetwork({ ...plain, network: 'single', gradient: 'pcgrad' })?.field).toBe('gradient')
    expect(refuseNetwork({ ...plain, network: 'rcm', weighting: 'gradnorm' })?.field).toBe('weighting')
    expect(refuseNetwork({ ...plain, network: 'mtan', gradient: 'gradsplit' })?.message).toMatch(/one pass/)
    expect(refuseNetwork({ ...plain, gradient: 'gradsplit' })).toBeNull()
    expect(refuseNetwork({ ...plain, norm: 'batch', gradient: 'pcgrad' })).toBeNull()
  })
})
