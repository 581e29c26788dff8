import type { ControllableTable } from './controllableTable.ts'
import { slimTable } from './slimTable.ts'

/** The long tables of `npm run bench -- controllable`. */
export const controllableTables: readonly ControllableTable[] = [slimTable]
