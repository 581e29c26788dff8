import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { ExportDataset, ExportImage, ExportLabel, ExportReport } from '../../core/dataset/export.ts'
import type { TargetFormat } from '../../core/formats/format.ts'
import { bundleTarget } from '../../core/formats/bundle/write.ts'
import { cocoTarget } from '../../core/formats/coco/write.ts'
import { imagesPerIdentity } from '../../core/synthetic/profile.ts'
import { syntheticTasks } from '../../core/synthetic/tasks.ts'
import { drawPeople, type DrawnPerson } from './drawnPeople.ts'
import { plantErrors, writeAnswerSheet, type ErrorsToPlant, type PlantedTask } from './plantedErrors.ts'

export interface SyntheticDatasetsOptions {
  /** The folder that gets `clothes/`, `poses/` and `planted.json`; none of them may be there. */
  readonly folder: string
  readonly people: number
  readonly seed: number
  /** Pixels of a picture. */
  readonly width: number
  readonly height: number
  /** Share of the training labels of each task of `errors` that is made wrong. */
  readonly share: number
  readonly errors: readonly ErrorsToPlant[]
  readonly signal?: AbortSignal
  readonly onDrawn?: (done: number) => void
}

export interface SyntheticDatasets {
  readonly datasets: readonly { readonly name: string; readonly report: ExportReport }[]
  /** Pictures that both datasets have. */
  readonly inBoth: number
  readonly planted: readonly PlantedTask[]
}

interface DatasetPlan {
  readonly name: string
  readonly target: TargetFormat
  readonly tasks: readonly string[]
  /** Which of five in a row of identities it has. */
  readonly places: readonly number[]
}

const places = 5
/** Three fifths of the people each, one fifth in both; whole identities, as datasets have them. */
export const datasetPlans: readonly DatasetPlan[] = [
  { name: 'clothes', target: cocoTarget, tasks: ['parts', 'attributes'], places: [0, 1, 2] },
  { name: 'poses', target: bundleTarget, tasks: ['keypoints', 'depth', 'vector'], places: [2, 3, 4] },
]

export const answerSheet = 'planted.json'
const picturesFolder = 'drawn'

/** What `writeSyntheticDatasets` leaves in its folder, finished or not. */
export const datasetEntries: readonly string[] = [...datasetPlans.map(({ name }) => name), answerSheet, picturesFolder]

function holds(plan: DatasetPlan, person: DrawnPerson): boolean {
  return plan.places.includes(Math.floor(person.index / imagesPerIdentity) % places)
}

/**
 * Two datasets of synthetic people on disk, as two groups would have made them: one in COCO with parts and attributes, one
 * in the product's bundle with joints, depth and pose vectors; some pictures are in both. A share of the labels is wrong, and
 * only `planted.json`, written last, says which.
 * @throws MendError `noise-not-applicable`, `noise-kind-unknown`, `output-exists`; the signal's reason
 */
export async function writeSyntheticDatasets(options: SyntheticDatasetsOptions): Promise<SyntheticDatasets> {
  const { folder, people, seed, width, height, signal, onDrawn } = options
  const pictures = path.join(folder, picturesFolder)
  try {
    const drawn = await drawPeople({ folder: pictures, people, seed, width, height, signal, onProgress: onDrawn })
    const schemas = syntheticTasks('full')
    const planted: PlantedTask[] = []
    for (const { task, kind } of options.errors) {
      const owners = datasetPlans.filter((plan) => plan.tasks.includes(task))
      const labelled = drawn.filter((person) => owners.some((plan) => holds(plan, person)))
      planted.push(plantErrors(labelled, { task, schema: schemas[task], kind, share: options.share, seed }))
    }
    const datasets: SyntheticDatasets['datasets'][number][] = []
    for (const plan of datasetPlans) {
      const dataset = datasetOf(plan, drawn)
      datasets.push({
        name: plan.name,
        report: await plan.target.write(dataset, path.join(folder, plan.name), { signal }),
      })
    }
    await writeAnswerSheet(path.join(folder, answerSheet), planted)
    const inBoth = drawn.filter((person) => datasetPlans.every((plan) => holds(plan, person))).length
    return { datasets, inBoth, planted }
  } finally {
    await rm(pictures, { recursive: true, force: true })
  }
}

function datasetOf(plan: DatasetPlan, drawn: readonly DrawnPerson[]): ExportDataset {
  const schemas = syntheticTasks('full')
  return {
    name: plan.name,
    tasks: Object.fromEntries(plan.tasks.map((task) => [task, schemas[task]])),
    async *images() {
      for (const person of drawn) if (holds(plan, person)) yield imageOf(plan, person)
    },
  }
}

function imageOf(plan: DatasetPlan, person: DrawnPerson): ExportImage {
  const { index, name, file, width, height, split, box } = person
  const labels = Object.fromEntries(plan.tasks.map((task): [string, ExportLabel] => [task, label(person, task)]))
  const id = index + 1
  return { id, file, name: `${name}.png`, width, height, split, people: [{ id, box, labels }] }
}

function label(person: DrawnPerson, task: string): ExportLabel {
  return { value: person.labels[task], state: 'labelled', origin: 'imported', source: null, revisions: [] }
}
