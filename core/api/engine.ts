import { z } from 'zod'

/** cli.md `engine list --json`, one entry. */
export const engineReport = z.object({
  id: z.string(),
  /** Whether a run can use it here and now. */
  available: z.boolean(),
  /** Why it is, or is not, available, and what to do about it. */
  reason: z.string(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  /** Whether it computes on a GPU. */
  gpu: z.boolean(),
  /** Whether `--engine auto` considers it. */
  automatic: z.boolean(),
  /** Whether `--engine auto` takes it. */
  selected: z.boolean(),
})
export type EngineReportOut = z.infer<typeof engineReport>

const installable = z.enum(['cpu', 'cuda'])

export const probeInput = z.object({ engine: z.string().optional() })
export const installInput = z.object({ engine: installable.default('cpu') })
/** Result of an `install-engine` job. `note` says what it computes on, and why, where that is not what was asked for. */
export const installResult = z.object({ engine: z.string(), folder: z.string(), note: z.string() })
export const removeInput = z.object({ engine: installable })
export const removeResult = z.object({ engine: z.string(), freedBytes: z.number() })

/** What an installation would fetch, before it does; sizes in bytes. */
export const installPlan = z.object({
  engine: installable,
  installed: z.boolean(),
  wheels: z.array(
    z.object({
      project: z.string(),
      version: z.string(),
      wheel: z.string(),
      bytes: z.number(),
      unpackedBytes: z.number(),
      arrivedBytes: z.number(),
    }),
  ),
  /** What is still to be fetched. */
  downloadBytes: z.number(),
  unpackedBytes: z.number(),
  neededBytes: z.number(),
  freeBytes: z.number(),
})
export type InstallPlanOut = z.infer<typeof installPlan>

/** One NVIDIA GPU now; null for what its driver does not tell. */
export const gpuState = z.object({
  index: z.number().int(),
  name: z.string(),
  memoryTotalMb: z.number().nullable(),
  memoryUsedMb: z.number().nullable(),
  utilisationPercent: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  driverVersion: z.string().nullable(),
})

/** What a run would compute on, and how busy it is. */
export const engineState = z.object({
  /** The engine that `auto` takes. */
  selected: engineReport.nullable(),
  /** NVIDIA's GPUs, null where none can be seen; `gpuReason` then says why. */
  gpus: z.array(gpuState).nullable(),
  gpuReason: z.string().nullable(),
  /** Of the machine, MB. */
  memory: z.object({ totalMb: z.number(), freeMb: z.number() }),
  processor: z.object({ name: z.string(), cores: z.number().int() }),
})
export type EngineStateOut = z.infer<typeof engineState>

/** `engines.watch` sends the state at once and then this often. */
export const watchEngineInput = z.object({ intervalMs: z.number().int().min(500).max(60_000).default(2_000) })
