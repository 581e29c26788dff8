import type { RunSetLine } from '../../../core/api/runSets.ts'
import { trainingOptions, type TrainingOptions } from '../../../core/api/training.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'

/** Runs that are trained one after the other; the runs of all steps but relation tests are the table. */
export interface TableStep {
  readonly name: string
  readonly kind: 'relations' | 'lines'
  readonly seeds: readonly number[]
  /** Of a relation test: the plain run whose tasks are tested. */
  readonly lines: readonly RunSetLine[]
}

/** A table of runs that take minutes to hours: trained by `--run`, its results committed. */
export interface LongTable<Result> {
  readonly name: string
  readonly title: string
  /** Where the people come from. */
  readonly data:
    | {
        readonly kind: 'synthetic'
        readonly profile: 'full' | 'partial'
        readonly people: number
        readonly size: string
      }
    | { readonly kind: 'real' }
  /**
   * Minutes on two quiet cores, as planned: 280 images a second of `tiny` at 128×64, so about 700 at 64×32 and 370 at 96×64; 6 s for the
   * start and end of each run; a network whose tasks pass by themselves costs as many times as it has tasks.
   */
  readonly plannedMinutes: number
  readonly steps: readonly TableStep[]
  /** Line that the others are held against. */
  readonly against: string
  /** What is asked of the table, and its figures. */
  readonly rows: (result: Result) => BenchmarkMeasurement[]
}

/** A line of a table, trained with the defaults but for the choices. */
export function line(
  name: string,
  tasks: readonly string[],
  choices: Partial<TrainingOptions>,
  more: Partial<RunSetLine> = {},
): RunSetLine {
  return { line: name, options: trainingOptions.parse({ tasks: [...tasks], ...choices }), ...more }
}
