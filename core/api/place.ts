import { z } from 'zod'

/** A folder or file of the service's machine: its path in process, and an opaque reference over HTTP. */
export const place = z.string().min(1).max(4096)

/** The name of one file or folder. */
export const placeName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\:*?"<>|\u0000-\u001f]+$/, 'a name without / \\ : * ? " < > |')
  .refine((name) => !/^\.+$/.test(name) && name.trim() === name, 'a name that is more than dots and blanks')

export const placeKinds = ['folder', 'project', 'file'] as const

export const placeEntry = z.object({
  place,
  name: z.string(),
  kind: z.enum(placeKinds),
  /** Bytes; null for folders. */
  size: z.number().int().nullable(),
  modifiedAt: z.string(),
})
export type PlaceEntry = z.infer<typeof placeEntry>

/** Missing: the roots that may be browsed. */
export const listPlacesInput = z.object({ place: place.optional() })

export const placeList = z.object({
  /** The folder that is listed; null for the list of roots. */
  current: z.object({ place, name: z.string(), shownFolder: z.string() }).nullable(),
  /** The way from the root to the folder, both included. */
  trail: z.array(z.object({ place, name: z.string() })),
  /** Folders first, by name. */
  entries: z.array(placeEntry),
  /** Entries beyond the limit of one listing. */
  leftOut: z.number().int(),
})
export type PlaceList = z.infer<typeof placeList>

export const childPlaceInput = z.object({ place, name: placeName })
/** A file or folder that may not exist yet, to write to. */
export const childPlace = z.object({ place, name: z.string(), shownFolder: z.string(), exists: z.boolean() })
export type ChildPlace = z.infer<typeof childPlace>

export const makeFolderInput = childPlaceInput
