import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrainerEvent } from '../training/protocol.ts'
import { TrainerHost } from './trainerHost.ts'

const script = resolve('test/cli/children/protocolChild.ts')
let runFolder = ''

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'mend-host-'))
})
afterEach(() => rmSync(runFolder, { recursive: true, force: true }))

function host(kind: string): TrainerHost {
  writeFileSync(join(runFolder, 'behaviour.json'), JSON.stringify({ kind }))
  return new TrainerHost({ runFolder, script })
}

async function all(trainer: TrainerHost): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = []
  for await (const event of trainer.events) events.push(event)
  return events
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs
  while (Date.now() < end) {
    if (condition()) return true
    await new Promise((wake) => setTimeout(wake, 50))
  }
  return condition()
}

describe('TrainerHost', () => {
  it('reads events that arrive byte by byte, survives a line of 20 MB, and logs chatter', async () => {
    const events = await all(host('partial-lines'))
    expect(events.map((event) => event.event)).toEqual(['ready', 'warning', 'epoch', 'done'])
    expect(events[0]).toMatchObject({ reason: 'größe' })
    expect(events[1]).toMatchObject({ code: 'event-too-long' })
    expect(events[2]).toMatchObject({ epoch: 1, losses: { parts: NaN } })
    expect(readFileSync(join(runFolder, 'trainer.log'), 'utf8')).toContain('TensorFlow says hello')
  })

  it('turns a crash into a failed event with the end of the log', async () => {
    const trainer = host('crash')
    const events = await all(trainer)
    expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'trainer-crashed' })
    expect(JSON.stringify(events.at(-1))).toContain('ended with status 3')
    expect(JSON.stringify(events.at(-1))).toContain('tensor 7 is missing')
    expect(await trainer.waitForExit()).toEqual({ code: 3, signal: null })
    expect(existsSync(join(runFolder, 'run.lock'))).toBe(false)
  })

  it('says that a signal ended the trainer, and drops the half-written event', async () => {
    const events = await all(host('killed'))
    expect(events.map((event) => event.event)).toEqual(['ready', 'failed'])
    expect(JSON.stringify(events.at(-1))).toContain('was ended by SIGKILL')
  })

  it('passes commands on, and a stop ends with done', async () => {
    const trainer = host('obedient')
    const names: string[] = []
    for await (const event of trainer.events) {
      names.push(event.event)
      if (event.event === 'ready') trainer.send({ command: 'pause' })
      if (event.event === 'paused') trainer.send({ command: 'resume' })
      if (event.event === 'resumed') void trainer.stop()
    }
    expect(names).toEqual(['ready', 'paused', 'resumed', 'done'])
    expect(await trainer.waitForExit()).toEqual({ code: 0, signal: null })
    const commands = readFileSync(join(runFolder, 'commands.log'), 'utf8').trim().split('\n')
    expect(commands.map((line) => (JSON.parse(line) as { command: string }).command)).toEqual([
      'pause',
      'resume',
      'stop',
    ])
  })

  it('refuses a second trainer in the same folder, and kills one that does not listen', async () => {
    const trainer = host('deaf')
    for await (const event of trainer.events) if (event.event === 'ready') break
    expect(() => new TrainerHost({ runFolder, script })).toThrow(/already at work/)
    await new Promise((wake) => setTimeout(wake, 100))
    expect((await trainer.stop(100, 100)).signal).toBe('SIGKILL')
    expect(trainer.pid !== null && isAlive(trainer.pid)).toBe(false)
  })

  it('ignores the lock of a process that is gone', async () => {
    // This process's number, but another start time: the number was used again.
    const gone = { pid: process.pid, started: '1' }
    writeFileSync(join(runFolder, 'run.lock'), JSON.stringify({ owner: gone, trainer: gone }))
    expect((await all(host('crash'))).at(-1)).toMatchObject({ event: 'failed' })
  })

  it.skipIf(process.platform === 'win32')(
    'lets no trainer outlive a parent that was killed',
    async () => {
      writeFileSync(join(runFolder, 'behaviour.json'), JSON.stringify({ kind: 'deaf' }))
      const parent = spawn(process.execPath, [resolve('test/cli/children/hostParent.ts'), runFolder, script])
      const pid = await new Promise<number>((found) =>
        parent.stdout.once('data', (data: Buffer) => found(Number(data))),
      )
      expect(isAlive(pid)).toBe(true)
      parent.kill('SIGKILL')
      expect(await until(() => !isAlive(pid), 6000)).toBe(true)
    },
    10_000,
  )
})
