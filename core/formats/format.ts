import type { ExportDataset, ExportReport } from '../dataset/export.ts'
import type { SourceRecord, SourceSchema } from '../dataset/record.ts'

export interface Detection {
  readonly format: string
  /** 0 … 1 */
  readonly confidence: number
  readonly reason: string
}

export interface ReadOptions {
  /** Stop after this many images. */
  readonly limit?: number
  readonly signal?: AbortSignal
  /** Attributes task → is its tag list exhaustive; missing: as `describe` proposes. */
  readonly exhaustive?: Readonly<Record<string, boolean>>
  /** Format-specific choices, e.g. the label map of an indexed PNG folder. */
  readonly options?: Readonly<Record<string, string>>
}

/** A choice that a format offers to whom its own finding does not suit; values are text. */
export interface FormatOption {
  readonly name: string
  readonly title: string
  /** What to write. */
  readonly hint: string
  /** Values that always work; others may be written too, unless `closed`. */
  readonly choices?: readonly string[]
  readonly closed?: boolean
}

/**
 * One dataset format. Reading streams: memory does not grow with the source. A broken record is yielded as `skipped`;
 * a broken source throws `MendError` (core/dataset/mendError.ts) with what was expected and found. Paths never leave the source folder.
 */
export interface SourceFormat {
  readonly name: string
  readonly title: string
  readonly options?: readonly FormatOption[]
  /** Formats whose source may be one file: the folder that its pictures are relative to. Missing: the file's own. */
  rootOfFile?(file: string): string
  detect(source: string): Promise<Detection | null>
  describe(source: string, options?: ReadOptions): Promise<SourceSchema>
  read(source: string, options?: ReadOptions): AsyncIterable<SourceRecord>
}

export interface WriteOptions {
  readonly signal?: AbortSignal
  /** Copy the pictures into the export (default) or only refer to them where the format allows it. */
  readonly copyImages?: boolean
  readonly onProgress?: (imagesDone: number) => void
}

/** Where a task of the project goes in a format. */
export interface TaskPlace {
  readonly task: string
  /** What its labels become, as a sentence; null: the format has no place for them. */
  readonly becomes: string | null
}

/** What an export would be, without anything being written. */
export interface ExportPreview {
  readonly report: ExportReport
  /** The first image as the format writes it; null: there is none. */
  readonly first: { readonly file: string; readonly text: string } | null
}

/** A format that can also be written. `out` must not exist or be empty; a failed write leaves nothing behind. */
export interface TargetFormat {
  readonly name: string
  readonly title: string
  /** Whether pictures are always copied, whatever `copyImages` says. */
  readonly alwaysCopies: boolean
  places(dataset: ExportDataset): readonly TaskPlace[]
  /** Goes through the whole dataset as `write` does; throws what it throws of the dataset. */
  preview(dataset: ExportDataset, options?: Omit<WriteOptions, 'copyImages'>): Promise<ExportPreview>
  write(dataset: ExportDataset, out: string, options?: WriteOptions): Promise<ExportReport>
}
