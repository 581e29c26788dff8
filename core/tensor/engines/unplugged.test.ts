import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EngineReport } from './engineReport.ts'
import { listEngines } from './listEngines.ts'
import { probeEngine } from './probeEngine.ts'
import { softwareVulkan, vulkanDriver } from './softwareVulkan.ts'
import { tensorflowBuild } from './tensorflowBuild.ts'
import { libraryIsComplete, locateTensorflow, tensorflowPlaces, type TensorflowPlaces } from './tensorflowLibrary.ts'

/**
 * Each engine with the real thing unplugged, in a home of its own: the list goes on to the next engine and says what to do.
 * The homes hold links to this machine's library, so that nothing is copied and nothing of the user's is touched.
 */
const build = tensorflowBuild()
const installed = build?.kind === 'wheel' && libraryIsComplete(tensorflowPlaces(build)) ? tensorflowPlaces(build) : null
const hasCompiler = spawnSync('g++', ['--version']).status === 0

let root = ''
let number = 0
let probes = ''

beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-unplugged-'))
  // WebAssembly and WebGPU are the same in every home: they are probed once, and what was found is copied.
  probes = path.join(root, 'first', 'probes')
  await listEngines({ home: path.join(root, 'first') })
})
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

let home = ''
beforeEach(() => {
  home = path.join(root, `home-${++number}`)
  fs.cpSync(probes, path.join(home, 'probes'), { recursive: true })
})

/** Links to the library's files and, where asked for, a copy of the addon. */
function plugIn(withAddon: boolean): TensorflowPlaces {
  if (installed === null || build?.kind !== 'wheel') throw new Error('the test is skipped without a library')
  const places = tensorflowPlaces(build, home)
  const files = JSON.parse(fs.readFileSync(installed.libraryManifest, 'utf8')) as { files: Record<string, unknown> }
  for (const file of ['manifest.json', ...Object.keys(files.files)]) {
    fs.mkdirSync(path.dirname(path.join(places.libraryFolder, file)), { recursive: true })
    fs.symlinkSync(path.join(installed.libraryFolder, file), path.join(places.libraryFolder, file))
  }
  fs.mkdirSync(places.addonFolder, { recursive: true })
  if (withAddon) fs.copyFileSync(installed.addon, places.addon)
  return places
}

async function listed(timeoutMs?: number): Promise<Record<EngineReport['id'], EngineReport> & { selected: string }> {
  const reports = await listEngines({
    home,
    probe: (id, options) => probeEngine(id, timeoutMs === undefined ? options : { ...options, timeoutMs }),
  })
  const byId = Object.fromEntries(reports.map((report) => [report.id, report])) as Record<
    EngineReport['id'],
    EngineReport
  >
  return { ...byId, selected: reports.find((report) => report.selected)?.id ?? 'none' }
}

/** A library whose loading runs `statement`. */
function brokenAddon(places: TensorflowPlaces, statement: string): void {
  const source = path.join(home, 'broken.cc')
  fs.writeFileSync(
    source,
    `#include <cstdlib>\n#include <unistd.h>\n__attribute__((constructor)) void go() { ${statement} }\n`,
  )
  execFileSync('g++', ['-shared', '-fPIC', '-o', places.addon, source])
}

describe.skipIf(installed === null || !locateTensorflow().available)('TensorFlow', () => {
  test('plugged in works, from a home of its own', async () => {
    plugIn(true)
    const { 'tensorflow-cpu': report, selected } = await listed()
    expect(report).toMatchObject({ available: true, automatic: true, version: '2.20.0' })
    expect(selected).toBe('tensorflow-cpu')
  })

  test('whose library was removed gives WebAssembly, and says how to install it', async () => {
    const places = plugIn(true)
    fs.rmSync(path.join(places.libraryFolder, 'lib', 'libtensorflow_cc.so.2'))
    const { 'tensorflow-cpu': report, selected } = await listed()
    expect(report.available).toBe(false)
    expect(report.reason).toMatch(/libtensorflow is not installed; "mend engine install cpu" installs it/)
    expect(selected).toBe('wasm')
  })

  test('without its addon and without a compiler says which package has one', async () => {
    plugIn(false)
    const { PATH, CXX } = process.env
    process.env['PATH'] = home
    delete process.env['CXX']
    try {
      const { 'tensorflow-cpu': report, selected } = await listed()
      expect(report.reason).toMatch(/its addon is not compiled; no C\+\+ compiler was found .*: install one/)
      expect(selected).toBe('wasm')
    } finally {
      process.env['PATH'] = PATH
      if (CXX !== undefined) process.env['CXX'] = CXX
    }
  })

  test.each([
    ['half a file', () => Buffer.from('\u007fELF and no more'), /file too short|invalid ELF header/],
    [
      'the addon of another program',
      () => fs.readFileSync(path.join(sqliteFolder(), 'prebuilds', `${process.platform}-${process.arch}.node`)),
      /TensorFlow cannot be loaded/,
    ],
  ])('whose addon is %s gives WebAssembly, and says how to make it anew', async (_, bytes, reason) => {
    const places = plugIn(false)
    fs.writeFileSync(places.addon, bytes())
    const { 'tensorflow-cpu': report, selected } = await listed()
    expect(report.available).toBe(false)
    expect(report.reason).toMatch(reason)
    expect(report.reason).toMatch(/"mend engine remove cpu" and "mend engine install cpu" make it anew$/)
    expect(selected).toBe('wasm')
  })

  test.skipIf(!hasCompiler)('whose addon crashes gives WebAssembly and the signal', async () => {
    brokenAddon(plugIn(false), 'abort();')
    const { 'tensorflow-cpu': report, selected } = await listed()
    expect(report.reason).toMatch(/the probe crashed \(SIGABRT\)/)
    expect(selected).toBe('wasm')
  })

  test.skipIf(!hasCompiler)(
    'whose addon hangs gives WebAssembly after a while, and at once the next time',
    async () => {
      brokenAddon(plugIn(false), 'for (;;) pause();')
      const { 'tensorflow-cpu': report, selected } = await listed(1_500)
      expect(report.reason).toMatch(/did not answer within 1.5 s/)
      expect(selected).toBe('wasm')
      const started = performance.now()
      expect((await listed(60_000))['tensorflow-cpu'].reason).toBe(report.reason)
      expect(performance.now() - started).toBeLessThan(1_400)
    },
  )

  test('that fails gives a run WebAssembly, with the reason in what the run says', () => {
    const places = plugIn(false)
    fs.writeFileSync(places.addon, 'no addon')
    const script = path.join(home, 'choose.mjs')
    const chooser = pathToFileURL(path.join(import.meta.dirname, '../../training/chooseSession.ts')).href
    fs.writeFileSync(
      script,
      `import { chooseEngine } from ${JSON.stringify(chooser)}
       console.log('answer:' + JSON.stringify(await chooseEngine('auto')))`,
    )
    const environment = { ...process.env, MEND_HOME: home }
    const { stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: environment })
    const answer = stdout.split('\n').find((line) => line.startsWith('answer:')) ?? 'answer:null'
    expect(JSON.parse(answer.slice('answer:'.length))).toMatchObject({
      name: 'wasm',
      reason: expect.stringMatching(/^slower, but TensorFlow is not usable: .*mend engine install cpu/) as string,
    })
  })
})

function sqliteFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'))
}

describe('WebGPU', () => {
  const before = process.env
  beforeEach(() => {
    fs.rmSync(path.join(home, 'probes', 'webgpu.json'), { force: true })
    process.env = { ...before }
  })
  afterAll(() => {
    process.env = before
  })

  test.skipIf(process.platform !== 'linux')(
    'without a driver says what to install, and something else trains',
    async () => {
      Object.assign(process.env, vulkanDriver(path.join(home, 'nothing.json')))
      const { webgpu, selected } = await listed()
      expect(webgpu).toMatchObject({ available: false, gpu: false, automatic: false })
      expect(webgpu.reason).toMatch(
        /(no GPU was found whose driver can be used|libvulkan.so.1 is missing).*apt install/,
      )
      expect(selected).toBe('wasm')
    },
  )

  test('on a driver that computes on the processor is shown as such and left to who asks for it', async (context) => {
    const software = softwareVulkan()
    if (software === null) context.skip('no software Vulkan driver is installed (Debian: chromium)')
    Object.assign(process.env, software)
    const { webgpu, selected } = await listed()
    if (!webgpu.available) context.skip(`the software Vulkan driver cannot be used: ${webgpu.reason}`)
    expect(webgpu).toMatchObject({ gpu: false, automatic: false, selected: false, version: '4.22.0' })
    expect(webgpu.device).toMatch(/software/)
    expect(webgpu.reason).toMatch(/no GPU.*--engine webgpu/)
    expect(selected).toBe('wasm')
  })
})
