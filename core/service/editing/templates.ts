import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type {
  changeTemplateInput,
  createTemplateTaskInput,
  previewTemplateInput,
  restoreTemplateInput,
  ShippedTemplates,
  SkeletonTemplate,
  TemplatePreview,
  TemplateState,
} from '../../api/templates.ts'
import { MendError } from '../../dataset/mendError.ts'
import {
  draftOfStored,
  editedTemplate,
  restoredTemplate,
  storedPlaces,
  templateDifference,
  type TemplateDraft,
} from '../../dataset/skeletonTemplate.ts'
import type { KeypointsSchema } from '../../dataset/task.ts'
import { describeSkeleton, loadSkeleton, skeletonNames } from '../../formats/skeletons.ts'
import type { Project } from '../../store/project.ts'
import type { TaskReader } from '../../store/tasks.ts'
import { addTaskRevision, annotatedJoints, taskRevisions } from '../../store/taskRevisions.ts'

interface KeypointsTask {
  readonly id: number
  readonly schema: KeypointsSchema
}

/** @throws MendError `task-unknown`, `template-misfit` where the task has no skeleton */
function keypointsTask(tasks: TaskReader, name: string): KeypointsTask {
  const task = tasks.find(name)
  if (task === undefined) {
    throw new MendError('task-unknown', `the project has no task "${name}"`, 'Look at the list of tasks again.')
  }
  const { id, schema } = task
  if (schema.kind === 'keypoints') return { id, schema }
  throw new MendError('template-misfit', `${name} is ${schema.kind}: it has no skeleton`, 'Choose a keypoints task.')
}

function templateOf({ joints, edges, flip }: KeypointsSchema): SkeletonTemplate {
  return { joints: [...joints], edges: edges.map(([a, b]) => [a, b]), flip: [...flip] }
}

/** Tells two templates apart, also where only an import has added joints. */
function versionOf(schema: KeypointsSchema): string {
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 16)
}

/** Skeletons that come with the product. */
export function shippedTemplates(): ShippedTemplates {
  return skeletonNames.map((name) => ({ name, ...describeSkeleton(name), template: templateOf(loadSkeleton(name)) }))
}

/** A task's template and its changes. @throws MendError `task-unknown`, `template-misfit` */
export function templateState(project: Project, { task: name }: { readonly task: string }): TemplateState {
  const task = keypointsTask(project.tasks, name)
  const revisions = taskRevisions(project.connection, task.id)
  return {
    template: templateOf(task.schema),
    version: versionOf(task.schema),
    labels: annotatedJoints(project.connection, task.id).labels,
    history: revisions
      .reverse()
      .flatMap(({ schema, ...revision }) =>
        schema.kind === 'keypoints' ? [{ ...revision, template: templateOf(schema) }] : [],
      ),
  }
}

/**
 * What a draft would do to the labels.
 * @throws MendError `template-changed`, `template-misfit`, `task-unknown`
 */
export function previewTemplate(project: Project, input: z.output<typeof previewTemplateInput>): TemplatePreview {
  const task = keypointsTask(project.tasks, input.task)
  checkBase(task.schema, input.base)
  // A draft that cannot be is refused here already.
  editedTemplate(task.schema, input.draft)
  return previewOf(project, task, input.draft)
}

function previewOf(project: Project, { id, schema }: KeypointsTask, draft: TemplateDraft): TemplatePreview {
  const { added, removed, renamed, ...rest } = templateDifference(schema, draft)
  const { labels, byPlace } = annotatedJoints(project.connection, id)
  const places = storedPlaces(schema)
  return {
    ...rest,
    labels,
    added: [...added],
    renamed: [...renamed],
    removed: removed.map(({ index, name }) => ({ name, labels: byPlace.get(places[index]) ?? 0 })),
  }
}

/**
 * Gives a task another template. Labels keep what they are; the former template is noted and can be put back.
 * @throws MendError `template-changed`, `template-misfit`, `task-unknown`
 */
export function changeTemplate(project: Project, input: z.output<typeof changeTemplateInput>): TemplateState {
  replaceTemplate(project, input, (schema) => editedTemplate(schema, input.draft))
  return templateState(project, input)
}

/**
 * Puts the template from before a change back, as a change of its own.
 * @throws MendError `template-changed`, `template-unknown`, `task-unknown`
 */
export function restoreTemplate(project: Project, input: z.output<typeof restoreTemplateInput>): TemplateState {
  const { id } = keypointsTask(project.tasks, input.task)
  const found = taskRevisions(project.connection, id).find(({ revision }) => revision === input.revision)
  const before = found?.schema
  if (found === undefined || before?.kind !== 'keypoints') {
    throw new MendError('template-unknown', `the template has no change ${input.revision}`, 'Load its history again.')
  }
  const why = `put back what was before “${found.why}”`
  replaceTemplate(project, { ...input, why }, (schema) => restoredTemplate(schema, before))
  return templateState(project, input)
}

/** What putting a former template back would do to the labels. @throws MendError as `restoreTemplate` */
export function previewRestore(
  project: Project,
  input: Pick<z.output<typeof restoreTemplateInput>, 'task' | 'revision' | 'base'>,
): TemplatePreview {
  const task = keypointsTask(project.tasks, input.task)
  checkBase(task.schema, input.base)
  const before = taskRevisions(project.connection, task.id).find(({ revision }) => revision === input.revision)?.schema
  if (before?.kind !== 'keypoints') {
    throw new MendError('template-unknown', `the template has no change ${input.revision}`, 'Load its history again.')
  }
  return previewOf(project, task, draftOfStored(task.schema, before))
}

function replaceTemplate(
  project: Project,
  {
    task: name,
    base,
    by,
    why,
  }: { readonly task: string; readonly base: string; readonly by: string; readonly why: string },
  change: (schema: KeypointsSchema) => KeypointsSchema,
): void {
  project.transaction((writer) => {
    const task = keypointsTask(writer.tasks, name)
    checkBase(task.schema, base)
    const changed = change(task.schema)
    if (versionOf(changed) === base) return
    addTaskRevision(writer.connection, task.id, { by, why, at: new Date().toISOString() })
    writer.tasks.setSchema(task.id, changed)
    // An import that was planned before would extend the template of then.
    writer.advanceGeneration()
  })
}

function checkBase(schema: KeypointsSchema, base: string): void {
  if (versionOf(schema) === base) return
  throw new MendError('template-changed', 'the template was changed elsewhere', 'Load it again and repeat the change.')
}

/** What an own template begins with. */
const oneJoint: Omit<KeypointsSchema, 'kind'> = { joints: ['joint 1'], edges: [], flip: [0] }

/**
 * A new keypoints task with a skeleton that comes with the product, or with one joint; nobody has a label of it yet.
 * @throws MendError `task-exists`, `skeleton-unknown`
 */
export function createTemplateTask(project: Project, input: z.output<typeof createTemplateTaskInput>): TemplateState {
  const { joints, edges, flip } = input.skeleton === null ? oneJoint : loadSkeleton(input.skeleton)
  project.transaction((writer) => {
    if (writer.tasks.find(input.task) !== undefined) {
      throw new MendError('task-exists', `the project has a task "${input.task}" already`, 'Choose another name.')
    }
    const words = joints.map((joint) => joint.replaceAll('_', ' '))
    writer.tasks.insert(input.task, { kind: 'keypoints', joints: words, edges, flip })
    writer.advanceGeneration()
  })
  return templateState(project, input)
}
