import path from 'node:path'
import { MendError } from '../../../core/dataset/mendError.ts'
import type { BenchmarkContext, BenchmarkMeasurement } from '../benchmark.ts'
import type { LongTable } from './longTable.ts'
import type { ResultFiles } from './resultFile.ts'
import type { RunTableOptions } from './trainTable.ts'

const defaultData = path.resolve(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data')

/** The long tables of a benchmark. */
export interface LongTables<Result, Table extends LongTable<Result>> {
  readonly tables: readonly Table[]
  readonly files: ResultFiles<Result>
  /** Trains what is missing and writes the results. */
  readonly run: (table: Table, options: RunTableOptions) => Promise<Result>
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag)
  const value = at < 0 ? undefined : args[at + 1]
  return value === undefined || value.startsWith('--') ? undefined : value
}

/** Were the long tables asked for, instead of the committed results? */
export function runsLongTables(args: readonly string[]): boolean {
  return args.includes('--run')
}

/** The tables that `--run` names; all without a name. @throws MendError `unknown-table` */
function chosenTables<Table extends { readonly name: string }>(
  tables: readonly Table[],
  args: readonly string[],
): readonly Table[] {
  const name = valueOf(args, '--run')
  const chosen = tables.filter((table) => name === undefined || table.name === name)
  if (chosen.length > 0) return chosen
  const names = tables.map((table) => table.name).join(', ')
  throw new MendError('unknown-table', `there is no table ${name}`, `one of: ${names}`)
}

/**
 * Rows of the long tables: from the committed results, or with `--run [TABLE] --folder F [--data D] [--quick]` from training the runs,
 * which goes on where it was interrupted. @throws MendError `no-folder`, `unknown-table`, the runs' own
 */
export async function longTableRows<Result, Table extends LongTable<Result>>(
  { tables, files, run }: LongTables<Result, Table>,
  { args, log }: BenchmarkContext,
): Promise<BenchmarkMeasurement[]> {
  if (!runsLongTables(args)) {
    return tables.flatMap((table) => {
      const result = files.read(table.name)
      if (result !== null) return table.rows(result)
      log(`${table.name}: no results yet; --run ${table.name} --folder F takes about ${table.plannedMinutes} minutes`)
      return []
    })
  }
  const folder = valueOf(args, '--folder')
  if (folder === undefined) {
    throw new MendError('no-folder', 'the runs need a place', 'add --folder FOLDER; what was done there is found again')
  }
  const rows: BenchmarkMeasurement[] = []
  for (const table of chosenTables(tables, args)) {
    log(`${table.name}: ${table.title}; about ${table.plannedMinutes} minutes in all on two quiet cores`)
    const data = valueOf(args, '--data') ?? defaultData
    const result = await run(table, { folder, data, quick: args.includes('--quick'), log })
    rows.push(...table.rows(result))
  }
  return rows
}
