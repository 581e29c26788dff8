import { createHash } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { sizesOf, stagingFolder } from './installPlan.ts'
import { compareVersions, isWithin, releaseNumbers } from './releaseVersion.ts'
import { readRemoteWheel } from './remoteWheel.ts'
import { keptOfCuda, type WheelBuild } from './tensorflowBuild.ts'
import { keepUnpacked, readUnpacked } from './unpackedWheel.ts'
import { parseWheelName, runsOn } from './wheelName.ts'
import { extraRequirements } from './wheelRequirements.ts'
import { resolveWheels } from './wheelSet.ts'

const platform = { system: 'linux', machine: 'x86_64', glibcMinor: 31 } as const

describe('versions', () => {
  it('are ordered by their numbers, not by their letters', () => {
    expect(compareVersions('12.10', '12.9.86')).toBeGreaterThan(0)
    expect(compareVersions('9.3.0', '9.3')).toBe(0)
    expect(compareVersions('9.3.0.75', '9.3')).toBeGreaterThan(0)
    expect(compareVersions('1.0.post2', '1.0')).toBeGreaterThan(0)
    expect(['9.10.2.21', '9.9.0.52', '9.2'].sort(compareVersions)).toEqual(['9.2', '9.9.0.52', '9.10.2.21'])
  })

  it('that are not final are no candidates', () => {
    for (const text of ['1.0rc1', '1.0.dev3', '1.0a1', '1.0+cu12', 'latest']) expect(releaseNumbers(text)).toBeNull()
    expect(releaseNumbers('12.9.3.13')).toEqual([12, 9, 3, 13])
  })

  it.each([
    ['12.5.3.2', '<13.0,>=12.5.3.2', true],
    ['13.0', '<13.0,>=12.5.3.2', false],
    ['12.5.3.1', '<13.0,>=12.5.3.2', false],
    ['2.20.4', '~=2.20.0', true],
    ['2.21', '~=2.20.0', false],
    ['2.19', '~=2.20', false],
    ['1.4.7', '==1.4.*', true],
    ['1.5', '!=1.4.*', true],
    ['0.5.1', '!=0.5.0,!=0.5.1', false],
    ['7', '', true],
  ])('%s within "%s" is %s', (version, range, expected) => {
    expect(isWithin(version, range)).toBe(expected)
  })
})

describe('the name of a wheel', () => {
  it('says for which platforms it is, by the C library that it needs', () => {
    const wheel = parseWheelName('nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl')
    expect(wheel).toMatchObject({ project: 'nvidia-cublas-cu12', version: '12.9.3.13' })
    if (wheel === null) throw new Error('it is a wheel')
    expect(runsOn(wheel, platform)).toBe(true)
    expect(runsOn(wheel, { ...platform, glibcMinor: 26 })).toBe(false)
    expect(runsOn(wheel, { ...platform, machine: 'aarch64' })).toBe(false)
    const older = parseWheelName('a-1-1-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl')
    expect(older !== null && runsOn(older, { ...platform, glibcMinor: 17 })).toBe(true)
    expect(parseWheelName('nvidia-cublas-12.tar.gz')).toBeNull()
  })
})

it('requirements of an extra are read from METADATA, for the platform', () => {
  const metadata = [
    'Name: tensorflow',
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia_cublas.cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    'Requires-Dist: nvidia-cudnn-cu12 (<10.0,>=9.3) ; extra == \'and-cuda\' and sys_platform == "linux"',
    'Requires-Dist: only-windows; extra == "and-cuda" and sys_platform == "win32"',
    'Requires-Dist: other; extra == "gcs"',
    '',
    'Requires-Dist: in-the-description; extra == "and-cuda"',
  ].join('\n')
  expect(extraRequirements(metadata, 'and-cuda', { sys_platform: 'linux' })).toEqual([
    { project: 'nvidia-cublas-cu12', range: '<13.0,>=12.5.3.2' },
    { project: 'nvidia-cudnn-cu12', range: '<10.0,>=9.3' },
  ])
})

it("of NVIDIA's wheels the libraries are kept, the assembler and the licences, nothing else", () => {
  expect(keptOfCuda('nvidia/cudnn/lib/libcudnn.so.9')).toBe('nvidia/cudnn/lib/libcudnn.so.9')
  expect(keptOfCuda('nvidia/cuda_nvcc/bin/ptxas')).toBe('nvidia/cuda_nvcc/bin/ptxas')
  expect(keptOfCuda('nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc')).toContain('libdevice.10.bc')
  expect(keptOfCuda('nvidia_nccl_cu12-2.32.3.dist-info/licenses/License.txt')).toBe(
    'licences/nvidia_nccl_cu12-2.32.3.txt',
  )
  for (const name of [
    'nvidia/cudnn/include/cudnn.h',
    'nvidia/cuda_nvcc/bin/nvcc',
    'nvidia/../../lib/evil.so',
    'nvidia/__init__.py',
    'other/lib/liba.so',
  ]) {
    expect(keptOfCuda(name), name).toBeNull()
  }
})

interface Offered {
  readonly name: string
  readonly bytes: Buffer
  readonly yanked?: boolean
}

async function archive(entries: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(entries)) zip.addBuffer(bytes, name, { compress: false })
  zip.end()
  return buffer(zip.outputStream as NodeJS.ReadableStream)
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('the wheels that CUDA needs', () => {
  let server: http.Server
  let index = ''
  let folder = ''
  let sent = 0
  let ranges = true
  const files = new Map<string, Offered>()
  const build: { -readonly [Key in keyof WheelBuild]: WheelBuild[Key] } = {
    kind: 'wheel',
    variant: 'cuda',
    extra: 'and-cuda',
    folder: 'tensorflow-test',
    project: 'tensorflow',
    wheel: 'tensorflow-2.20.0-cp312-cp312-manylinux_2_17_x86_64.whl',
    bytes: 0,
    sha256: '',
    libraries: [],
    unpackedBytes: 5_000_000,
    tested: true,
  }

  function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const [, kind, name] = (request.url ?? '').split('/')
    if (kind === 'simple') {
      const offered = [...files.values()].filter((file) => parseWheelName(file.name)?.project === name)
      const rows = offered.map(({ name: filename, bytes, yanked }) => {
        return { filename, url: `/files/${filename}`, hashes: { sha256: sha256(bytes) }, size: bytes.length, yanked }
      })
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json').end(JSON.stringify({ files: rows }))
      return
    }
    const bytes = files.get(name)?.bytes
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    if (bytes === undefined) response.writeHead(404).end()
    else if (range === null || !ranges) response.end(bytes)
    else {
      const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1)
      sent += part.length
      response.writeHead(206).end(part)
    }
  }

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-wheels-'))
    const requires = ['cublas-cu12<13.0,>=12.5', 'cudnn-cu12<10.0,>=9.3'].map(
      (line) => `Requires-Dist: nvidia-${line}; extra == "and-cuda"`,
    )
    const metadata = Buffer.from(['Name: tensorflow', 'Version: 2.20.0', ...requires, '', ''].join('\n'))
    const own = await archive({
      'tensorflow/libtensorflow_cc.so.2': Buffer.alloc(6_000_000, 1),
      'tensorflow-2.20.0.dist-info/METADATA': metadata,
    })
    build.bytes = own.length
    build.sha256 = sha256(own)
    const library = async (name: string, bytes: number): Promise<Buffer> =>
      archive({
        [`nvidia/${name}/lib/lib${name}.so.9`]: Buffer.alloc(bytes, 2),
        [`nvidia/${name}/include/${name}.h`]: Buffer.alloc(777, 3),
        [`nvidia_${name}.dist-info/METADATA`]: Buffer.from(`Name: nvidia-${name}-cu12\n\n`),
      })
    const offer = (name: string, bytes: Buffer, yanked = false) => files.set(name, { name, bytes, yanked })
    offer(build.wheel, own)
    const blas = await library('cublas', 2_000_000)
    offer('nvidia_cublas_cu12-12.9.1.4-py3-none-manylinux_2_27_x86_64.whl', blas)
    offer('nvidia_cublas_cu12-12.10.0.1-py3-none-manylinux_2_27_x86_64.whl', blas)
    offer('nvidia_cublas_cu12-12.11.0.1-py3-none-manylinux_2_27_x86_64.whl', blas, true)
    offer('nvidia_cublas_cu12-12.12.0.1-py3-none-manylinux_2_39_x86_64.whl', blas)
    offer('nvidia_cublas_cu12-12.12.0.1-py3-none-win_amd64.whl', blas)
    offer('nvidia_cublas_cu12-13.0.0.1-py3-none-manylinux_2_27_x86_64.whl', blas)
    offer('nvidia_cudnn_cu12-9.4.0.1-py3-none-manylinux2014_x86_64.whl', await library('cudnn', 1_000))
    server = http.createServer(serve)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`
  })
  afterAll(() => {
    server.close()
    fs.rmSync(folder, { recursive: true })
  })

  it('are the newest of the ranges that run here and were not taken back, with the sizes of what is kept', async () => {
    sent = 0
    const wheels = await resolveWheels(build, platform, index)
    expect(wheels.map(({ project, version, unpackedBytes }) => [project, version, unpackedBytes])).toEqual([
      ['tensorflow', '2.20.0', 5_000_000],
      ['nvidia-cublas-cu12', '12.10.0.1', 2_000_000],
      ['nvidia-cudnn-cu12', '9.4.0.1', 1_000],
    ])
    // The table at the end of the file and what lies around it: not the library.
    expect(sent).toBeLessThan(build.bytes)
  })

  it('are refused where the index offers none that runs here', async () => {
    const resolving = resolveWheels(build, { ...platform, glibcMinor: 17 }, index)
    const message = expect.stringContaining('nvidia-cublas-cu12 <13.0,>=12.5') as string
    await expect(resolving).rejects.toMatchObject({ code: 'wheel-not-offered', message })
  })

  it('cannot be named by a server that sends whole files only, which is said', async () => {
    ranges = false
    const address = { url: new URL(`/files/${build.wheel}`, index).href, headers: {} }
    const reading = readRemoteWheel(build.wheel, address, build.bytes)
    await expect(reading).rejects.toMatchObject({
      code: 'wheel-unreadable',
      message: expect.stringContaining('whole files only') as string,
    })
    ranges = true
  })

  it('are counted less what an interrupted installation has fetched and unpacked', async () => {
    const wheels = await resolveWheels(build, platform, index)
    const library = path.join(folder, 'engines', 'tensorflow-test')
    const [own, blas, dnn] = wheels
    const whole = own.bytes + blas.bytes + dnn.bytes
    const fresh = sizesOf(wheels, library, folder)
    expect(fresh).toMatchObject({ downloadBytes: whole, unpackedBytes: 7_001_000 })
    // At the worst moment the largest wheel lies beside everything unpacked.
    expect(fresh.neededBytes).toBe(7_001_000 + own.bytes)

    const staging = stagingFolder(library)
    fs.mkdirSync(path.join(staging, 'lib'), { recursive: true })
    fs.writeFileSync(path.join(staging, 'lib', 'a.so'), 'abc')
    keepUnpacked(staging, own.wheel, { 'lib/a.so': { bytes: 3, sha256: '' } })
    fs.mkdirSync(path.join(folder, 'downloads'))
    fs.writeFileSync(path.join(folder, 'downloads', `${blas.wheel}.part`), Buffer.alloc(1_500_000))
    const later = sizesOf(wheels, library, folder)
    expect(later.downloadBytes).toBe(whole - own.bytes - 1_500_000)
    expect(later.neededBytes).toBe(2_001_000 + blas.bytes - 1_500_000)

    // A file that was cut short since makes the mark void.
    fs.truncateSync(path.join(staging, 'lib', 'a.so'), 2)
    expect(readUnpacked(staging, own.wheel)).toBeNull()
  })
})
