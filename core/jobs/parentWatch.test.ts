import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const watch = new URL('./parentWatch.ts', import.meta.url).href
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-watch-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A process that preloads the watch, has a worker of its own, and ends with status 7 after 1.8 s. */
async function run(parent: number): Promise<unknown[]> {
  const script = path.join(folder, 'trainer.mjs')
  writeFileSync(
    script,
    `import { Worker } from 'node:worker_threads'
new Worker('setInterval(() => undefined, 100)', { eval: true })
setTimeout(() => process.exit(7), 1800)`,
  )
  const child = spawn(process.execPath, ['--import', watch, script], {
    env: { ...process.env, MEND_PARENT_PID: String(parent) },
  })
  return once(child, 'exit')
}

describe('the watch on the trainer’s parent', () => {
  it('lets the trainer and its workers live while the parent does', async () => {
    expect(await run(process.pid)).toEqual([7, null])
  })

  it.skipIf(process.platform === 'win32')('ends the trainer a moment after its parent has gone', async () => {
    expect(await run(2 ** 22 + 1)).toEqual([null, 'SIGKILL'])
  })
})
