/**
 * A benchmark is a file `test/bench/NAME.bench.ts` whose default export is `defineBenchmark({ name: 'NAME', … })`.
 * `npm run bench -- NAME` runs it and prints the document below; field names are part of the interface (cli.md).
 */
export interface BenchmarkDocument {
  readonly bench: string
  readonly machine: BenchmarkMachine
  readonly rows: readonly BenchmarkRow[]
}

export interface BenchmarkMachine {
  readonly cpu: string
  readonly cores: number
  readonly gpu: string | null
  readonly node: string
  /** The engine that the benchmark ran on, e.g. `tensorflow-cpu`; null where it needs none. */
  readonly engine: string | null
}

export interface BenchmarkRow {
  /** Stable: rows are compared across versions by it. */
  readonly id: string
  readonly value: number
  readonly unit: string
  /** Value divided by the row that the measurement names as its reference; null without one. */
  readonly ratioTo: { readonly id: string; readonly ratio: number } | null
  readonly must: number | null
  readonly aim: number | null
  /** Whether `must` holds; null where nothing was asked for. */
  readonly meets: boolean | null
}

/** What a benchmark returns for each row; the runner works out the rest. */
export interface BenchmarkMeasurement {
  readonly id: string
  readonly value: number
  readonly unit: string
  /** Whether `must` is a floor (`higher`) or a ceiling (`lower`). */
  readonly better: 'higher' | 'lower'
  readonly must?: number
  readonly aim?: number
  /** Id of another measurement of the same benchmark. */
  readonly reference?: string
}

export interface BenchmarkContext {
  /** One progress line, to standard error. */
  readonly log: (message: string) => void
  /** Arguments after the benchmark's name, as given. */
  readonly args: readonly string[]
  /** Says which engine was used; call it once when one was. */
  readonly useEngine: (engine: string) => void
}

export interface Benchmark {
  readonly name: string
  /** One line for the list that `npm run bench` prints. */
  readonly summary: string
  readonly run: (context: BenchmarkContext) => Promise<readonly BenchmarkMeasurement[]>
}

/** Declares a benchmark; the identity function, so that the compiler checks the declaration where it is written. */
export function defineBenchmark(benchmark: Benchmark): Benchmark {
  return benchmark
}

/**
 * Works out ratios and verdicts.
 *
 * @throws RangeError when an id occurs twice, a value is not finite, or a reference is unknown or zero.
 */
export function benchmarkRows(measurements: readonly BenchmarkMeasurement[]): BenchmarkRow[] {
  const values = new Map<string, number>()
  for (const { id, value } of measurements) {
    if (values.has(id)) throw new RangeError(`benchmark row ${id} occurs twice`)
    if (!Number.isFinite(value)) throw new RangeError(`benchmark row ${id} is ${value}`)
    values.set(id, value)
  }
  return measurements.map((measurement) => {
    const { id, value, unit, better, reference, must = null, aim = null } = measurement
    const meets = must === null ? null : better === 'higher' ? value >= must : value <= must
    return {
      id,
      value,
      unit,
      ratioTo: reference === undefined ? null : ratioTo(id, reference, values),
      must,
      aim,
      meets,
    }
  })
}

function ratioTo(id: string, reference: string, values: ReadonlyMap<string, number>): BenchmarkRow['ratioTo'] {
  const divisor = values.get(reference)
  if (divisor === undefined || divisor === 0) throw new RangeError(`benchmark row ${id} has no reference ${reference}`)
  return { id: reference, ratio: (values.get(id) ?? Number.NaN) / divisor }
}

/**
 * Runs the cases in turn, `repetitions` rounds of all of them, so that a slow minute of the machine touches every case
 * alike, and returns the median of what each returned. The first round warms up and is not counted.
 *
 * @param cases each returns its own measurement (milliseconds, images per second …).
 * @param repetitions counted rounds, ≥ 1.
 */
export async function interleavedMedians<Name extends string>(
  cases: Readonly<Record<Name, () => number | Promise<number>>>,
  repetitions: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(cases) as Name[]
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round <= repetitions; round++) {
    for (const name of names) {
      const value = await cases[name]()
      if (round > 0) samples.get(name)?.push(value)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<Name, number>
}

/** Median of a non-empty list; of an even number of values the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of no values')
  const sorted = [...values].sort((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
