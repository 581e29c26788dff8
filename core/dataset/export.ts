import type { Box, LabelOrigin, LabelState, LabelValue, Split } from './label.ts'
import type { LabelRevision } from './record.ts'
import type { TaskSchema } from './task.ts'

export interface ExportLabel {
  readonly value: LabelValue
  readonly state: LabelState
  readonly origin: LabelOrigin
  readonly source: string | null
  readonly revisions: readonly LabelRevision[]
}

export interface ExportPerson {
  /** Unique within the export. */
  readonly id: number
  readonly box: Box | null
  readonly labels: Readonly<Record<string, ExportLabel>>
}

export interface ExportImage {
  readonly id: number
  /** Where the picture lies now. */
  readonly file: string
  /** A relative name, unique within the export, forward slashes. */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly split: Split | null
  readonly people: readonly ExportPerson[]
}

/** What an exporter is given: a schema and a stream, so that memory does not grow with the project. */
export interface ExportDataset {
  readonly name: string
  readonly tasks: Readonly<Record<string, TaskSchema>>
  images(): AsyncIterable<ExportImage>
}

/** What a format could not carry, counted, beside what it did. */
export interface ExportReport {
  readonly format: string
  readonly images: number
  readonly people: number
  readonly labels: Readonly<Record<string, number>>
  readonly lost: readonly { readonly what: string; readonly count: number; readonly why: string }[]
}
