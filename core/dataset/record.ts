import type { Box, LabelOrigin, LabelState, LabelValue, Split } from './label.ts'
import type { TaskSchema } from './task.ts'

/** One person as a source describes it. Label keys are the source's own task names (see `SourceSchema`). */
export interface PersonRecord {
  /** The source's own id of the person, for reports; unique within the image where given. */
  readonly key: string | null
  /** null: the source has no box; the label's extent or the whole image stands in. */
  readonly box: Box | null
  readonly labels: Readonly<Record<string, LabelValue>>
  /** Where the source knows more of a label than its value (our own bundle): state, origin and every earlier revision. */
  readonly provenance?: Readonly<Record<string, LabelProvenance>>
}

/** One step of a label's history, oldest first; `value` null is "unlabelled". */
export interface LabelRevision {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly by: string
  readonly why: string
  readonly origin: LabelOrigin
  readonly state: LabelState
  readonly value: LabelValue | null
}

export interface LabelProvenance {
  readonly state: LabelState
  readonly origin: LabelOrigin
  /** Name of the source that the value came from; null: made in the project. */
  readonly source: string | null
  readonly revisions: readonly LabelRevision[]
}

/** One image of a source with everything the source says of it. A source may yield the same path more than once. */
export interface ImageRecord {
  readonly type: 'image'
  /** Relative to the source's folder, forward slashes; the reader has checked that it stays inside. */
  readonly path: string
  /** Size that the annotations claim, where they claim one: checked against the picture. */
  readonly size: { readonly width: number; readonly height: number } | null
  readonly split: Split | null
  readonly people: readonly PersonRecord[]
}

/** Something that was passed over, with why; the rest of the source is still read. */
export interface SkippedRecord {
  readonly type: 'skipped'
  /** A stable kebab-case word, e.g. `image-missing`, `label-corrupt`, `size-mismatch`. */
  readonly reason: string
  /** The file, line or id concerned. */
  readonly where: string
  readonly detail: string
}

export type SourceRecord = ImageRecord | SkippedRecord

/** What a source can say, found by reading its own description (label lists, categories). */
export interface SourceSchema {
  readonly format: string
  /** Source task name → its schema in the source's own words and order. */
  readonly tasks: Readonly<Record<string, TaskSchema>>
  /**
   * For attributes tasks written as tag lists: does an absent tag mean "no" (exhaustive) or "not annotated" (open)?
   * The importer proposes, with its reason; the mapping's confirmed answer is handed to `read`.
   */
  readonly tagLists: Readonly<Record<string, { readonly exhaustive: boolean; readonly reason: string }>>
  /** Images that the source lists, for progress; null when unknown before reading. */
  readonly images: number | null
}
