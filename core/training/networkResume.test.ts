import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../snapshot/read.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { defaultConfiguration } from './configuration.ts'
import type { RunConfiguration } from './configuration.ts'
import { TrainingRun } from './loop.ts'
import type { TrainerEvent } from './protocol.ts'
import { writeSquareSnapshot } from './smallSnapshot.ts'

let root = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mend-networks-'))
  await writeSquareSnapshot(join(root, 'snapshot'), 10)
  await loadWebAssembly()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Trains in this process, to the end or until as many steps were begun. */
async function train(name: string, choices: Partial<RunConfiguration>, steps = Infinity): Promise<TrainerEvent[]> {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  const size = { height: 32, width: 32, epochs: 2, batch: 4 }
  const configuration = { ...defaultConfiguration, ...size, tasks: ['mask', 'look'], ...choices }
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration))
  const snapshot = openSnapshot(join(root, 'snapshot'))
  const events: TrainerEvent[] = []
  let begun = 0
  const engine = { name: 'wasm', reason: 'tested', device: 'WebAssembly' } as const
  const run = new TrainingRun(folder, snapshot, configuration, engine, {
    emit: (event) => events.push(event),
    next: () => Promise.resolve(begun++ < steps ? 'go' : 'stop'),
  })
  await run.run()
  run.dispose()
  snapshot.close()
  return events
}

const epochs = (events: readonly TrainerEvent[]) =>
  events.filter((event) => event.event === 'epoch').map(({ epoch, losses, metrics }) => ({ epoch, losses, metrics }))

describe('a run of a network that remembers or draws', { timeout: 120_000 }, () => {
  it.each([
    ['drawn filters and statistics of each task', { network: 'sfg', norm: 'task-batch' }],
    ['several widths', { model: 'slim-tiny' }],
    // Steps are two an epoch, and an epoch a phase: continued while it learns what is shared, and how that is adapted.
    ['a tree', { model: 'tree-tiny', epochs: 3 }, 3],
    ['a grown tree', { model: 'tree-tiny', epochs: 3 }, 5],
  ] as const)(
    '%s: gives the same numbers when it is continued in the middle of an epoch',
    async (name, choices, steps?: number) => {
      const whole = await train(`whole ${name}`, choices)
      const stopped = await train(`stopped ${name}`, choices, steps ?? 1)
      const rest = await train(`stopped ${name}`, choices)
      expect(stopped.at(-1)).toMatchObject({ event: 'done', stopped: true })
      expect(epochs(whole).map(({ epoch }) => epoch)).toEqual('epochs' in choices ? [1, 2, 3] : [1, 2])
      expect([...epochs(stopped), ...epochs(rest)]).toEqual(epochs(whole))
    },
  )
})
