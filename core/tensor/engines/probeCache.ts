import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { EngineId } from './engineReport.ts'
import { probeAnswer, type ProbeAnswer } from './probeAnswer.ts'

/**
 * What a probe found stays true while the addon, the processor and Node are the same: a probe loads 780 MB of library (1–3
 * s), and the list of engines is asked for often. Failures are not kept, so that they are tried again.
 */
export function readCachedProbe(id: EngineId, addon: string, home: string): ProbeAnswer | null {
  try {
    const cached: unknown = JSON.parse(fs.readFileSync(cacheFile(id, home), 'utf8'))
    const fits = typeof cached === 'object' && cached !== null && 'key' in cached && cached.key === cacheKey(addon)
    return fits && 'answer' in cached ? probeAnswer.parse(cached.answer) : null
  } catch {
    return null
  }
}

/** Keeps a success; that it cannot be kept (a read-only home) costs time only. */
export function keepProbe(id: EngineId, addon: string, answer: ProbeAnswer, home: string): void {
  const file = cacheFile(id, home)
  try {
    if (!answer.works) {
      fs.rmSync(file, { force: true })
      return
    }
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}`
    fs.writeFileSync(temporary, JSON.stringify({ key: cacheKey(addon), answer }))
    fs.renameSync(temporary, file)
  } catch {
    // Next time it is probed again.
  }
}

function cacheFile(id: EngineId, home: string): string {
  return path.join(home, 'probes', `${id}.json`)
}

function cacheKey(addon: string): string {
  const real = fs.realpathSync(addon)
  const { mtimeMs, size } = fs.statSync(real)
  return [real, size, mtimeMs, process.version, os.cpus()[0]?.model ?? process.arch].join('|')
}
