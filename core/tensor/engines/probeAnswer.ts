import { z } from 'zod'

/** Marks the answer among whatever libraries print. */
export const probeMark = 'mend-probe:'

export const probeAnswer = z.object({
  works: z.boolean(),
  reason: z.string(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  /** Whether it computes on a GPU; a driver that computes on the processor is none. */
  gpu: z.boolean(),
  /** Of a process that crashed, hung or did not start: it may go better in a while, with nothing changed on disk. */
  transient: z.boolean().optional(),
})

/** What the throwaway process found. */
export type ProbeAnswer = z.infer<typeof probeAnswer>

/** @returns null where the output holds no answer. */
export function readProbeAnswer(output: string): ProbeAnswer | null {
  const line = output.split('\n').find((candidate) => candidate.startsWith(probeMark))
  if (line === undefined) return null
  try {
    return probeAnswer.parse(JSON.parse(line.slice(probeMark.length)))
  } catch {
    return null
  }
}
