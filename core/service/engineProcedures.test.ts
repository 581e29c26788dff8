import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDefinedError, safe } from '@orpc/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInProcessClient, type InProcessClient } from './inProcessClient.ts'

let opened: InProcessClient
let home = ''
const before = process.env['MEND_HOME']
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mend-home-'))
  process.env['MEND_HOME'] = home
  opened = openInProcessClient()
})
afterAll(async () => {
  await opened.close()
  if (before === undefined) delete process.env['MEND_HOME']
  else process.env['MEND_HOME'] = before
  rmSync(home, { recursive: true })
})

describe('engines, for the screens', () => {
  it('have a state: what auto takes, the GPUs or why none is seen, and the memory', async () => {
    const state = await opened.client.engines.state()
    expect(state.selected).toMatchObject({ automatic: true, selected: true })
    expect(state.gpus === null).toBe(state.gpuReason !== null)
    expect(state.memory.totalMb).toBeCloseTo(os.totalmem() / 1_048_576, 6)
    expect(state.processor.cores).toBe(os.cpus().length)
  })

  it('are watched at an interval, until the watcher leaves', async () => {
    const states = await opened.client.engines.watch({ intervalMs: 500 })
    const times: number[] = []
    for await (const { processor } of states) {
      expect(processor.cores).toBeGreaterThan(0)
      times.push(performance.now())
      if (times.length === 3) break
    }
    expect(times[2] - times[0]).toBeGreaterThan(900)
  })

  it('that are not installed are not removed, which is said', async () => {
    const { error } = await safe(opened.client.engines.remove({ engine: 'cuda' }))
    expect(isDefinedError(error) && error.data.code).toBe('not-installed')
  })
})
