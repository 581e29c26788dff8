import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { MendError } from '../../core/dataset/mendError.ts'
import type { Benchmark } from '../../test/bench/benchmark.ts'

const suffix = '.bench.ts'

/** Names of the benchmarks in a folder, sorted: `NAME.bench.ts`. */
export function benchmarkNames(folder: string): string[] {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(suffix))
  return files.map((file) => file.slice(0, -suffix.length)).sort()
}

/**
 * @throws MendError `unknown-benchmark` when there is none of that name, `bad-benchmark` when the file declares no benchmark
 * of its own name.
 */
export async function loadBenchmark(folder: string, name: string): Promise<Benchmark> {
  const names = benchmarkNames(folder)
  if (!names.includes(name)) {
    throw new MendError('unknown-benchmark', `there is no benchmark "${name}"`, `one of: ${names.join(', ')}`)
  }
  const module: unknown = await import(pathToFileURL(path.join(folder, `${name}${suffix}`)).href)
  const declared = typeof module === 'object' && module !== null && 'default' in module ? module.default : null
  if (!isBenchmark(declared) || declared.name !== name) {
    const hint = `its default export must be defineBenchmark({ name: '${name}', … })`
    throw new MendError('bad-benchmark', `${name}${suffix} declares no benchmark "${name}"`, hint)
  }
  return declared
}

function isBenchmark(value: unknown): value is Benchmark {
  if (typeof value !== 'object' || value === null) return false
  return 'name' in value && 'summary' in value && 'run' in value && typeof value.run === 'function'
}
