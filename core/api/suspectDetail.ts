import { z } from 'zod'
import { labelOrigins, labelStates } from '../dataset/label.ts'
import { signalNames } from '../ranking/signalFields.ts'
import { box, drawnValue, taskSchema } from './labels.ts'
import { projectInput } from './project.ts'
import { madeDecisions, queuedSuspect } from './suspects.ts'

export const suspectDetailInput = projectInput.extend({
  run: z.number().int().positive(),
  label: z.number().int().positive(),
  /** Most cells along the longer side of a mask or depth map. */
  side: z.number().int().min(16).max(4096).default(768),
})

const signal = z.object({
  name: z.enum(signalNames),
  title: z.string(),
  description: z.string(),
  value: z.number(),
  /** Share (0 … 1) of the task's labels with a lower value. */
  percentile: z.number(),
})

const quartiles = z.tuple([z.number(), z.number(), z.number()]).nullable()

const component = z.object({
  index: z.number().int(),
  name: z.string(),
  /** Deviations of its mean loss from what is usual for this component; null: not part of this label. */
  deviation: z.number().nullable(),
  /** Its parameter s = log σ² after training; null: none. */
  s: z.number().nullable(),
})
export type SuspectComponent = z.infer<typeof component>

const neighbour = z.object({
  label: z.number().int(),
  person: z.number().int(),
  box: box.nullable(),
  rank: z.number().int(),
  headline: z.string(),
  decision: z.enum(madeDecisions).nullable(),
})

/** Everything that there is to see of one suspect; places in pixels of the upright image. */
export const suspectDetail = z.object({
  suspect: queuedSuspect,
  task: z.string(),
  schema: taskSchema,
  person: z.object({
    id: z.number().int(),
    image: z.number().int(),
    imageWidth: z.number().int(),
    imageHeight: z.number().int(),
    box: box.nullable(),
  }),
  /** What the network saw of the image. */
  window: box.nullable(),
  /** The label as it is now. */
  given: drawnValue.nullable(),
  /** What the label was when the run was trained, where it was changed since; null: as it is now. */
  trained: drawnValue.nullable(),
  /** null: the run's predictions are gone, or the task has none. */
  predicted: drawnValue.nullable(),
  /** Identities: whom the network takes the person for, and whose picture says so; null: another kind, or nobody was compared. */
  believed: z
    .object({
      identity: z.string(),
      person: z.number().int(),
      image: z.number().int(),
      box: box.nullable(),
      /** Cosine, −1 … 1. */
      similarity: z.number(),
    })
    .nullable(),
  /** Attributes: probability of each being true. */
  probabilities: z.array(z.number()).nullable(),
  epoch: z.number().int(),
  signals: z.array(signal),
  components: z.array(component),
  /** Course over the recorded epochs; null where the run's records are gone. */
  course: z
    .object({
      epochs: z.array(z.number().int()),
      s: z.array(z.number().nullable()),
      loss: z.array(z.number().nullable()),
      typicalS: z.array(quartiles),
      typicalLoss: z.array(quartiles),
    })
    .nullable(),
  origin: z.enum(labelOrigins),
  state: z.enum(labelStates),
  importedAt: z.string().nullable(),
  /** Oldest first; state and origin are what the label was before each. */
  history: z.array(
    z.object({
      at: z.string(),
      by: z.string(),
      why: z.string(),
      state: z.enum(labelStates),
      origin: z.enum(labelOrigins),
    }),
  ),
  /** The person's other labels that the run ranked. */
  otherTasks: z.array(
    z.object({
      task: z.string(),
      label: z.number().int(),
      rank: z.number().int(),
      ranked: z.number().int(),
      flagged: z.boolean(),
    }),
  ),
  /** Other people of the same picture. */
  samePicture: z.array(z.object({ person: z.number().int(), box: box.nullable() })),
  /** The nearest suspects of the same source, with the same component standing out where one does. */
  sameSource: z.array(neighbour),
})
export type SuspectDetail = z.infer<typeof suspectDetail>

/** Labels with the model's predictions for tiles: the pictures of `suspectDetail` without what is said about them. */
export const drawnSuspectsInput = projectInput.extend({
  run: z.number().int().positive(),
  labels: z.array(z.number().int().positive()).max(200),
  side: z.number().int().min(16).max(1024).default(160),
})
export const drawnSuspects = z.array(
  suspectDetail.pick({ schema: true, person: true, given: true, predicted: true }).extend({
    label: z.number().int(),
    component: z.string().nullable(),
  }),
)
export type DrawnSuspect = z.infer<typeof drawnSuspects>[number]
