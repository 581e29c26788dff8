/** What an installation is doing; `doneBytes` of `totalBytes` where the step has a size. */
export interface EngineProgress {
  readonly step: 'wait' | 'find' | 'download' | 'verify' | 'unpack' | 'compile' | 'link' | 'probe'
  readonly message: string
  readonly doneBytes?: number
  readonly totalBytes?: number
}

export type OnEngineProgress = (progress: EngineProgress) => void
