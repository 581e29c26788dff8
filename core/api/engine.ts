import { z } from 'zod'

/** cli.md `engine list --json`, one entry. */
export const engineReport = z.object({
  id: z.string(),
  available: z.boolean(),
  reason: z.string(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  selected: z.boolean(),
})
export type EngineReportOut = z.infer<typeof engineReport>

export const probeInput = z.object({ engine: z.string().optional() })
export const installInput = z.object({ engine: z.enum(['cpu', 'cuda']).default('cpu') })
/** Result of an `install-engine` job. */
export const installResult = z.object({ engine: z.string(), folder: z.string() })
