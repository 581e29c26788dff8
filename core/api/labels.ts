import { z } from 'zod'
import { labelOrigins, labelStates, splits } from '../dataset/label.ts'
import { projectInput } from './project.ts'

const names = z.array(z.string())
const indices = z.array(z.number().int())

/** A task's schema as `core/dataset/task.ts` types it. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('attributes'), attributes: names }),
  z.object({ kind: z.literal('identity') }),
  z.object({
    kind: z.literal('keypoints'),
    joints: names,
    edges: z.array(z.tuple([z.number().int(), z.number().int()])),
    flip: indices,
  }),
  z.object({ kind: z.literal('parts'), parts: names, flip: indices }),
  z.object({ kind: z.literal('depth'), unit: z.enum(['metre', 'disparity', 'relative']) }),
  z.object({ kind: z.literal('normals') }),
  z.object({
    kind: z.literal('vector'),
    components: names,
    groups: z.array(z.object({ name: z.string(), start: z.number().int(), length: z.number().int() })),
    flip: z.object({ permutation: indices, sign: z.array(z.number()) }).nullable(),
  }),
])

export const taskView = z.object({ name: z.string(), schema: taskSchema })
export type TaskView = z.infer<typeof taskView>

export const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })

/** A window of the image, in its pixels, and the raster of `columns` × `rows` cells that covers it evenly. */
const raster = {
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
}

/**
 * A label's value in a form that a canvas can draw, places in pixels of the upright image.
 * - keypoints: `joints` as x, y, visibility (0 not annotated, 1 hidden, 2 visible, 3 absent; `dataset/label.ts`);
 * - parts: `runs`, base64 of (part, length as varint of 7 bits a byte, low bits first) pairs, row by row; part 0 is the
 *   background, 255 not annotated;
 * - depth: `levels`, base64 of a byte a cell: 0 is invalid, 1 … 255 lie evenly between `low` and `high` in the task's unit;
 * - normals: `colours`, base64 of red, green and blue a cell, each 127.5 + 127.5 × the component to the right, up and towards the
 *   camera; 0 0 0 is invalid.
 */
export const drawnValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keypoints'), joints: z.array(z.tuple([z.number(), z.number(), z.number()])) }),
  z.object({ kind: z.literal('parts'), ...raster, runs: z.string() }),
  z.object({ kind: z.literal('depth'), ...raster, levels: z.string(), low: z.number(), high: z.number() }),
  z.object({ kind: z.literal('normals'), ...raster, colours: z.string() }),
  z.object({ kind: z.literal('attributes'), values: z.array(z.boolean().nullable()) }),
  z.object({ kind: z.literal('identity'), identity: z.string().nullable(), camera: z.number().nullable() }),
  /** null: not annotated. */
  z.object({ kind: z.literal('vector'), values: z.array(z.number().nullable()) }),
])
export type DrawnValue = z.infer<typeof drawnValue>
export type DrawnValueOf<K extends DrawnValue['kind']> = Extract<DrawnValue, { kind: K }>

export const drawnLabel = z.object({
  label: z.number().int(),
  task: z.string(),
  state: z.enum(labelStates),
  origin: z.enum(labelOrigins),
  /** Name of the source; null: made in the project. */
  source: z.string().nullable(),
  /** Another source says something else. */
  disputed: z.boolean(),
  /** null exactly when the state is `unlabelled`. */
  value: drawnValue.nullable(),
})
export type DrawnLabel = z.infer<typeof drawnLabel>

export const drawnPerson = z.object({
  person: z.number().int(),
  image: z.number().int(),
  imageWidth: z.number().int(),
  imageHeight: z.number().int(),
  box: box.nullable(),
  labels: z.array(drawnLabel),
})
export type DrawnPerson = z.infer<typeof drawnPerson>

export const mostPeopleDrawn = 500

export const labelsOfPeopleInput = projectInput.extend({
  people: z.array(z.number().int().positive()).max(mostPeopleDrawn),
  /** Missing: every task. */
  tasks: z.array(z.string()).optional(),
  /** Most cells along the longer side of a mask or depth map; missing: as stored. */
  side: z.number().int().min(16).max(8192).optional(),
})
export const labelsOfPeople = z.object({ tasks: z.array(taskView), people: z.array(drawnPerson) })
export type LabelsOfPeople = z.infer<typeof labelsOfPeople>

export const labelsOfImageInput = projectInput.extend({
  image: z.number().int().positive(),
  side: z.number().int().min(16).max(8192).optional(),
})

/** What a label was before each change, oldest first; `by` and `why` are of the change that ended it. */
export const labelHistoryInput = projectInput.extend({ label: z.number().int().positive() })
export const labelHistory = z.object({
  label: z.number().int(),
  task: z.string(),
  state: z.enum(labelStates),
  origin: z.enum(labelOrigins),
  source: z.string().nullable(),
  importedAt: z.string().nullable(),
  revisions: z.array(
    z.object({
      revision: z.number().int(),
      at: z.string(),
      by: z.string(),
      why: z.string(),
      origin: z.enum(labelOrigins),
      state: z.enum(labelStates),
    }),
  ),
})
export type LabelHistory = z.infer<typeof labelHistory>

/** What a label was before one of its changes. */
export const labelRevisionInput = labelHistoryInput.extend({
  revision: z.number().int().positive(),
  side: z.number().int().min(16).max(8192).optional(),
})
export const labelRevision = z.object({
  state: z.enum(labelStates),
  origin: z.enum(labelOrigins),
  value: drawnValue.nullable(),
})
export type LabelRevision = z.infer<typeof labelRevision>

/** Everything that is known of one person, for the inspector: `drawn` has the labels in force. */
export const personDetailInput = projectInput.extend({ person: z.number().int().positive() })
export const personDetail = z.object({
  person: z.number().int(),
  image: z.number().int(),
  imageWidth: z.number().int(),
  imageHeight: z.number().int(),
  split: z.enum(splits).nullable(),
  box: box.nullable(),
  boxOrigin: z.enum(labelOrigins),
  /** Sources that know the person, with the picture's name there and the source's own id of the person. */
  sources: z.array(z.object({ name: z.string(), path: z.string().nullable(), key: z.string().nullable() })),
  /** Other people in the same picture. */
  others: z.array(z.number().int()),
  /** Candidates, by task, the one in force first. */
  labels: z.array(
    z.object({
      label: z.number().int(),
      task: z.string(),
      kind: z.string(),
      state: z.enum(labelStates),
      origin: z.enum(labelOrigins),
      source: z.string().nullable(),
      current: z.boolean(),
      disputed: z.boolean(),
      revisions: z.number().int(),
      /** In a few words: "12 visible, 1 hidden", "9 of 59 parts". */
      summary: z.string(),
      suspect: z
        .object({
          run: z.number().int(),
          rank: z.number().int(),
          score: z.number(),
          flagged: z.boolean(),
          why: z.string(),
          decision: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
})
export type PersonDetail = z.infer<typeof personDetail>
