import type { z } from 'zod'
import { relationMatrix } from '../../../core/api/runSets.ts'
import { resultFiles, tableHead } from '../tables/resultFile.ts'

const tableResult = tableHead.extend({ relations: relationMatrix.nullable() })
export type TableResult = z.infer<typeof tableResult>

export const methodsResults = resultFiles('methods', tableResult, 1)
