import { defineBenchmark } from './benchmark.ts'
import { longTables } from './methods/longTables.ts'
import { runTable } from './methods/runTable.ts'
import { stepCostRows } from './methods/stepCosts.ts'
import { methodsResults } from './methods/tableResult.ts'
import { longTableRows, runsLongTables } from './tables/longTableRows.ts'

const long = { tables: longTables, files: methodsResults, run: runTable }

export default defineBenchmark({
  name: 'methods',
  summary:
    'The papers’ methods compared: what their steps cost (--steps: only that), and their long tables, from committed results or with --run [TABLE] --folder F anew',
  run: async (context) => {
    if (context.args.includes('--steps')) return stepCostRows(context)
    if (runsLongTables(context.args)) return longTableRows(long, context)
    return [...(await stepCostRows(context)), ...(await longTableRows(long, context))]
  },
})
