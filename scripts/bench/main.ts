import path from 'node:path'
import { MendError } from '../../core/dataset/mendError.ts'
import { benchmarkRows, type BenchmarkDocument, type BenchmarkRow } from '../../test/bench/benchmark.ts'
import { benchmarkNames, loadBenchmark } from './benchmarks.ts'
import { thisMachine } from './machine.ts'

const folder = path.resolve(import.meta.dirname, '..', '..', 'test', 'bench')

/** `npm run bench` lists the benchmarks; `npm run bench -- NAME [--json] [arguments]` runs one. */
async function main(args: readonly string[]): Promise<void> {
  const json = args.includes('--json')
  const [name, ...rest] = args.filter((argument) => argument !== '--json')
  if (name === undefined) return list(json)
  const benchmark = await loadBenchmark(folder, name)
  let engine: string | null = null
  const measurements = await benchmark.run({
    log: (message) => process.stderr.write(`${message}\n`),
    args: rest,
    useEngine: (used) => (engine = used),
  })
  const document: BenchmarkDocument = { bench: name, machine: thisMachine(engine), rows: benchmarkRows(measurements) }
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : table(document))
  if (document.rows.some((row) => row.meets === false)) process.exitCode = 1
}

async function list(json: boolean): Promise<void> {
  const benchmarks = await Promise.all(benchmarkNames(folder).map((name) => loadBenchmark(folder, name)))
  const entries = benchmarks.map(({ name, summary }) => ({ name, summary }))
  const lines = entries.map(({ name, summary }) => `${name.padEnd(24)}${summary}\n`).join('')
  process.stdout.write(json ? `${JSON.stringify(entries, null, 2)}\n` : lines || 'There are no benchmarks yet.\n')
}

function table({ bench, machine, rows }: BenchmarkDocument): string {
  const head = `${bench} on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.engine ?? 'no engine'}\n`
  const width = Math.max(32, ...rows.map(({ id }) => id.length + 2))
  return head + rows.map((row) => tableRow(row, width)).join('')
}

function tableRow({ id, value, unit, ratioTo, must, aim, meets }: BenchmarkRow, width: number): string {
  const asked = [must === null ? '' : `must ${must}`, aim === null ? '' : `aim ${aim}`]
    .filter((part) => part !== '')
    .join(', ')
  const ratio = ratioTo === null ? '' : `${ratioTo.ratio.toFixed(2)} × ${ratioTo.id}`
  const verdict = meets === null ? '' : meets ? 'met' : 'NOT MET'
  const figure = `${Number(value.toPrecision(4))} ${unit}`
  return `  ${id.padEnd(width)}${figure.padEnd(20)}${ratio.padEnd(28)}${asked.padEnd(24)}${verdict}`.trimEnd() + '\n'
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof MendError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\nhint: ${error.hint}\n`)
  process.exitCode = 1
}
