import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vulkanDriver } from '../tensor/engines/softwareVulkan.ts'
import type { ChosenEngine } from './chooseSession.ts'
import { chooseEngine } from './chooseSession.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-choose-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Chooses in a process in which TensorFlow's package cannot be loaded, as where its library is missing. */
function chooseWithoutTensorflow(asked: string): ChosenEngine | { code: string; hint: string } {
  const block = join(folder, 'block.cjs')
  writeFileSync(
    block,
    `const loader = require('node:module')
     const load = loader._load
     loader._load = (name, ...rest) => {
       if (name === '@tensorflow/tfjs-node-gpu') throw new Error('libtensorflow_cc.so.2: cannot open shared object file')
       return load(name, ...rest)
     }`,
  )
  const script = join(folder, 'choose.mjs')
  writeFileSync(
    script,
    `const { chooseEngine } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'chooseSession.ts')).href)})
     const answer = await chooseEngine('${asked}').catch(({ code, hint }) => ({ code, hint }))
     console.log(JSON.stringify(answer))`,
  )
  const { stdout } = spawnSync(process.execPath, ['--require', block, script], { encoding: 'utf8' })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ChosenEngine
}

describe('the engine of a run', { timeout: 60_000 }, () => {
  it('is WebAssembly where TensorFlow cannot be loaded, with the reason and what to do', () => {
    const chosen = chooseWithoutTensorflow('auto')
    expect(chosen).toMatchObject({ name: 'wasm', device: expect.stringContaining('WebAssembly') as string })
    expect(chosen).toHaveProperty('reason', expect.stringMatching(/libtensorflow_cc.*mend engine install cpu/))
  })

  it('is never another than the one asked for', async () => {
    expect(chooseWithoutTensorflow('tensorflow')).toMatchObject({ code: 'tensorflow-unavailable' })
    expect(await chooseEngine('wasm')).toMatchObject({ name: 'wasm', reason: 'asked for' })
    // No Vulkan driver is found where the loader is told to look nowhere.
    Object.assign(process.env, vulkanDriver(join(folder, 'nothing.json')))
    await expect(chooseEngine('webgpu')).rejects.toMatchObject({ code: 'webgpu-unavailable' })
  })
})
