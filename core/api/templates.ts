import { z } from 'zod'
import { longestReason } from '../dataset/editing/limits.ts'
import { projectInput } from './project.ts'

const index = z.number().int().nonnegative()
const jointName = z.string().trim().min(1).max(100)

/** A skeleton template: joints in the order in which they are placed, limbs, partners of the other side (itself: none). */
export const skeletonTemplate = z.object({
  joints: z.array(z.string()),
  edges: z.array(z.tuple([index, index])),
  flip: z.array(index),
})
export type SkeletonTemplate = z.infer<typeof skeletonTemplate>

/** Skeletons that come with the product. */
export const shippedTemplates = z.array(
  z.object({ name: z.string(), title: z.string(), source: z.string(), template: skeletonTemplate }),
)
export type ShippedTemplates = z.infer<typeof shippedTemplates>

/** What a template is to become (core/dataset/skeletonTemplate.ts). */
export const templateDraft = z.object({
  joints: z
    .array(z.object({ name: jointName, from: index.nullable() }))
    .min(1)
    .max(1000),
  edges: z.array(z.tuple([index, index])).max(10_000),
  flip: z.array(index).max(1000),
})

const taskInput = projectInput.extend({ task: z.string() })
const author = z.string().trim().min(1).max(80).default('you')
/** Of the template that the window shows: where it is another by now, nothing is changed (`template-changed`). */
const version = z.string().length(16)

export const templateInput = taskInput
export const templateState = z.object({
  template: skeletonTemplate,
  version,
  /** Labels in force that have a value. */
  labels: z.number().int(),
  /** Changes made in the project, newest first; `revision` brings back what was before. */
  history: z.array(
    z.object({
      revision: z.number().int(),
      at: z.string(),
      by: z.string(),
      why: z.string(),
      template: skeletonTemplate,
    }),
  ),
})
export type TemplateState = z.infer<typeof templateState>

export const previewTemplateInput = taskInput.extend({ base: version, draft: templateDraft })
/** What a change does to the labels of the task; nothing of what is stored goes away. */
export const templatePreview = z.object({
  /** Labels in force that have a value: all of them read in the new template. */
  labels: z.number().int(),
  added: z.array(z.string()),
  /** `labels`: in how many the joint is annotated. It is no longer seen there, and is back when the change is taken back. */
  removed: z.array(z.object({ name: z.string(), labels: z.number().int() })),
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  reordered: z.boolean(),
  limbs: z.object({ added: z.number().int(), removed: z.number().int() }),
  /** Left and right are paired otherwise. */
  paired: z.boolean(),
  changed: z.boolean(),
})
export type TemplatePreview = z.infer<typeof templatePreview>

export const changeTemplateInput = previewTemplateInput.extend({
  by: author,
  why: z.string().trim().min(1).max(longestReason),
})
export const restoreTemplateInput = taskInput.extend({
  base: version,
  revision: z.number().int().positive(),
  by: author,
})

/** A new keypoints task, from a skeleton that comes with the product; null: with one joint to begin with. */
export const createTemplateTaskInput = projectInput.extend({
  task: z.string().trim().min(1).max(100),
  skeleton: z.string().nullable(),
})
