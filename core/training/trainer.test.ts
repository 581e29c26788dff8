import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfiguration } from './configuration.ts'
import { vulkanDriver } from '../tensor/engines/softwareVulkan.ts'
import type { RunConfiguration } from './configuration.ts'
import type { TrainerEvent } from './protocol.ts'
import { openPredictions, readTaskHistories } from './runFiles.ts'
import { squareTasks, writeSquareSnapshot } from './smallSnapshot.ts'

let root = ''
const configuration: RunConfiguration = {
  ...defaultConfiguration,
  tasks: Object.keys(squareTasks),
  height: 32,
  width: 32,
  epochs: 3,
  batch: 8,
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mend-trainer-'))
  await writeSquareSnapshot(join(root, 'snapshot'), 60)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function makeRun(name: string, changes: Partial<RunConfiguration> = {}): string {
  const folder = join(root, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify({ ...configuration, ...changes }))
  writeFileSync(join(folder, 'snapshot'), JSON.stringify({ folder: join(root, 'snapshot') }))
  return folder
}

/** Runs the trainer process; `react` may answer each event with a command, or kill it. */
function train(
  folder: string,
  react: (event: TrainerEvent) => string | null = () => null,
  environment: Readonly<Record<string, string>> = {},
): Promise<TrainerEvent[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'trainer.ts'), folder], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...environment },
    })
    const events: TrainerEvent[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as TrainerEvent
      events.push(event)
      const command = react(event)
      if (command === 'kill') child.kill('SIGKILL')
      else if (command) child.stdin.write(`${JSON.stringify({ command })}\n`)
    })
    child.on('error', reject)
    child.on('close', () => resolve(events))
  })
}

const epochsOf = (events: TrainerEvent[]) =>
  events.filter((event) => event.event === 'epoch').map(({ epoch, losses, metrics }) => ({ epoch, losses, metrics }))

/** What the run without interruptions said, for those that follow. */
let wholeEvents: TrainerEvent[] = []

describe('the trainer process', { timeout: 300_000 }, () => {
  it('gives the same numbers again, and after a kill in the middle of an epoch', async () => {
    const whole = makeRun('whole')
    const events = await train(whole)
    wholeEvents = events
    const epochs = epochsOf(events)
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(events.at(-1)).toMatchObject({ event: 'done', stopped: false, epoch: 3 })
    // Something was learned, and every task was measured on the validation split.
    expect(epochs[2].losses['mask']).toBeLessThan(epochs[0].losses['mask'])
    expect(Object.keys(epochs[2].metrics['mask'])).toContain('meanIou')
    const tensors = events.filter((event) => event.event === 'epoch').map((event) => event.tensors)
    expect(new Set(tensors.slice(1)).size).toBe(1)

    const killed = makeRun('killed')
    await train(killed, (event) => (event.event === 'checkpoint' && event.epoch === 1 ? 'kill' : null))
    const resumed = await train(killed)
    expect(resumed[0]).toMatchObject({ event: 'ready', epoch: 1 })
    expect(epochsOf(resumed)).toEqual(epochs.slice(1))
    for (const name of ['records/epoch-0003.safetensors', 'predictions/1.bin', 'predictions/4.bin']) {
      expect(readFileSync(join(killed, name)).equals(readFileSync(join(whole, name))), name).toBe(true)
    }
  })

  it('stops at once with a checkpoint, continues, and pauses between steps, to the same numbers', async () => {
    const folder = makeRun('stopped')
    const first = await train(folder, (event) => (event.event === 'ready' ? 'stop' : null))
    expect(first.at(-1)).toMatchObject({ event: 'done', stopped: true, epoch: 0 })
    expect(existsSync(join(folder, 'checkpoint', 'state.safetensors'))).toBe(true)
    const rest = await train(folder, (event) => {
      if (event.event === 'ready') return 'pause'
      return event.event === 'paused' ? 'resume' : null
    })
    const names = rest.map((event) => event.event)
    expect(names.indexOf('paused')).toBeLessThan(names.indexOf('resumed'))
    expect(names.at(-1)).toBe('done')
    expect(epochsOf(rest)).toEqual(epochsOf(wholeEvents))
  })

  it('records every training label once an epoch, none of them for who lacks it, and predicts each', () => {
    const histories = readTaskHistories(join(root, 'whole'))
    expect(histories.map(({ task }) => task)).toEqual(Object.keys(squareTasks))
    for (const history of histories) {
      // 60 people, 48 in training; every fourth lacks one task.
      expect(history.labels.length).toBeLessThan(48)
      expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
      const seen = history.epochs[2].loss.filter((loss) => loss >= 0).length
      expect(seen).toBeGreaterThan(history.labels.length * 0.9)
      const predictions = openPredictions(join(root, 'whole'), history.task)
      expect(predictions.rows).toBe(history.labels.length)
      expect(predictions.row(history.labels.length - 1).length).toBeGreaterThan(0)
      predictions.close()
    }
    const first = histories[1].epochs[0]
    expect([...first.s].every((s) => s === 0)).toBe(true)
    expect([...histories[1].epochs[2].s].some((s) => s !== 0)).toBe(true)
  })

  it('says what is wrong with a configuration, with a hint, instead of crashing', async () => {
    const events = await train(makeRun('wrong', { height: 64 }))
    expect(events.at(-1)).toMatchObject({
      event: 'failed',
      code: 'configuration-invalid',
      hint: 'freeze a new snapshot',
    })
  })

  it.skipIf(process.platform !== 'linux')('says that the engine asked for cannot be had, and what to do', async () => {
    const withoutDriver = vulkanDriver(join(root, 'nothing.json'))
    const events = await train(makeRun('webgpu', { engine: 'webgpu' }), () => null, withoutDriver)
    expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'webgpu-unavailable' })
  })
})
