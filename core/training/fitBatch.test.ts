import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfiguration } from './configuration.ts'
import type { RunRequest } from './configuration.ts'
import { fitBatch, fittedConfiguration } from './fitBatch.ts'
import type { TrainerEvent } from './protocol.ts'
import { writeSquareSnapshot } from './smallSnapshot.ts'

let root = ''
const request: RunRequest = { ...defaultConfiguration, tasks: ['look'], height: 32, width: 32, batch: 'auto' }

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mend-fit-'))
  await writeSquareSnapshot(join(root, 'frozen'), 10)
  writeFileSync(join(root, 'snapshot'), JSON.stringify({ folder: join(root, 'frozen') }))
  writeFileSync(join(root, 'configuration.json'), JSON.stringify(request))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('trying batches on this machine’s engine', { timeout: 120_000 }, () => {
  it('refuses a batch of one where a process with it takes more than is allowed', async () => {
    const mega = 2 ** 20
    // The library alone takes more.
    await expect(fitBatch(root, { people: 1, budgetBytes: 64 * mega })).rejects.toMatchObject({ code: 'out-of-memory' })
  })

  it('keeps the batch in the folder of the run, which is then continued with it', async () => {
    const events: TrainerEvent[] = []
    const found = await fittedConfiguration(root, request, 2, (event) => events.push(event))
    expect(found).toEqual({ ...request, batch: 2 })
    expect(events).toEqual([{ event: 'trial', batch: 2, number: 1, atMost: 6 }])
    const kept = JSON.parse(readFileSync(join(root, 'configuration.json'), 'utf8')) as RunRequest
    expect(kept).toEqual(found)
    expect(await fittedConfiguration(root, kept, 10, (event) => events.push(event))).toEqual(found)
    expect(events.length).toBe(1)
  })
})
