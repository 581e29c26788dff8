import { z } from 'zod'
import { peopleSelection } from './browse.ts'
import { computedNetwork, preferences } from './controllable.ts'
import { projectInput } from './project.ts'

const id = z.number().int().positive()

/** Whom a run's network is to say something of; the job's result is a `predictResult`. */
export const predictInput = projectInput.extend({
  /** Missing: the newest that is done and learnt the tasks. */
  run: id.optional(),
  /** Missing: all that the run learnt. */
  tasks: z.array(z.string()).min(1).optional(),
  /** Missing: everybody. Labels are written for those who have none of a task. */
  selection: peopleSelection.optional(),
  /** As text, in place of the selection: `split=…,source=…` (dataset/exportFilter.ts). */
  filter: z.string().optional(),
  /** Of a run with a choice: how much each task matters; missing: all alike. */
  prefer: preferences.optional(),
  /** Of a run with a choice: multiply-adds that an image may take; missing: as many as the largest network takes. */
  budget: z.number().positive().optional(),
  /** A file of JSON lines, with everybody chosen, labelled or not; missing: labels are written into the project. */
  out: z.string().min(1).optional(),
  by: z.string().trim().min(1).max(80).default('you'),
})

export const predictResult = z.object({
  run: id,
  /** People predicted, and those left out since their pictures cannot be read. */
  people: z.number().int(),
  skipped: z.number().int(),
  /** Task → labels written. */
  labels: z.record(z.string(), z.number().int()),
  /** For `browse.undo`; null: nothing was written into the project. */
  action: z.number().int().nullable(),
  out: z.string().nullable(),
  /** People who can be compared by an identity task since, and could not before. */
  compared: z.number().int(),
  /** What was computed of a network with a choice, where one was made. */
  computed: computedNetwork.nullable(),
  /** Of the network's work alone. */
  seconds: z.number(),
  imagesPerSecond: z.number(),
})
export type PredictResult = z.infer<typeof predictResult>

export const similarInput = projectInput.extend({
  /** An identity task. */
  task: z.string(),
  person: id,
  limit: z.number().int().min(1).max(200).default(24),
})
/** Who looks most like a person to the newest finished run that learnt the task. */
export const similarPeople = z.object({
  /** null: no finished run learnt it. */
  run: id.nullable(),
  /** Whether the run has seen this person: if not, predict first. */
  known: z.boolean(),
  /** One person a known identity, the most similar, and people of whom nobody knows who they are; most similar first. */
  people: z.array(
    z.object({
      person: id,
      image: id,
      /** null: nobody knows. */
      identity: z.string().nullable(),
      /** Pictures of that identity among the compared. */
      pictures: z.number().int(),
      /** Cosine, −1 … 1. */
      similarity: z.number(),
    }),
  ),
})
export type SimilarPeople = z.infer<typeof similarPeople>
