import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { MendError } from '../../core/dataset/mendError.ts'
import type { TaskSchema } from '../../core/dataset/task.ts'
import { Random } from '../../core/synthetic/random.ts'
import { corruptLabelValue } from '../../core/training/noise/corruptLabelValue.ts'
import type { DrawnPerson } from './drawnPeople.ts'

/** What is planted in one task: a share of the labels that are trained on, by a kind of noise (core/training/noise/kinds.ts). */
export interface ErrorsToPlant {
  readonly task: string
  readonly kind: string
}

const plantedTask = z.object({
  task: z.string(),
  kind: z.string(),
  /** Labels of the training split. */
  labels: z.number().int(),
  /** Names of the people whose label is wrong, ascending. */
  people: z.array(z.string()),
})
/** The answer sheet: which labels were made wrong. Nothing that is imported refers to it. */
const plantedErrors = z.array(plantedTask)
export type PlantedTask = z.infer<typeof plantedTask>

export interface PlantOptions {
  readonly task: string
  readonly schema: TaskSchema
  readonly kind: string
  /** Share of the training labels to make wrong, 0 … 1. */
  readonly share: number
  readonly seed: number
}

/**
 * Makes exactly round(share × n) of the n training labels of a task wrong, in place; the validation split stays clean, so
 * that its metrics mean something. A label that the kind cannot apply to is passed over for another.
 * @throws MendError `noise-not-applicable` when too few labels can take the noise
 */
export function plantErrors(people: readonly DrawnPerson[], options: PlantOptions): PlantedTask {
  const { task, schema, kind, share, seed } = options
  const candidates = people.filter((person) => person.split === 'train' && person.labels[task] !== undefined)
  const wanted = Math.round(share * candidates.length)
  const wrong: string[] = []
  for (const at of new Random(seed, 'demo', task).shuffle(Array.from(candidates.keys()))) {
    if (wrong.length === wanted) break
    const person = candidates[at]
    const random = new Random(seed, 'demo', task, person.name)
    const value = corruptLabelValue(schema, person.labels[task], kind, person, random)
    if (value === null) continue
    person.labels[task] = value
    wrong.push(person.name)
  }
  if (wrong.length < wanted) {
    const message = `${wanted} labels of ${task} were to be made wrong by "${kind}", but only ${wrong.length} can be`
    throw new MendError('noise-not-applicable', message, 'Draw more people.')
  }
  return { task, kind, labels: candidates.length, people: wrong.sort() }
}

export async function writeAnswerSheet(file: string, planted: readonly PlantedTask[]): Promise<void> {
  await writeFile(file, `${JSON.stringify(planted, null, 1)}\n`)
}

/** @throws MendError `answers-damaged` */
export async function readAnswerSheet(file: string): Promise<PlantedTask[]> {
  try {
    return plantedErrors.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const hint = 'Remove the demo folder and run the demo again.'
    throw new MendError('answers-damaged', `${file}: cannot be read`, hint, { cause: error })
  }
}
