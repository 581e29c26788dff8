import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSnapshot } from '../snapshot/read.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { writeSnapshot } from '../snapshot/write.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { defaultConfiguration } from './configuration.ts'
import type { RunConfiguration } from './configuration.ts'
import { readEmbeddings } from './embeddings.ts'
import { bankFile } from './filterBank.ts'
import { labelledPeople } from './labelledPeople.ts'
import { TrainingRun } from './loop.ts'
import { createTaskMetric } from './metrics/metric.ts'
import type { Metrics } from './predictionResults.ts'
import { openPredictions } from './runFiles.ts'
import { writeSquareSnapshot } from './smallSnapshot.ts'
import { checkpointFile } from './trainedConfiguration.ts'
import { TrainedNetwork } from './trainedNetwork.ts'

let root = ''
let snapshot: Snapshot
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mend-trained-'))
  await writeSquareSnapshot(join(root, 'snapshot'), 10)
  await loadWebAssembly()
  snapshot = openSnapshot(join(root, 'snapshot'))
})
afterAll(() => {
  snapshot.close()
  rmSync(root, { recursive: true, force: true })
})

interface Trained {
  readonly folder: string
  readonly configuration: RunConfiguration
  /** Of the run's own evaluation. */
  readonly metrics: Metrics
}

/** Trains in this process for two steps an epoch. */
async function train(
  name: string,
  choices: Partial<RunConfiguration>,
  { bank = null, set = snapshot }: { bank?: Trained | null; set?: Snapshot } = {},
): Promise<Trained> {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  if (bank !== null) copyFileSync(checkpointFile(bank.folder), join(folder, bankFile))
  const size = { height: 32, width: 32, epochs: 1, batch: 4, engine: 'wasm' } as const
  const configuration = { ...defaultConfiguration, ...size, tasks: ['mask', 'look'], ...choices }
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration))
  let metrics: Metrics = {}
  const engine = { name: 'wasm', reason: 'tested', device: 'WebAssembly' } as const
  const run = new TrainingRun(folder, set, configuration, engine, {
    emit: (event) => {
      if (event.event === 'epoch') metrics = event.metrics
    },
    next: () => Promise.resolve('go'),
  })
  await run.run()
  run.dispose()
  return { folder, configuration, metrics }
}

/** Task → everybody's row, as the network in the run's folder predicts it. */
async function predicted({ folder, configuration }: Trained, set = snapshot): Promise<Map<string, number[][]>> {
  const network = new TrainedNetwork(folder, set, configuration)
  const rows = new Map<string, number[][]>(configuration.tasks.map((task) => [task, []]))
  await network.predict(set, (people, batch) => {
    network.learners.forEach(({ name }, index) => {
      const width = batch[index].length / people.length
      for (let b = 0; b < people.length; b++)
        rows.get(name)?.push([...batch[index].subarray(b * width, (b + 1) * width)])
    })
  })
  network.dispose()
  return rows
}

/** What the run wrote of the labels that it was trained on, by place in the set. */
function written({ folder }: Trained, task: string): [number, number[]][] {
  const file = openPredictions(folder, task)
  const training = labelledPeople(snapshot, 'train', [task])
  const rows = Array.from(training, (person, at): [number, number[]] => [person, [...file.row(at)]])
  file.close()
  return rows
}

function meanAccuracy(rows: readonly number[][]): number | undefined {
  const schema = snapshot.manifest.tasks.find(({ name }) => name === 'look')?.schema
  const found = schema && createTaskMetric(schema)
  if (found?.kind !== 'attributes') throw new Error('looks are attributes')
  for (const person of labelledPeople(snapshot, 'val', ['look'])) {
    const given = new Int8Array(2)
    snapshot.readRows('look', [person], given)
    found.metric.add({ given, predicted: Float32Array.from(rows[person]) })
  }
  return found.metric.result()['accuracy']
}

describe('a trained network predicts what its run predicted and evaluated', { timeout: 120_000 }, () => {
  it.each([
    ['of several tasks', {}],
    ['for each task', { network: 'single' }],
    ['with soft masks', { network: 'mtan' }],
    ['with adapters and statistics of each task', { network: 'astmt', norm: 'task-batch' }],
    ['with drawn filters', { network: 'sfg' }],
    ['over a bank of random filters', { network: 'rcm' }],
    ['of several widths, at the largest', { model: 'slim-tiny' }],
  ] as const)('%s', async (name, choices) => {
    const run = await train(name, choices)
    const rows = await predicted(run)
    for (const task of run.configuration.tasks) {
      for (const [person, row] of written(run, task)) expect(rows.get(task)?.[person]).toEqual(row)
    }
    expect(meanAccuracy(rows.get('look') ?? [])).toBe(run.metrics['look']['accuracy'])
  })

  it('over the filters of another run', async () => {
    const bank = await train('bank', { norm: 'batch' })
    const run = await train('modulated', { network: 'rcm', norm: 'batch', bank: 1 }, { bank })
    const rows = await predicted(run)
    for (const [person, row] of written(run, 'mask')) expect(rows.get('mask')?.[person]).toEqual(row)
    // The bank is in the checkpoint: its run may be removed.
    rmSync(join(run.folder, bankFile))
    expect(await predicted(run)).toEqual(rows)
  })

  it('of identities: the embeddings by which the run compares everybody', async () => {
    const colours = [
      [230, 60, 60],
      [60, 60, 230],
    ]
    await writeSnapshot(join(root, 'identities'), {
      height: 32,
      width: 32,
      tasks: [{ name: 'who', schema: { kind: 'identity' } }],
      people: Array.from({ length: 8 }, (_, index) => ({
        person: 50 + index,
        split: index < 6 ? ('train' as const) : ('val' as const),
        rgb: Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => colours[index % 2][at % 3] + (at % 7)),
        affine: [1, 0, 0, 0, 1, 0] as const,
        labels: {
          who: {
            labelId: index + 1,
            row: { kind: 'identity' as const, identity: `n/${index % 2}`, camera: index % 3 },
          },
        },
      })),
    })
    const set = openSnapshot(join(root, 'identities'))
    const run = await train('identities run', { tasks: ['who'], learningRate: 1e-3 }, { set })
    const rows = await predicted(run, set)
    const { people, vectors } = readEmbeddings(run.folder, 'who')
    expect([...people]).toEqual([...set.persons])
    expect(rows.get('who')?.flat()).toEqual([...vectors])
    set.close()
  })
})
