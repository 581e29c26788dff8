import { describe, expect, it } from 'vitest'
import type { EngineId, EngineReport } from '../tensor/engines/engineReport.ts'
import { fasterFirst, measureEngine } from './measureEngines.ts'

function candidate(id: EngineId): EngineReport {
  const gpu = id === 'webgpu' || id === 'tensorflow-cuda'
  return {
    id,
    available: true,
    reason: 'works here',
    device: 'it',
    version: '1',
    gpu,
    automatic: true,
    selected: false,
  }
}
const workload = { model: 'tiny', height: 32, width: 32, batch: 4 } as const
const speeds =
  (figures: Partial<Record<EngineId, number>>) =>
  ({ id }: EngineReport) =>
    Promise.resolve(figures[id] ?? null)
const names = (order: readonly EngineReport[]) => order.map(({ id }) => id)

describe('the choice between two engines', () => {
  const three = [candidate('webgpu'), candidate('tensorflow-cpu'), candidate('wasm')]

  it('goes by what was measured on the workload, and says the figures', async () => {
    const { order, said } = await fasterFirst(three, workload, speeds({ webgpu: 90.4, 'tensorflow-cpu': 310 }))
    expect(names(order)).toEqual(['tensorflow-cpu', 'webgpu', 'wasm'])
    expect(said).toBe('measured on tiny at 32×32: webgpu 90 images/s, tensorflow-cpu 310 images/s')
  })

  it('stays with the order of preference where that is the faster, and where neither could be measured', async () => {
    const faster = await fasterFirst(three, workload, speeds({ webgpu: 900, 'tensorflow-cpu': 310 }))
    expect(names(faster.order)).toEqual(['webgpu', 'tensorflow-cpu', 'wasm'])
    const neither = await fasterFirst(three, workload, speeds({}))
    expect(names(neither.order)).toEqual(['webgpu', 'tensorflow-cpu', 'wasm'])
  })

  it('leaves out an engine that fails at the workload', async () => {
    const { order, said } = await fasterFirst(three, workload, speeds({ 'tensorflow-cpu': 310 }))
    expect(names(order)[0]).toBe('tensorflow-cpu')
    expect(said).toContain('webgpu failed')
  })

  it('is no question where only WebAssembly is the other, or where nothing is known of the workload', async () => {
    const fail = () => Promise.reject(new Error('nothing is to be measured'))
    const two = [candidate('tensorflow-cpu'), candidate('wasm')]
    expect(await fasterFirst(two, workload, fail)).toEqual({ order: two, said: null })
    expect(await fasterFirst(three, undefined, fail)).toEqual({ order: three, said: null })
  })
})

describe('a measurement', { timeout: 120_000 }, () => {
  it('trains the model in a process of its own and counts images', async () => {
    const speed = await measureEngine('wasm', workload)
    expect(speed).toBeGreaterThan(0.5)
    expect(speed).toBeLessThan(10_000)
  })

  it('of what cannot be loaded is null', async () => {
    expect(await measureEngine('abacus', workload)).toBeNull()
  })
})
