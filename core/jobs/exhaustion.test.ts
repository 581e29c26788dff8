import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { defaultConfiguration } from '../training/configuration.ts'
import { writeSquareSnapshot } from '../training/smallSnapshot.ts'

const canLimit = process.platform === 'linux'
/** More than the engine needs to start, a fraction of what the batch below takes. */
const limitKilobytes = 2_000_000

it.skipIf(!canLimit)(
  `names the batch and a smaller one when memory really runs out${canLimit ? '' : ' (skipped: only Linux can limit it)'}`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mend-exhaustion-'))
    try {
      await writeSquareSnapshot(join(folder, 'frozen'), 10)
      const configuration = { ...defaultConfiguration, tasks: ['mask'], height: 32, width: 32, batch: 20_000 }
      writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration))
      writeFileSync(join(folder, 'snapshot'), JSON.stringify({ folder: join(folder, 'frozen') }))
      const child = resolve('test/cli/children/trainerUnderHost.ts')
      const command = `ulimit -d ${limitKilobytes} && exec "$0" "$1" "$2"`
      const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, child, folder])
      const last = JSON.parse(stdout.slice(stdout.indexOf('last:') + 5)) as { message: string }
      expect(last, last.message).toMatchObject({
        event: 'failed',
        code: 'out-of-memory',
        message: 'a batch of 20000 at 32×32 does not fit into memory with tiny',
        hint: expect.stringContaining('--batch 8192') as string,
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
