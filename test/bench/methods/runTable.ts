import type { LongTable } from '../tables/longTable.ts'
import { trainTable, type RunTableOptions } from '../tables/trainTable.ts'
import { methodsResults, type TableResult } from './tableResult.ts'

/**
 * Runs a table to its end, or goes on where it was interrupted, and writes its results beside the documents.
 * @throws MendError of a step none of whose runs could be trained
 */
export function runTable(table: LongTable<TableResult>, options: RunTableOptions): Promise<TableResult> {
  return trainTable(table, table.name, options, async ({ client, project, head }) => {
    const hasRelations = table.steps.some(({ kind }) => kind === 'relations')
    const relations = hasRelations ? await client.runSets.relations({ project }) : null
    const result: TableResult = { ...head, relations }
    options.log(`results in ${methodsResults.write(result, options.quick ? options.folder : undefined)}`)
    return result
  })
}
