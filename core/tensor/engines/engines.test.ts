import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCompiler } from './compileAddon.ts'
import { assertDiskSpace } from './diskSpace.ts'
import { listEngines } from './listEngines.ts'
import { mendHome } from './mendHome.mjs'
import { nvidiaDevice } from './nvidia.ts'
import { probeEngine } from './probeEngine.ts'
import { expectedFit, fitDefect, probeFit } from './probeFit.ts'
import { keptAs, tensorflowBuild } from './tensorflowBuild.ts'
import { libraryIsComplete, locateTensorflow, tensorflowPlaces } from './tensorflowLibrary.ts'

let folder = ''
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-engines-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))

function script(name: string, text: string): string {
  const file = path.join(folder, name)
  fs.writeFileSync(file, text)
  return file
}

describe("the probe's fit", () => {
  test('gives the values worked out by hand, on a backend that is right by definition', async () => {
    await tf.setBackend('cpu')
    expect(probeFit()).toEqual(expectedFit)
    expect(tf.memory().numTensors).toBe(0)
  })

  test('is not passed by a value that is off, missing or not a number', () => {
    const off = expectedFit.map((step, index) => (index === 2 ? { ...step, weight: step.weight + 2e-5 } : step))
    expect(fitDefect(expectedFit)).toBeNull()
    expect(fitDefect(off)).toContain('step 3')
    expect(fitDefect(expectedFit.slice(0, 3))).toContain('step 4 of a fit gave nothing')
    expect(fitDefect([{ weight: Number.NaN, bias: 0.5 }])).toContain('step 1')
  })
})

describe('a probe', () => {
  test('whose process crashes is a reason', async () => {
    const crash = script('crash.mjs', "process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)")
    const answer = await probeEngine('tensorflow-cpu', { script: crash })
    expect(answer).toMatchObject({ works: false, reason: 'the probe crashed (SIGSEGV)' })
  })

  test('whose process hangs is ended', async () => {
    const hang = script('hang.mjs', 'setInterval(() => {}, 1000)')
    const answer = await probeEngine('wasm', { script: hang, timeoutMs: 300 })
    expect(answer.works).toBe(false)
    expect(answer.reason).toContain('0.3 s')
  })

  test('whose process fails says what it complained about', async () => {
    const fail = script('fail.mjs', "console.error('no such instruction'); process.exit(3)")
    const answer = await probeEngine('wasm', { script: fail })
    expect(answer.reason).toBe('the probe ended with status 3 and no answer: no such instruction')
  })

  test('of WebAssembly finds that it trains', async () => {
    const answer = await probeEngine('wasm')
    expect(answer).toMatchObject({ works: true, reason: 'a small fit gave the known result', version: '4.22.0' })
  })
})

describe('the list of engines', () => {
  test('has all four in the order of preference, with reasons, and selects the first that is for auto', async () => {
    const reports = await listEngines()
    expect(reports.map((report) => report.id)).toEqual(['tensorflow-cuda', 'webgpu', 'tensorflow-cpu', 'wasm'])
    expect(reports.every((report) => report.reason.length > 10)).toBe(true)
    const selected = reports.filter((report) => report.selected)
    expect(selected).toEqual(reports.filter((report) => report.automatic).slice(0, 1))
  })

  test('says how to get TensorFlow where it is not installed, and selects WebAssembly', async () => {
    const reports = await listEngines({ home: path.join(folder, 'empty') })
    expect(reports[2].available).toBe(false)
    expect(reports[2].reason).toContain('mend engine install cpu')
    expect(reports.filter((report) => report.selected).map((report) => report.id)).toEqual(['wasm'])
  })

  test.skipIf(!locateTensorflow().available)('finds that the installed TensorFlow works', async () => {
    const answer = await probeEngine('tensorflow-cpu')
    expect(answer).toMatchObject({ works: true, version: '2.20.0' })
  })

  test("reads the GPU's name as the driver reports it", () => {
    const gpu = path.join(folder, 'gpus', '0000:01:00.0')
    fs.mkdirSync(gpu, { recursive: true })
    fs.writeFileSync(path.join(gpu, 'information'), 'Model: \t\t NVIDIA H200\nIRQ: 7\n')
    expect(nvidiaDevice(path.join(folder, 'gpus'))).toBe('NVIDIA H200')
    expect(nvidiaDevice(path.join(folder, 'none'))).toBeNull()
  })
})

describe('an installation', () => {
  test('is not complete while a library is cut short or its manifest is missing', () => {
    const build = tensorflowBuild('linux', 'x64')
    if (build?.kind !== 'wheel') throw new Error('linux-x64 has a wheel')
    const places = tensorflowPlaces(build, path.join(folder, 'home'))
    fs.mkdirSync(path.join(places.libraryFolder, 'lib'), { recursive: true })
    const library = path.join(places.libraryFolder, 'lib', 'a.so')
    fs.writeFileSync(library, 'abc')
    expect(libraryIsComplete(places)).toBe(false)
    const manifest = { version: '2.20.0', wheel: '', wheelSha256: '', files: { 'lib/a.so': { bytes: 3, sha256: '' } } }
    fs.writeFileSync(places.libraryManifest, JSON.stringify(manifest))
    expect(libraryIsComplete(places)).toBe(true)
    fs.truncateSync(library, 2)
    expect(libraryIsComplete(places)).toBe(false)
    fs.writeFileSync(places.libraryManifest, '{"files":')
    expect(libraryIsComplete(places)).toBe(false)
    expect(locateTensorflow(path.join(folder, 'home'))).toMatchObject({ available: false, addon: null })
  })

  test('without a compiler is refused, with what to install', async () => {
    const hint = expect.stringMatching(/g\+\+|xcode-select/) as string
    await expect(findCompiler({ PATH: folder })).rejects.toMatchObject({ code: 'no-compiler', hint })
  })

  test('without disk space is refused, with both figures', () => {
    const refusal = { code: 'no-disk-space', message: expect.stringContaining('1000000000 MB') as string }
    let thrown: unknown
    try {
      assertDiskSpace(folder, 1e15, 'TensorFlow')
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject(refusal)
  })

  test('keeps the libraries and the headers that the addon needs, nothing else', () => {
    const build = tensorflowBuild('linux', 'x64')
    if (build?.kind !== 'wheel') throw new Error('linux-x64 has a wheel')
    expect(keptAs('tensorflow/libtensorflow_cc.so.2', build)).toBe('lib/libtensorflow_cc.so.2')
    expect(keptAs('tensorflow/include/tensorflow/c/eager/c_api.h', build)).toBe('include/tensorflow/c/eager/c_api.h')
    expect(keptAs('tensorflow/include/tsl/platform/ctstring.h', build)).toBe('include/tsl/platform/ctstring.h')
    expect(keptAs('tensorflow/python/libtensorflow_cc.so.2', build)).toBeNull()
    expect(keptAs('tensorflow/include/Eigen/Core.h', build)).toBeNull()
    expect(tensorflowBuild('freebsd', 'x64')).toBeNull()
  })
})

test("the user's folder follows each platform's custom, and MEND_HOME wins", () => {
  const linux = { platform: 'linux', home: '/home/a' }
  expect(mendHome({ ...linux, environment: {} })).toBe('/home/a/.local/share/mend-studio')
  expect(mendHome({ ...linux, environment: { XDG_DATA_HOME: '/data' } })).toBe('/data/mend-studio')
  expect(mendHome({ ...linux, environment: { XDG_DATA_HOME: 'relative' } })).toBe('/home/a/.local/share/mend-studio')
  expect(mendHome({ ...linux, environment: { MEND_HOME: '/m', XDG_DATA_HOME: '/data' } })).toBe('/m')
  const mac = mendHome({ platform: 'darwin', home: '/Users/a', environment: {} })
  expect(mac).toBe('/Users/a/Library/Application Support/Mend Studio')
})
