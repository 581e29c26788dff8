import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../snapshot/read.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { defaultConfiguration } from './configuration.ts'
import type { RunConfiguration } from './configuration.ts'
import { TrainingRun } from './loop.ts'
import type { TrainerEvent } from './protocol.ts'
import { squareTasks, writeSquareSnapshot } from './smallSnapshot.ts'

let root = ''
beforeAll(async () => {
  loadTensorflow()
  root = mkdtempSync(join(tmpdir(), 'mend-balance-'))
  await writeSquareSnapshot(join(root, 'snapshot'), 30)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Trains in this process until the end, or until that many steps have been allowed. */
async function train(name: string, configuration: RunConfiguration, steps = Infinity): Promise<TrainerEvent[]> {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  const snapshot = openSnapshot(join(root, 'snapshot'))
  const events: TrainerEvent[] = []
  let left = steps
  const control = {
    emit: (event: TrainerEvent) => void events.push(event),
    next: () => Promise.resolve(left-- > 0 ? ('go' as const) : ('stop' as const)),
  }
  const engine = { name: 'tensorflow', reason: 'test', device: 'test' } as const
  const run = new TrainingRun(folder, snapshot, configuration, engine, control)
  await run.run()
  run.dispose()
  snapshot.close()
  return events
}

const epochsOf = (events: readonly TrainerEvent[]) =>
  events.filter((event) => event.event === 'epoch').map(({ epoch, losses, metrics }) => ({ epoch, losses, metrics }))

const methods: readonly [string, Partial<RunConfiguration>][] = [
  ['GradNorm, geometric mean, PCGrad', { weighting: 'gradnorm', aggregation: 'geometric', gradient: 'pcgrad' }],
]

describe('a run that weighs its tasks', { timeout: 300_000 }, () => {
  it.each(methods)(
    '%s: stopped within an epoch and continued, it gives the numbers of one that was not',
    async (name, choices) => {
      const configuration: RunConfiguration = {
        ...defaultConfiguration,
        tasks: Object.keys(squareTasks).slice(1, 4),
        height: 32,
        width: 32,
        epochs: 3,
        batch: 8,
        ...choices,
      }
      const whole = epochsOf(await train(`${name} whole`, configuration))
      // 24 training people, three steps an epoch: it stops after the fifth.
      const first = await train(`${name} stopped`, configuration, 5)
      expect(first.at(-1)).toMatchObject({ event: 'done', stopped: true, epoch: 1 })
      const rest = await train(`${name} stopped`, configuration)
      expect(epochsOf(rest)).toEqual(whole.slice(1))
      expect(whole[2].losses['mask']).toBeLessThan(whole[0].losses['mask'])
    },
  )
})
