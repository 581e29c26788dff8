import { defineBenchmark } from './benchmark.ts'
import { longTableRows, runsLongTables } from './methods/longTableRows.ts'
import { stepCostRows } from './methods/stepCosts.ts'

export default defineBenchmark({
  name: 'methods',
  summary:
    'The papers’ methods compared: what their steps cost (--steps: only that), and their long tables, from committed results or with --run [TABLE] --folder F anew',
  run: async (context) => {
    if (context.args.includes('--steps')) return stepCostRows(context)
    if (runsLongTables(context.args)) return longTableRows(context)
    return [...(await stepCostRows(context)), ...(await longTableRows(context))]
  },
})
