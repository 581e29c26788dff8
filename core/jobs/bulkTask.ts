import type { BulkChange, LostAction } from '../store/bulkActions.ts'

/** What the thread that changes many people is given. */
export interface BulkTask {
  readonly projectFolder: string
  readonly work:
    | { readonly type: 'apply'; readonly people: readonly number[]; readonly change: BulkChange }
    /** Missing action: the newest that is not undone. */
    | { readonly type: 'undo'; readonly action: number | undefined }
    /** Gives up what a process that is gone wrote. */
    | ({ readonly type: 'withdraw' } & LostAction)
  readonly by: string
  /** Of `WriteTurns`: who is let go first between two parts. */
  readonly turns: SharedArrayBuffer
}

export interface BulkProgress {
  /** What is being done, e.g. "changed". */
  readonly stage: string
  readonly done: number
  readonly total: number
  readonly unit: string
}
