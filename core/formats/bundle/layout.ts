import { z } from 'zod'
import { labelOrigins, labelStates, splits } from '../../dataset/label.ts'

/**
 * The product's own bundle, a folder:
 *
 *     bundle.json    what it is: version, name, the tasks with their schemas, counts, hash of images.jsonl
 *     images.jsonl   one line an image: picture, people, labels with state, origin, source and every revision
 *     assets/ab/…    masks (8-bit grey PNG), depth maps (16-bit) and normals (16-bit RGB) by the SHA-256 of the file
 *     pictures/…     the pictures, byte for byte, under their names
 *
 * Nothing is lost between writing and reading. Numbers that JSON lacks are the strings `NaN`, `Infinity`, `-Infinity`
 * and `-0`.
 */
export const bundleVersion = 1
export const manifestFile = 'bundle.json'
export const linesFile = 'images.jsonl'
export const picturesFolder = 'pictures'

/** Relative to the bundle. */
export const assetPath = (sha256: string): string => `assets/${sha256.slice(0, 2)}/${sha256}.png`

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().max(1024)
const names = z.array(name).max(100_000)
const count = z.number().int().min(0)
const pixels = z.number().int().min(-1_000_000).max(1_000_000)
const extent = z.number().int().min(0).max(1_000_000)

const attributesSchema = z.strictObject({ kind: z.literal('attributes'), attributes: names })
const keypointsSchema = z.strictObject({
  kind: z.literal('keypoints'),
  joints: names,
  edges: z.array(z.tuple([count, count])).max(100_000),
  flip: z.array(count).max(100_000),
})
const partsSchema = z.strictObject({ kind: z.literal('parts'), parts: names.min(1).max(255), flip: z.array(count) })
const vectorSchema = z.strictObject({
  kind: z.literal('vector'),
  components: names,
  groups: z.array(z.strictObject({ name, start: count, length: count })).max(100_000),
  flip: z.strictObject({ permutation: z.array(count), sign: z.array(z.number()) }).nullable(),
})

const isInvolution = (flip: readonly number[], length: number): boolean =>
  flip.length === length && flip.every((to, from) => to < length && flip[to] === from)

const covers = (groups: readonly { readonly start: number; readonly length: number }[], length: number): boolean => {
  let end = 0
  for (const group of groups) {
    if (group.start !== end) return false
    end += group.length
  }
  return end === length
}

const taskSchema = z
  .discriminatedUnion('kind', [
    attributesSchema,
    z.strictObject({ kind: z.literal('identity') }),
    keypointsSchema,
    partsSchema,
    z.strictObject({ kind: z.literal('depth'), unit: z.enum(['metre', 'disparity', 'relative']) }),
    z.strictObject({ kind: z.literal('normals') }),
    vectorSchema,
  ])
  .refine(
    (schema) => {
      if (schema.kind === 'keypoints') {
        const joints = schema.joints.length
        return isInvolution(schema.flip, joints) && schema.edges.flat().every((joint) => joint < joints)
      }
      if (schema.kind === 'parts') return isInvolution(schema.flip, schema.parts.length)
      if (schema.kind !== 'vector') return true
      const components = schema.components.length
      const { groups, flip } = schema
      const permutation = flip?.permutation ?? []
      const permuted = flip === null || (permutation.length === components && flip.sign.length === components)
      return covers(groups, components) && permuted && permutation.every((from) => from < components)
    },
    { message: 'the schema of a task contradicts itself' },
  )

export const manifestSchema = z.object({
  format: z.literal('mend-bundle'),
  version: z.number().int(),
  name: z.string(),
  tasks: z.record(z.string(), taskSchema),
  counts: z.object({ images: count, people: count, labels: z.record(z.string(), count) }),
  files: z.object({ [linesFile]: z.object({ sha256, bytes: count }) }),
})
export type Manifest = z.infer<typeof manifestSchema>

const decimal = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])])
export type Decimal = z.infer<typeof decimal>

/** A number as JSON can hold it, without loss. */
export function toDecimal(value: number): Decimal {
  if (Object.is(value, -0)) return '-0'
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return 'Infinity'
  return value === -Infinity ? '-Infinity' : value
}

export const fromDecimal = (value: Decimal): number => Number(value)

const raster = { left: pixels, top: pixels, width: extent, height: extent, asset: sha256.nullable() }
const joint = z.tuple([decimal, decimal, z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])])
const storedValue = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attributes'), values: z.array(z.boolean().nullable()) }),
  z.strictObject({ kind: z.literal('identity'), identity: z.string().nullable(), camera: z.number().nullable() }),
  z.strictObject({ kind: z.literal('keypoints'), joints: z.array(joint) }),
  z.strictObject({ kind: z.literal('parts'), ...raster }),
  z.strictObject({ kind: z.literal('depth'), ...raster, scale: decimal, offset: decimal }),
  z.strictObject({ kind: z.literal('normals'), ...raster }),
  z.strictObject({ kind: z.literal('vector'), values: z.array(decimal) }),
])
export type StoredValue = z.infer<typeof storedValue>

const storedRevision = z.strictObject({
  at: z.string(),
  by: z.string(),
  why: z.string(),
  origin: z.enum(labelOrigins),
  state: z.enum(labelStates),
  value: storedValue.nullable(),
})

export const storedLabel = z.strictObject({
  value: storedValue,
  state: z.enum(labelStates),
  origin: z.enum(labelOrigins),
  source: z.string().nullable(),
  revisions: z.array(storedRevision),
})
export type StoredLabel = z.infer<typeof storedLabel>

/** One line of images.jsonl. Labels are checked one by one (`storedLabel`), so that a bad one costs only itself. */
export const imageLine = z.object({
  id: z.number(),
  name,
  picture: z.object({ sha256, bytes: count }),
  width: extent,
  height: extent,
  split: z.enum(splits).nullable(),
  people: z.array(
    z.object({
      id: z.number(),
      box: z.tuple([decimal, decimal, decimal, decimal]).nullable(),
      labels: z.record(z.string(), z.unknown()),
    }),
  ),
})
export type ImageLine = z.infer<typeof imageLine>
