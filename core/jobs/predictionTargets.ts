import { setImmediate as nextTurn } from 'node:timers/promises'
import { freezeSnapshot, type FreezePerson } from '../snapshot/freeze.ts'
import { peopleLacking } from '../store/predictedLabels.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import { embeddedPeople } from '../training/embeddings.ts'
import type { JobContext } from './jobRunner.ts'

/** People between turns of the event loop. */
const partSize = 100

/** Whoever lacks a label, or has not been compared yet. */
export function lacking(
  project: Project,
  run: number,
  labelled: readonly Task[],
  compared: readonly Task[],
  people: readonly number[] | undefined,
): number[] {
  const unlabelled = peopleLacking(
    project.connection,
    people ?? null,
    labelled.map(({ id }) => id),
  )
  if (compared.length === 0) return unlabelled
  const known = compared.map(({ name }) => embeddedPeople(project.runFolder(run), name))
  const unknown = everybody(project, people).filter((person) => known.some((seen) => !seen.has(person)))
  return [...new Set([...unlabelled, ...unknown])].sort((a, b) => a - b)
}

/** The people asked for who are there, ascending; missing: all. */
export function everybody(project: Project, people: readonly number[] | undefined): number[] {
  const all = project.connection.all<{ id: number }>('SELECT id FROM person ORDER BY id').map(({ id }) => id)
  if (people === undefined) return all
  const wanted = new Set(people)
  return all.filter((person) => wanted.has(person))
}

/** Crops of the people for a network. @returns how many were left out, since their pictures cannot be read */
export async function freezeTargets(
  project: Project,
  targets: readonly number[],
  folder: string,
  { height, width, margin }: { readonly height: number; readonly width: number; readonly margin: number },
  context: JobContext,
): Promise<number> {
  let skipped = 0
  await freezeSnapshot(peopleToFreeze(project, targets), {
    folder,
    height,
    width,
    margin,
    tasks: [],
    signal: context.signal,
    onProgress: (done) => context.progress({ stage: 'cropped', done, total: targets.length, unit: 'people' }),
    onSkipped: () => (skipped += 1),
  })
  return skipped
}

/** People with what their crop goes by: where there is no box, the labels that may hold joints. */
async function* peopleToFreeze(project: Project, targets: readonly number[]): AsyncGenerator<FreezePerson> {
  for (const [index, id] of targets.entries()) {
    if (index % partSize === 0) await nextTurn()
    const person = project.people.get(id)
    const image = person && project.images.get(person.image)
    if (person === undefined || image === undefined) continue
    const labels: Record<string, FreezePerson['labels'][string]> = {}
    for (const { id: labelId, task, value } of person.box === null ? project.labels.currentOf(id) : []) {
      if (value?.kind === 'keypoints') labels[task] = { labelId, value }
    }
    const { file, width, height } = image
    yield { person: id, file, size: { width, height }, box: person.box, split: 'test', labels }
  }
}
