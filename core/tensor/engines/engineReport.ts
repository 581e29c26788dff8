/** Engines in the order in which `auto` prefers them. */
export const engineIds = ['tensorflow-cuda', 'webgpu', 'tensorflow-cpu', 'wasm'] as const
export type EngineId = (typeof engineIds)[number]

/** One entry of `mend engine list --json`. */
export interface EngineReport {
  readonly id: EngineId
  /** Whether a training run can use it here and now. */
  readonly available: boolean
  /** Why it is, or is not, available, and what to do about it; for people. */
  readonly reason: string
  /** What it computes on, e.g. the processor's name; null where unknown. */
  readonly device: string | null
  /** Of the engine's library; null where it is not installed. */
  readonly version: string | null
  /** Whether it computes on a GPU; a driver that computes on the processor is none. */
  readonly gpu: boolean
  /** Whether `--engine auto` considers it: not for GPU engines without a GPU, which can be asked for by name. */
  readonly automatic: boolean
  /** Whether `--engine auto` takes it, where no measurement says otherwise. */
  readonly selected: boolean
}

export function isEngineId(text: string): text is EngineId {
  return engineIds.some((id) => id === text)
}
