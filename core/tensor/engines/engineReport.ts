/** Engines in the order in which `auto` prefers them. */
export const engineIds = ['tensorflow-cuda', 'webgpu', 'tensorflow-cpu', 'wasm'] as const
export type EngineId = (typeof engineIds)[number]

/** One entry of `mend engine list --json`. */
export interface EngineReport {
  readonly id: EngineId
  /** Whether a training run can use it here and now. */
  readonly available: boolean
  /** Why it is, or is not, available; one sentence for people. */
  readonly reason: string
  /** What it computes on, e.g. the processor's name; null where unknown. */
  readonly device: string | null
  /** Of the engine's library; null where it is not installed. */
  readonly version: string | null
  /** Whether `--engine auto` takes it. */
  readonly selected: boolean
}

export function isEngineId(text: string): text is EngineId {
  return engineIds.some((id) => id === text)
}
