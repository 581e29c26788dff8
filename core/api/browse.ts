import { z } from 'zod'
import { splits } from '../dataset/label.ts'
import { box } from './labels.ts'
import { projectInput } from './project.ts'

/**
 * Which people. Facets and fields are those that `browse.facets` lists: `source`, `split`, `task:NAME`, `disputed`,
 * `suspect:NAME`, `answer:TASK/ATTRIBUTE`, `reviewer`, `assignee`; fields `boxHeight`, `imageHeight`, `joints:NAME`,
 * `score:NAME`.
 */
export const peopleFilter = z.object({
  /** Part of a picture's name, of a source's own id of the person, of an identity; `#12` is person 12. */
  text: z.string().max(200).default(''),
  /** Facet → values of which any is wanted. */
  values: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  /** Field → inclusive range; null: open. */
  ranges: z.record(z.string(), z.object({ from: z.number().nullable(), to: z.number().nullable() })).default({}),
})
export type PeopleFilter = z.infer<typeof peopleFilter>

/** `id`, or a field; people without a value come last either way. */
export const peopleSort = z.object({ by: z.string(), descending: z.boolean() })
export type PeopleSort = z.infer<typeof peopleSort>

export const browseUnits = ['people', 'images'] as const
export type BrowseUnit = (typeof browseUnits)[number]

export const peopleQuery = z.object({
  unit: z.enum(browseUnits).default('people'),
  filter: peopleFilter.default({ text: '', values: {}, ranges: {} }),
  sort: peopleSort.default({ by: 'id', descending: false }),
})
export type PeopleQuery = z.infer<typeof peopleQuery>

export const largestBrowsePage = 500

export const browseListInput = projectInput.extend(peopleQuery.shape).extend({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(largestBrowsePage).default(200),
  /** Of an earlier answer: further pages of the same list, though people have changed since. */
  version: z.string().optional(),
})

/** A label's state by task, in the order of `tasks`: − none, l labelled, v verified, r rejected. */
const states = z.string()

export const browseRow = z.object({
  /** First person of the row; 0: a picture without people. */
  person: z.number().int(),
  /** People of the row: one, or in a list of images all of the image. */
  people: z.array(z.number().int()),
  image: z.number().int(),
  imageWidth: z.number().int(),
  imageHeight: z.number().int(),
  split: z.enum(splits).nullable(),
  /** Of the first person. */
  box: box.nullable(),
  states,
  /** A label was flagged by the newest ranking and nobody decided yet. */
  suspect: z.boolean(),
  disputed: z.boolean(),
  /** What the list is sorted by; null: none. */
  key: z.number().nullable(),
})
export type BrowseRow = z.infer<typeof browseRow>

export const browseList = z.object({
  version: z.string(),
  total: z.number().int(),
  tasks: z.array(z.string()),
  offset: z.number().int(),
  rows: z.array(browseRow),
})
export type BrowseList = z.infer<typeof browseList>

export const browseFacetsInput = projectInput.extend(peopleQuery.omit({ sort: true }).shape)
export const browseFacets = z.object({
  total: z.number().int(),
  /** Without any filter. */
  everything: z.number().int(),
  /** Counts hold with all other filters applied, so that choosing another value of the same facet shows what is in it. */
  facets: z.array(
    z.object({
      id: z.string(),
      group: z.enum(['source', 'labels', 'suspects', 'answers', 'people', 'picture']),
      title: z.string(),
      values: z.array(z.object({ value: z.string(), title: z.string(), count: z.number().int() })),
    }),
  ),
  histograms: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      /** Whether the field only takes whole numbers. */
      whole: z.boolean(),
      /** Edges of the bins, one more than bins; the last bin also has what lies beyond. */
      from: z.number(),
      to: z.number(),
      counts: z.array(z.number().int()),
      /** People without a value. */
      missing: z.number().int(),
    }),
  ),
})
export type BrowseFacets = z.infer<typeof browseFacets>

/** Ids between two positions of a list, for selecting a range that is not all on screen. */
export const browseIdsInput = projectInput.extend(peopleQuery.shape).extend({
  from: z.number().int().min(0).default(0),
  /** Exclusive. */
  to: z.number().int().min(0).optional(),
  version: z.string().optional(),
})
export const browseIds = z.object({ people: z.array(z.number().int()) })

export const browsePositionInput = projectInput.extend(peopleQuery.shape).extend({
  person: z.number().int(),
  version: z.string().optional(),
})
/** Where a person stands in a list; null: not in it. */
export const browsePosition = z.object({ position: z.number().int().nullable(), total: z.number().int() })

export const savedView = z.object({
  id: z.number().int(),
  name: z.string(),
  query: peopleQuery,
  createdAt: z.string(),
})
export type SavedView = z.infer<typeof savedView>
export const saveViewInput = projectInput.extend({ name: z.string().trim().min(1).max(80), query: peopleQuery })
export const deleteViewInput = projectInput.extend({ view: z.number().int() })

/** Which people an action is for: these, or all that match but for a few. */
export const peopleSelection = z.discriminatedUnion('type', [
  z.object({ type: z.literal('people'), people: z.array(z.number().int().positive()).min(1).max(1_000_000) }),
  z.object({
    type: z.literal('filter'),
    filter: peopleFilter,
    except: z.array(z.number().int()).max(1_000_000).default([]),
  }),
])
export type PeopleSelection = z.infer<typeof peopleSelection>

export const bulkOperation = z.discriminatedUnion('type', [
  /** Of the pictures that the people are in. */
  z.object({ type: z.literal('set-split'), split: z.enum(splits).nullable() }),
  /** Labels in force that have a value; of these tasks, or of all. */
  z.object({ type: z.literal('verify'), tasks: z.array(z.string()).optional() }),
  z.object({ type: z.literal('reject'), tasks: z.array(z.string()).optional() }),
  z.object({ type: z.literal('assign'), assignee: z.string().trim().min(1).max(80).nullable() }),
  z.object({ type: z.literal('delete') }),
])
export type BulkOperation = z.infer<typeof bulkOperation>

export const bulkInput = projectInput.extend({
  selection: peopleSelection,
  operation: bulkOperation,
  by: z.string().trim().min(1).max(80).default('you'),
})
export const bulkResult = z.object({
  /** For undo; null: nothing had to be changed. */
  action: z.number().int().nullable(),
  title: z.string(),
  /** People, labels or pictures that changed. */
  changed: z.number().int(),
})
export type BulkResult = z.infer<typeof bulkResult>

/**
 * Of `browse.undo`, and of `browse.startUndo`, whose job's result is an `undoBulkResult`, as that of `browse.startBulk` is a
 * `bulkResult`: the same as jobs with progress, for more people than anybody wants to wait for without.
 */
export const undoBulkInput = projectInput.extend({
  /** Missing: the newest that is not undone. */
  action: z.number().int().optional(),
  by: z.string().trim().min(1).max(80).default('you'),
})
export const undoBulkResult = z.object({
  action: z.number().int(),
  title: z.string(),
  restored: z.number().int(),
  /** What somebody changed since, and what it hung on is gone: left as it is. */
  skipped: z.number().int(),
})
export type UndoBulkResult = z.infer<typeof undoBulkResult>

export const bulkAction = z.object({
  id: z.number().int(),
  title: z.string(),
  at: z.string(),
  author: z.string(),
  undoneAt: z.string().nullable(),
})
