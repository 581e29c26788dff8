import { defineBenchmark } from './benchmark.ts'
import { controllableResults } from './controllable/controllableResult.ts'
import { runControllableTable } from './controllable/runControllableTable.ts'
import { controllableTables } from './controllable/tables.ts'
import { warmChangeRows } from './controllable/warmChange.ts'
import { longTableRows } from './tables/longTableRows.ts'

const long = { tables: controllableTables, files: controllableResults, run: runControllableTable }

export default defineBenchmark({
  name: 'controllable',
  summary:
    'One network for every preference and budget: how soon a change is answered, and the long tables, from committed results or with --run [TABLE] --folder F anew',
  run: async (context) => [...(await warmChangeRows(context)), ...(await longTableRows(long, context))],
})
