import type { BulkChange } from '../store/bulkActions.ts'

/** What the thread that changes many people is given. */
export interface BulkTask {
  readonly projectFolder: string
  readonly work:
    | { readonly type: 'apply'; readonly people: readonly number[]; readonly change: BulkChange }
    /** Missing action: the newest that is not undone. */
    | { readonly type: 'undo'; readonly action: number | undefined }
  readonly by: string
  /** Int32Array of one: 1 stops the work. */
  readonly cancelled: SharedArrayBuffer
}

export type BulkMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly hint: string }
