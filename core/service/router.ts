import { browseProcedures } from './browseProcedures.ts'
import { controllableProcedures } from './controllableProcedures.ts'
import { datasetProcedures } from './datasetProcedures.ts'
import { editingProcedures } from './editingProcedures.ts'
import { engineProcedures } from './engineProcedures.ts'
import { homeProcedures } from './homeProcedures.ts'
import { implementation } from './implementation.ts'
import { importProcedures } from './importProcedures.ts'
import { jobProcedures } from './jobProcedures.ts'
import { labelProcedures } from './labelProcedures.ts'
import { placeProcedures } from './placeProcedures.ts'
import { predictionProcedures } from './predictionProcedures.ts'
import { projectProcedures } from './projectProcedures.ts'
import { runProcedures } from './runProcedures.ts'
import { runSetProcedures } from './runSetProcedures.ts'
import { settingsProcedures } from './settingsProcedures.ts'
import { suspectProcedures } from './suspectProcedures.ts'
import { templateProcedures } from './templateProcedures.ts'
import { trainingProcedures } from './trainingProcedures.ts'

/** Every procedure of the contract (core/api/contract.ts), implemented. */
export const router = implementation.router({
  projects: { ...projectProcedures, ...homeProcedures },
  places: placeProcedures,
  settings: settingsProcedures,
  datasets: datasetProcedures,
  imports: importProcedures,
  browse: browseProcedures,
  labels: labelProcedures,
  editing: editingProcedures,
  templates: templateProcedures,
  training: trainingProcedures,
  runs: runProcedures,
  prediction: predictionProcedures,
  runSets: runSetProcedures,
  controllable: controllableProcedures,
  suspects: suspectProcedures,
  engines: engineProcedures,
  jobs: jobProcedures,
})
