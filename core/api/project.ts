import { z } from 'zod'

/** A project is named by its folder, `NAME.mend`. */
export const projectFolder = z.string().min(1).describe('folder of the project, NAME.mend')
export const projectInput = z.object({ project: projectFolder })

export const initResult = z.object({ project: z.string() })

const stateCounts = z.object({
  labelled: z.number().int(),
  unlabelled: z.number().int(),
  verified: z.number().int(),
  rejected: z.number().int(),
})

/** cli.md `coverage --json`. */
export const coverage = z.object({
  images: z.number().int(),
  people: z.number().int(),
  labels: z.number().int(),
  sources: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      format: z.string(),
      images: z.number().int(),
      people: z.number().int(),
      tasks: z.record(z.string(), stateCounts),
    }),
  ),
})
export type Coverage = z.infer<typeof coverage>

export const sourceSummary = z.object({
  id: z.number().int(),
  name: z.string(),
  format: z.string(),
  folder: z.string(),
  importedAt: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
})
export type SourceSummary = z.infer<typeof sourceSummary>

export const removeSourceInput = projectInput.extend({ source: z.number().int() })
export const removeSourceResult = z.object({
  source: z.number().int(),
  name: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.number().int(),
  /** Tasks that only this source knew. */
  tasks: z.number().int(),
  /** Labels whose other candidate (another source's, or a person's own edit) took the place of the removed one. */
  promoted: z.number().int(),
  /** Labels that somebody had made over in the project: they stay. */
  kept: z.number().int(),
})
export type RemoveSourceResult = z.infer<typeof removeSourceResult>

const pictureReference = z.object({ image: z.number().int(), path: z.string(), split: z.string().nullable() })

export const duplicatesInput = projectInput.extend({
  /** Largest number of differing bits of two 64-bit dHashes that still counts as a near-duplicate. */
  distance: z.number().int().min(0).max(16).default(4),
})
export const duplicates = z.object({
  /** Images that more than one source (or one source twice) brought; they are one image in the project. */
  exact: z.array(z.object({ image: z.number().int(), paths: z.array(z.string()).readonly() })).readonly(),
  near: z.array(z.object({ a: pictureReference, b: pictureReference, distance: z.number().int() })).readonly(),
  /** The same identity, or near-duplicates, on both sides of a split. */
  leakage: z
    .array(
      z.object({
        kind: z.enum(['identity', 'near-duplicate']),
        what: z.string(),
        splits: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
})
export type Duplicates = z.infer<typeof duplicates>
