import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunLock } from '../../core/jobs/runLock.ts'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { events, mend, MendProcess } from './mend.ts'

let folder = ''
let project = ''
const options = ['--tasks', 'vector', '--size', '64x32', '--epochs', '3', '--batch', '8', '--seed', '5', '--json']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-interrupt-'))
  project = join(folder, 'p.mend')
  await mend('synth', project, '--profile', 'full', '--people', '64', '--seed', '3', '--size', '64x32')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Done {
  readonly run: number
  readonly metrics: object
}

function done(lines: Record<string, unknown>[]): Done {
  return lines.at(-1) as unknown as Done
}

async function runState(run: number): Promise<string | undefined> {
  const runs = JSON.parse((await mend('runs', project, '--json')).stdout) as { run: number; state: string }[]
  return runs.find((candidate) => candidate.run === run)?.state
}

/** The trainer's process number, as soon as there is one. */
async function trainerOf(run: number): Promise<number> {
  for (;;) {
    const trainer = readRunLock(join(project, 'runs', String(run)))?.trainer
    if (trainer) return trainer.pid
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

describe.skipIf(!locateTensorflow().available || process.platform === 'win32')('interruptions', () => {
  it('whatever is interrupted or killed, the run is resumed and ends with the numbers of an uninterrupted one', async () => {
    const whole = done(events(await mend('train', project, ...options)))
    expect(whole.run).toBe(1)

    const interrupted = new MendProcess('train', project, ...options)
    await interrupted.said('"event":"checkpoint","epoch":1')
    interrupted.child.kill('SIGINT')
    expect(await interrupted.ended).toBe(130)
    expect(interrupted.stderr).toContain('interrupted: interrupted before the end')
    expect(interrupted.stderr).toContain(`hint: continue it with: mend train ${project} --resume 2`)
    expect(await runState(2)).toBe('stopped')

    const orphaned = new MendProcess('train', project, '--resume', '2', '--json')
    await trainerOf(2)
    orphaned.child.kill('SIGKILL')
    await orphaned.ended
    expect(['running', 'interrupted']).toContain(await runState(2))

    const crashed = new MendProcess('train', project, '--resume', '2', '--json')
    await crashed.said('"event":"ready"')
    process.kill(await trainerOf(2), 'SIGKILL')
    expect(await crashed.ended).toBe(1)
    expect(crashed.stderr).toContain('trainer-crashed: ')
    expect(crashed.stderr).toContain('--resume')
    expect(await runState(2)).toBe('failed')

    const resumed = done(events(await mend('train', project, '--resume', '2', '--json')))
    expect(resumed.metrics).toEqual(whole.metrics)
    expect(await runState(2)).toBe('done')
  }, 240_000)
})
