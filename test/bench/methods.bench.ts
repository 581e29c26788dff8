import { defineBenchmark } from './benchmark.ts'
import { longTableRows } from './methods/longTableRows.ts'

export default defineBenchmark({
  name: 'methods',
  summary:
    'The papers’ methods compared: their long tables, from committed results or with --run [TABLE] --folder F anew',
  run: (context) => longTableRows(context),
})
