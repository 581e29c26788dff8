import { describe, expect, it } from 'vitest'
import { defaultBalancing, refuseBalancing } from './balancingChoices.ts'
import type { BalancingChoices } from './balancingChoices.ts'

const tasks = ['parts', 'keypoints']
const refused = (changes: Partial<BalancingChoices>, names: readonly string[] = tasks) =>
  refuseBalancing(
    { weighting: 'equal', aggregation: 'sum', gradient: 'none', balancing: defaultBalancing, ...changes },
    names,
  )

describe('balancing that makes no sense', () => {
  it('is refused with the reason', () => {
    expect(refused({ weighting: 'mtu', aggregation: 'geometric' })?.message).toContain('does not notice')
    expect(refused({ weighting: 'dwa', gradient: 'imtl-g' })?.field).toBe('weighting')
    expect(refused({ gradient: 'pcgrad' }, ['parts'])?.message).toContain('there is one')
    expect(refused({ weighting: 'rlw' }, ['parts'])?.field).toBe('weighting')
    expect(
      refused(
        { gradient: 'mgda' },
        Array.from({ length: 9 }, (_, at) => `task ${at}`),
      )?.field,
    ).toBe('gradient')
  })

  it('is achievement without what each task reaches alone, and relations of tasks that are not learnt', () => {
    const half = { ...defaultBalancing, potentials: { parts: 0.5 } }
    expect(refused({ weighting: 'achievement', balancing: half })?.message).toContain('keypoints')
    const whole = { ...defaultBalancing, potentials: { parts: 0.5, keypoints: 0.7 } }
    expect(refused({ weighting: 'achievement', balancing: whole })).toBe(null)
    const foreign = { ...defaultBalancing, negativeRelations: [['depth', 'parts']] as const }
    expect(refused({ gradient: 'gradsplit', balancing: foreign })?.message).toContain('depth')
    const own = { ...defaultBalancing, negativeRelations: [['parts', 'parts']] as const }
    expect(refused({ gradient: 'gradsplit', balancing: own })?.message).toContain('itself')
  })

  it('is nothing else: the papers’ combinations are accepted', () => {
    expect(refused({})).toBe(null)
    expect(refused({}, ['parts'])).toBe(null)
    expect(refused({ weighting: 'imtl-l', gradient: 'imtl-g' })).toBe(null)
    expect(refused({ weighting: 'rlw', aggregation: 'geometric', gradient: 'cagrad' })).toBe(null)
    expect(refused({ weighting: 'gradnorm', gradient: 'gradsplit' })).toBe(null)
  })
})
