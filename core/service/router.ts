import { datasetProcedures } from './datasetProcedures.ts'
import { engineProcedures } from './engineProcedures.ts'
import { implementation } from './implementation.ts'
import { jobProcedures } from './jobProcedures.ts'
import { labelProcedures } from './labelProcedures.ts'
import { projectProcedures } from './projectProcedures.ts'
import { suspectProcedures } from './suspectProcedures.ts'
import { trainingProcedures } from './trainingProcedures.ts'

/** Every procedure of the contract (core/api/contract.ts), implemented. */
export const router = implementation.router({
  projects: projectProcedures,
  datasets: datasetProcedures,
  labels: labelProcedures,
  training: trainingProcedures,
  suspects: suspectProcedures,
  engines: engineProcedures,
  jobs: jobProcedures,
})
