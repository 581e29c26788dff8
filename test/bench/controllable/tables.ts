import type { ControllableTable } from './controllableTable.ts'
import { slimTable } from './slimTable.ts'
import { treeTable } from './treeTable.ts'

/** The long tables of `npm run bench -- controllable`. */
export const controllableTables: readonly ControllableTable[] = [slimTable, treeTable]
