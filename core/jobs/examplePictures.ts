import type { Box, LabelValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { resolveInside } from '../formats/sourcePaths.ts'
import { cropAffine, type Size } from '../media/crop.ts'
import { encodeJpeg } from '../media/encodeJpeg.ts'
import { markLabel } from '../media/labelMarks.ts'
import type { PicturePool } from '../media/pool.ts'
import type { Project } from '../store/project.ts'
import { decodeLabelValue } from '../store/labelCodec.ts'
import type { ImportConflict, ImportPlan } from './importPlan.ts'
import type { NearDuplicate } from './nearDuplicates.ts'
import { exampleOf, type SourceSurvey } from './surveySource.ts'

/** A small picture to look at, or why there is none. */
export type ExamplePicture =
  | { readonly jpeg: Buffer; readonly width: number; readonly height: number }
  | { readonly jpeg: null; readonly why: string }

const cropSize: Size = { width: 96, height: 128 }
const margin = 0.06
const nearSide = 320

interface MarkedLabel {
  readonly schema: TaskSchema
  readonly value: LabelValue
  readonly component: number | null
}

/** The person of an example with what the source's name means drawn on it. Throws `example-unknown`. */
export function exampleCrop(survey: SourceSurvey, id: string, pool: PicturePool): Promise<ExamplePicture> {
  const { path, box, task, component, value } = exampleOf(survey, id)
  const schema = survey.schema.tasks[task]
  return orWhy(async () => {
    const label = { schema, value: decodeLabelValue(schema, value), component }
    return markedCrop(await resolveInside(survey.root, path), box, label, pool)
  })
}

export interface ConflictValues {
  readonly known: LabelValue | null
  readonly incoming: LabelValue | null
}

/** What the project and the import say of the person; null: nothing any more. */
export function conflictValues(plan: ImportPlan, conflict: ImportConflict): ConflictValues {
  const { sha256, record, person } = conflict.staged
  const staged = plan.staging.records(sha256)[record].people[person]
  const bytes = staged.labels.find(({ task }) => task === conflict.task)?.value ?? null
  const schema = conflictSchema(plan, conflict.task)
  return {
    known: plan.project.labels.valueIn(conflict.label, schema),
    incoming: bytes && decodeLabelValue(schema, bytes),
  }
}

/** The project's and the import's label of a conflict, each drawn on the same crop. */
export async function conflictCrops(
  plan: ImportPlan,
  conflict: ImportConflict,
  { known, incoming }: ConflictValues,
  pool: PicturePool,
): Promise<{ known: ExamplePicture; incoming: ExamplePicture }> {
  const { sha256, record, person } = conflict.staged
  const staged = plan.staging.records(sha256)[record]
  const schema = conflictSchema(plan, conflict.task)
  const owner = plan.project.labels.get(conflict.label)?.person
  const box = staged.people[person].box ?? (owner === undefined ? null : (plan.project.people.get(owner)?.box ?? null))
  const draw = (value: LabelValue | null): Promise<ExamplePicture> =>
    orWhy(() => markedCrop(staged.file, box, value && { schema, value, component: null }, pool))
  return { known: await draw(known), incoming: await draw(incoming) }
}

/** The task as it will be once the plan is applied. */
export function conflictSchema(plan: ImportPlan, task: string): TaskSchema {
  const planned = Object.hasOwn(plan.tasks, task) ? plan.tasks[task] : plan.project.tasks.find(task)?.schema
  if (planned !== undefined) return planned
  throw new MendError('plan-outdated', `there is no task "${task}" any more`, 'Plan the import again.')
}

/** Both pictures of a near-duplicate, whole. */
export async function nearPictures(
  plan: ImportPlan,
  pair: NearDuplicate,
  pool: PicturePool,
): Promise<{ incoming: ExamplePicture; other: ExamplePicture }> {
  const thumbnail = (find: () => Promise<string> | string): Promise<ExamplePicture> =>
    orWhy(async () => {
      const jpeg = Buffer.from(await pool.thumbnail(await find(), nearSide))
      return { jpeg, width: nearSide, height: nearSide }
    })
  const other = (): Promise<string> | string =>
    pair.image === null ? resolveInside(plan.folder, pair.other) : pictureOfImage(plan.project, pair.image)
  const [incoming, resembled] = await Promise.all([
    thumbnail(() => resolveInside(plan.folder, pair.incoming)),
    thumbnail(other),
  ])
  return { incoming, other: resembled }
}

function pictureOfImage(project: Project, image: number): string {
  const file = project.images.get(image)?.file
  if (file !== undefined) return file
  throw new MendError('image-unknown', `there is no image ${image} any more`, 'Plan the import again.')
}

async function markedCrop(
  file: string,
  box: Box | null,
  label: MarkedLabel | null,
  pool: PicturePool,
): Promise<ExamplePicture> {
  const usable = box !== null && box.width >= 1 && box.height >= 1
  const extent = usable ? box : { x: 0, y: 0, ...(await pool.inspect(file)) }
  const affine = cropAffine(extent, cropSize, usable ? margin : 0)
  const data = await pool.crop(file, [affine], cropSize)
  if (label !== null) markLabel(data, cropSize, affine, label)
  return { jpeg: await encodeJpeg(data, cropSize), ...cropSize }
}

async function orWhy(make: () => Promise<ExamplePicture>): Promise<ExamplePicture> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof MendError) return { jpeg: null, why: error.message }
    throw error
  }
}
