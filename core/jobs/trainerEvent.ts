import { z } from 'zod'
import type { TrainerEvent } from '../training/protocol.ts'

/** JSON has no NaN: a figure that does not exist arrives as null. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN)
const quantiles = z.array(z.number()).nullable()
const metrics = z.record(z.string(), z.record(z.string(), figure))

const trainerEvent: z.ZodType<TrainerEvent> = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('ready'),
    engine: z.string(),
    reason: z.string(),
    device: z.string(),
    epoch: z.number(),
    batch: z.number(),
    parameters: z.number(),
    macs: z.number(),
  }),
  z.object({ event: z.literal('trial'), batch: z.number(), number: z.number(), atMost: z.number() }),
  z.object({
    event: z.literal('step'),
    epoch: z.number(),
    phase: z.string().optional(),
    step: z.number(),
    steps: z.number(),
    loss: figure,
    imagesPerSecond: figure,
  }),
  z.object({
    event: z.literal('epoch'),
    epoch: z.number(),
    phase: z.string().optional(),
    epochs: z.number(),
    losses: z.record(z.string(), figure),
    metrics,
    imagesPerSecond: figure,
    waitShare: z.number().default(0),
    rssMb: z.number(),
    tensors: z.number(),
    distributions: z.record(z.string(), z.object({ s: quantiles, loss: quantiles })).optional(),
  }),
  z.object({ event: z.literal('predicted'), people: z.number(), of: z.number() }),
  z.object({ event: z.literal('measured'), configurations: z.number(), of: z.number() }),
  z.object({ event: z.literal('checkpoint'), epoch: z.number(), seconds: z.number() }),
  z.object({ event: z.literal(['paused', 'resumed']), epoch: z.number() }),
  z.object({ event: z.literal('warning'), code: z.string(), message: z.string() }),
  z.object({
    event: z.literal('done'),
    stopped: z.boolean(),
    epoch: z.number(),
    engine: z.string(),
    seconds: z.number(),
    imagesPerSecond: figure,
    metrics,
  }),
  z.object({ event: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string() }),
])

/** One line of the trainer's standard output as an event; null where it is not one (a library's own chatter). */
export function parseTrainerEvent(line: string): TrainerEvent | null {
  if (!line.startsWith('{')) return null
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  const parsed = trainerEvent.safeParse(value)
  return parsed.success ? parsed.data : null
}
