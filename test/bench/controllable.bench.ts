import { MendError } from '../../core/dataset/mendError.ts'
import { defineBenchmark, type BenchmarkContext, type BenchmarkMeasurement } from './benchmark.ts'
import { readControllableResult } from './controllable/controllableResult.ts'
import type { ControllableTable } from './controllable/controllableTable.ts'
import { runControllableTable } from './controllable/runControllableTable.ts'
import { controllableTables } from './controllable/tables.ts'
import { warmChangeRows } from './controllable/warmChange.ts'
import { defaultData, valueOf } from './methods/longTableRows.ts'

/** The tables that `--run` names; all without a name. @throws MendError `unknown-table` */
function chosenTables(args: readonly string[]): readonly ControllableTable[] {
  const name = valueOf(args, '--run')
  const tables = controllableTables.filter((table) => name === undefined || table.name === name)
  if (tables.length > 0) return tables
  const names = controllableTables.map((table) => table.name).join(', ')
  throw new MendError('unknown-table', `there is no table ${name}`, `one of: ${names}`)
}

/**
 * Rows of the long tables: from the committed results, or with `--run [TABLE] --folder F [--data D] [--quick]` from training the runs,
 * which goes on where it was interrupted. @throws MendError `no-folder`, `unknown-table`, the runs' own
 */
async function tableRows({ args, log }: BenchmarkContext): Promise<BenchmarkMeasurement[]> {
  if (!args.includes('--run')) {
    return controllableTables.flatMap((table) => {
      const result = readControllableResult(table.name)
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
  for (const table of chosenTables(args)) {
    log(`${table.name}: ${table.title}; about ${table.plannedMinutes} minutes in all on two quiet cores`)
    const data = valueOf(args, '--data') ?? defaultData
    const result = await runControllableTable(table, { folder, data, quick: args.includes('--quick'), log })
    rows.push(...table.rows(result))
  }
  return rows
}

export default defineBenchmark({
  name: 'controllable',
  summary:
    'One network for every preference and budget: how soon a change is answered, and the long tables, from committed results or with --run [TABLE] --folder F anew',
  run: async (context) => [...(await warmChangeRows(context)), ...(await tableRows(context))],
})
