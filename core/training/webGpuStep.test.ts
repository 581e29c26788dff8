import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probeEngine } from '../tensor/engines/probeEngine.ts'
import { softwareVulkan } from '../tensor/engines/softwareVulkan.ts'

const environment = softwareVulkan()
let folder = ''
let missing: string | null = 'no software Vulkan driver is installed (Debian: chromium)'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mend-webgpu-'))
  if (environment === null) return
  Object.assign(process.env, environment)
  const answer = await probeEngine('webgpu')
  missing = answer.works ? null : `the software Vulkan driver cannot be used: ${answer.reason}`
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function address(file: string): string {
  return JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href)
}

/** In a process of its own, since Dawn ends with it. */
function compareInProcess(): Record<string, unknown> {
  const script = join(folder, 'compare.mjs')
  writeFileSync(
    script,
    `import { differences, runSmallStep, smallStep } from ${address('smallStep.ts')}
     import { chooseEngine } from ${address('chooseSession.ts')}
     const size = { batch: 1, height: 16, width: 16 }
     const engine = await chooseEngine('webgpu')
     const found = runSmallStep(smallStep('tiny', size))
     await chooseEngine('wasm')
     const all = differences(found, runSmallStep(smallStep('tiny', size)))
     const worst = all.reduce((most, one) => (one.difference > most.difference ? one : most))
     console.log('answer:' + JSON.stringify({ engine, worst, compared: all.length }))`,
  )
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: process.env })
  const line = stdout.split('\n').find((candidate) => candidate.startsWith('answer:'))
  if (line === undefined) throw new Error(`no answer, status ${status}: ${stderr.slice(-2_000)}`)
  return { ...(JSON.parse(line.slice('answer:'.length)) as object), status }
}

describe('a training step on WebGPU', () => {
  it(
    'of tiny on a software driver gives the outputs and the gradients of the reference',
    { timeout: 300_000 },
    (context) => {
      if (missing !== null) context.skip(missing)
      const { engine, worst, compared, status } = compareInProcess()
      expect(engine).toMatchObject({
        name: 'webgpu',
        device: expect.stringMatching(/software/) as string,
        reason: expect.stringMatching(/^asked for; no GPU/) as string,
      })
      expect(worst).toHaveProperty('difference', expect.closeTo(0, 3.5))
      expect(compared).toBeGreaterThan(100)
      // Dawn's threads are ended before the process is, which would crash else.
      expect(status).toBe(0)
    },
  )
})
