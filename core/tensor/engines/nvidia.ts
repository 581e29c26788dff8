import { execFile } from 'node:child_process'
import fs from 'node:fs'

/** One NVIDIA GPU as its driver reports it now; null for what it does not tell (mobile and virtual GPUs leave out some). */
export interface NvidiaGpu {
  readonly index: number
  readonly name: string
  readonly memoryTotalMb: number | null
  readonly memoryUsedMb: number | null
  /** Share of the last sampling period in which a kernel ran, percent. */
  readonly utilisationPercent: number | null
  readonly temperatureCelsius: number | null
  readonly driverVersion: string | null
}

/** The GPUs, or null and why none can be seen. */
export type NvidiaState =
  { readonly gpus: readonly NvidiaGpu[]; readonly reason: null } | { readonly gpus: null; readonly reason: string }

const fields = [
  'index',
  'name',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'driver_version',
] as const
const answerTimeoutMs = 5_000

/**
 * Reads `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`, which is what NVML's command-line tool prints of `fields`.
 * Lines that are no GPU (warnings) are left out; a name may hold commas.
 */
export function parseGpuQuery(output: string): NvidiaGpu[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const parts = line.split(',').map((part) => part.trim())
    if (parts.length < fields.length || !/^\d+$/.test(parts[0])) return []
    const [total, used, utilisation, temperature, driver] = parts.slice(-5)
    return [
      {
        index: Number(parts[0]),
        name: parts.slice(1, -5).join(', '),
        memoryTotalMb: quantity(total),
        memoryUsedMb: quantity(used),
        utilisationPercent: quantity(utilisation),
        temperatureCelsius: quantity(temperature),
        driverVersion: /^\d/.test(driver) ? driver : null,
      },
    ]
  })
}

/** `[N/A]`, `[Not Supported]`, `ERR!` and the like are no quantities; older tools print the unit nevertheless. */
function quantity(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(?:\s*(?:MiB|%|C))?$/.exec(text)
  return match === null ? null : Number(match[1])
}

/**
 * Asks the driver's tool, 20–100 ms. Never throws: what is not there, fails or hangs is the reason.
 * @param command the tool, found by the PATH.
 */
export function readNvidiaState(command = 'nvidia-smi', timeoutMs = answerTimeoutMs): Promise<NvidiaState> {
  const args = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits']
  return new Promise((resolve) => {
    const absent = (reason: string) => resolve({ gpus: null, reason })
    execFile(command, args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) {
        const gpus = parseGpuQuery(stdout)
        if (gpus.length > 0) resolve({ gpus, reason: null })
        else absent(firstLine(stdout) ?? 'nvidia-smi names no GPU')
      } else if (error.code === 'ENOENT') absent('no NVIDIA driver: nvidia-smi is not on the PATH')
      else if (error.killed === true) absent(`nvidia-smi did not answer within ${timeoutMs / 1000} s`)
      else absent(firstLine(stdout) ?? firstLine(stderr) ?? `nvidia-smi failed: ${error.message.split('\n')[0]}`)
    })
  })
}

function firstLine(text: string): string | null {
  const line = text.trim().split(/\r?\n/)[0].trim()
  return line === '' ? null : line
}

/** The first GPU's model as NVIDIA's Linux driver reports it in /proc. */
export function nvidiaDevice(folder = '/proc/driver/nvidia/gpus'): string | null {
  try {
    const [first] = fs.readdirSync(folder).sort()
    if (first === undefined) return null
    const information = fs.readFileSync(`${folder}/${first}/information`, 'utf8')
    return /^Model:\s*(.+)$/m.exec(information)?.[1].trim() ?? 'NVIDIA GPU'
  } catch {
    return null
  }
}
