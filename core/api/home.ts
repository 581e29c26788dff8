import { z } from 'zod'
import { jobSummary } from './job.ts'
import { place, placeName } from './place.ts'
import { projectFolder, projectInput } from './project.ts'

/** A project is named by its folder in process, and by an opaque reference over HTTP. */
export const openedProject = z.object({ project: projectFolder, name: z.string() })

export const createProjectInput = z.object({
  /** Folder that the project's folder is made in. */
  place,
  /** With or without `.mend`. */
  name: placeName,
})
export const openProjectInput = z.object({ place })

export const recentProject = openedProject.extend({
  /** Where it lies, to be shown; nothing accepts it as input. */
  shownFolder: z.string(),
  openedAt: z.string(),
  /** False: the folder was moved or deleted, or its disk is not there. */
  present: z.boolean(),
})
export type RecentProject = z.infer<typeof recentProject>

/** What lies in a project and what waits in it, for Home. */
export const projectSummary = openedProject.extend({
  shownFolder: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  /** Labels in force that have a value. */
  labels: z.number().int(),
  verified: z.number().int(),
  tasks: z.number().int(),
  sources: z.number().int(),
  /** People × tasks without a label in force. */
  unlabelled: z.number().int(),
  /** Of the newest finished run; null where nothing was trained to the end. */
  suspects: z
    .object({
      run: z.number().int(),
      flagged: z.number().int(),
      /** Flagged and not decided yet. */
      waiting: z.number().int(),
    })
    .nullable(),
  /** Runs that were interrupted and can be continued. */
  interruptedRuns: z.array(z.number().int()),
  /** Jobs of this service on the project that have not ended. */
  jobs: z.array(jobSummary),
  /** At most twelve pictures spread over the project, for `/media/PROJECT/people/PERSON/crop`. */
  strip: z.array(z.object({ image: z.number().int(), person: z.number().int() })),
  /** A project of *Try the sample* knows its planted errors (`projects.planted`). */
  sample: z.boolean(),
})
export type ProjectSummary = z.infer<typeof projectSummary>

export const sampleInput = z.object({
  people: z.number().int().min(40).max(5000).default(320),
  /** Share of the labels of each task that is made wrong. */
  noise: z.number().min(0.01).max(0.5).default(0.12),
  seed: z.number().int().min(0).default(7),
})
/** Result of a `sample` job. */
export const sampleResult = z.object({
  project: projectFolder,
  name: z.string(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  /** Task → how many of its labels are wrong. */
  planted: z.record(z.string(), z.number().int()),
  seconds: z.number(),
})
export type SampleResult = z.infer<typeof sampleResult>

/** How many of the sample's planted errors are found; empty for a project without any. */
export const plantedReport = z.array(
  z.object({
    task: z.string(),
    kind: z.string(),
    planted: z.number().int(),
    /** Of those, flagged by the newest finished run; null where there is none. */
    flagged: z.number().int().nullable(),
    /** Of those, not the wrong value any more: rejected, or changed since. */
    fixed: z.number().int(),
    /** Of those, kept as right by a person. */
    kept: z.number().int(),
  }),
)
export type PlantedReport = z.infer<typeof plantedReport>

/** Bytes by what they are. */
export const projectStorage = openedProject.extend({
  shownFolder: z.string(),
  database: z.number().int(),
  assets: z.number().int(),
  images: z.number().int(),
  thumbs: z.number().int(),
  runs: z.number().int(),
  staging: z.number().int(),
})
export type ProjectStorage = z.infer<typeof projectStorage>

export const forgetProjectInput = projectInput
export const forgetProjectResult = z.object({ forgotten: z.boolean() })
/** Bytes that are free now; thumbnails are made again as they are looked at. */
export const clearedThumbnails = z.object({ bytes: z.number().int() })
