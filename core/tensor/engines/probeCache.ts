import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { EngineId } from './engineReport.ts'
import { probeAnswer, type ProbeAnswer } from './probeAnswer.ts'

/** A crash or a hang may pass (a busy machine, a GPU that was in use); that there is no GPU changes with what the key holds. */
const transientLifeMs = 10 * 60_000
const failureLifeMs = 24 * 3_600_000

const cached = z.object({ key: z.string(), at: z.number(), answer: probeAnswer })

/**
 * What a probe found stays true while the engine's library, the GPU's driver, the processor and Node are the same: a probe
 * loads 780 MB of library (1–3 s), and the list of engines is asked for often. Failures are believed
 * for a day, crashes and hangs for ten minutes.
 *
 * @param library the engine's own file, whose change makes the answer void.
 */
export function readCachedProbe(id: EngineId, library: string, home: string, now = Date.now()): ProbeAnswer | null {
  try {
    const { key, at, answer } = cached.parse(JSON.parse(fs.readFileSync(cacheFile(id, home), 'utf8')))
    const life = answer.transient === true ? transientLifeMs : failureLifeMs
    const isOld = !answer.works && Math.abs(now - at) > life
    return key === cacheKey(id, library) && !isOld ? answer : null
  } catch {
    return null
  }
}

/** Keeps an answer; that it cannot be kept (a read-only home) costs time only. */
export function keepProbe(id: EngineId, library: string, answer: ProbeAnswer, home: string, now = Date.now()): void {
  const file = cacheFile(id, home)
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}`
    fs.writeFileSync(temporary, JSON.stringify({ key: cacheKey(id, library), at: now, answer }))
    fs.renameSync(temporary, file)
  } catch {
    // Next time it is probed again.
  }
}

function cacheFile(id: EngineId, home: string): string {
  return path.join(home, 'probes', `${id}.json`)
}

function cacheKey(id: EngineId, library: string): string {
  const real = fs.realpathSync(library)
  const usesGpu = id === 'webgpu' || id === 'tensorflow-cuda'
  return [
    fingerprint(real),
    process.version,
    os.cpus()[0]?.model ?? process.arch,
    ...(usesGpu ? driverFingerprint() : []),
  ].join('|')
}

/** Everything on disk and in the environment that decides which GPU drivers there are, as far as it can be seen in 1 ms. */
function driverFingerprint(): string[] {
  const variables = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES', 'CUDA_VISIBLE_DEVICES']
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/dev/dri']
  const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64'].flatMap((folder) => [
    path.join(folder, 'libvulkan.so.1'),
    path.join(folder, 'libcuda.so.1'),
  ])
  return [
    ...variables.map((name) => process.env[name] ?? ''),
    ...folders.map((folder) => listing(folder)),
    ...libraries.map(fingerprint),
    readOrEmpty('/proc/driver/nvidia/version'),
    listing('/proc/driver/nvidia/gpus'),
  ]
}

function fingerprint(file: string): string {
  const status = fs.statSync(file, { throwIfNoEntry: false })
  return status === undefined ? '' : `${file},${status.size},${status.mtimeMs}`
}

function listing(folder: string): string {
  try {
    return fs.readdirSync(folder).sort().join(',')
  } catch {
    return ''
  }
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
