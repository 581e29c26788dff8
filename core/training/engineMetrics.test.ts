import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import type { RunConfiguration } from './configuration.ts'
import { defaultConfiguration } from './configuration.ts'
import type { TrainerEvent } from './protocol.ts'
import { squareTasks, writeSquareSnapshot } from './smallSnapshot.ts'

type Epoch = Extract<TrainerEvent, { readonly event: 'epoch' }>

let root = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mend-metrics-'))
  await writeSquareSnapshot(join(root, 'snapshot'), 100)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Trains `tiny` in a trainer process, as a run does. @returns its epochs */
function train(engine: RunConfiguration['engine']): Promise<Epoch[]> {
  const folder = join(root, engine)
  mkdirSync(folder)
  // At a third of the usual rate rounding does not grow: two engines stay within 2% of one another, two seeds within 60%.
  const size = { height: 32, width: 32, epochs: 3, batch: 16, learningRate: 1e-3 }
  const configuration = { ...defaultConfiguration, ...size, tasks: Object.keys(squareTasks), engine }
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration))
  writeFileSync(join(folder, 'snapshot'), JSON.stringify({ folder: join(root, 'snapshot') }))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'trainer.ts'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const epochs: Epoch[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as TrainerEvent
      if (event.event === 'epoch') epochs.push(event)
      if (event.event === 'failed') reject(new Error(event.message))
    })
    child.on('error', reject)
    child.on('close', () => resolve(epochs))
  })
}

describe('TensorFlow and WebAssembly', () => {
  it.skipIf(!locateTensorflow().available)(
    'train tiny to the same losses and metrics within noise',
    { timeout: 300_000 },
    async () => {
      const [tensorflow, wasm] = await Promise.all([train('tensorflow'), train('wasm')])
      expect(wasm).toHaveLength(3)
      tensorflow.forEach((epoch, at) => {
        for (const [task, loss] of Object.entries(epoch.losses)) {
          const tolerance = at === 0 ? 0.01 : 0.06
          expect(Math.abs(wasm[at].losses[task] / loss - 1), `${task}, epoch ${at + 1}`).toBeLessThan(tolerance)
        }
      })
      const metric = (epochs: Epoch[], task: string, name: string): number => epochs[2].metrics[task][name]
      expect(Math.abs(metric(wasm, 'mask', 'meanIou') - metric(tensorflow, 'mask', 'meanIou'))).toBeLessThan(0.03)
      expect(metric(wasm, 'size', 'rmse') / metric(tensorflow, 'size', 'rmse')).toBeCloseTo(1, 0.8)
      // Both have learned: the squares are found, not guessed.
      for (const epochs of [tensorflow, wasm]) {
        expect(epochs[2].losses['mask'] / epochs[0].losses['mask']).toBeLessThan(0.6)
        expect(metric(epochs, 'mask', 'meanIou')).toBeGreaterThan(0.6)
      }
    },
  )
})
