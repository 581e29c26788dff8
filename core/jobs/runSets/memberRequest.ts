import { z } from 'zod'
import { plantedNoise, type PlantedNoiseChoice } from '../../api/runSets.ts'
import { trainingOptions, type TrainingOptions } from '../../api/training.ts'
import { runSetMembers } from '../../store/runSets.ts'
import type { Project } from '../../store/project.ts'

const memberRequest = z.object({
  /** With tasks by name and the seed that the member is trained with. */
  options: trainingOptions.required({ tasks: true }),
  noise: plantedNoise.optional(),
  /** Line whose run of the same seed is the filter bank. */
  bank: z.string().optional(),
  /** Tasks of all members that are frozen alike: they train on one set, whichever of its tasks they learn. */
  frozenTasks: z.array(z.string()),
})
export type MemberRequest = z.infer<typeof memberRequest>

/** One run of a set: what was asked for, and the run that it has become. */
export interface Member extends MemberRequest {
  readonly position: number
  readonly line: string
  readonly run: number | null
  readonly error: unknown
}

/** The members of a set in their order. */
export function membersOf(project: Project, set: number): Member[] {
  return runSetMembers(project.connection, set).map(({ request, ...member }) => ({
    ...member,
    ...memberRequest.parse(request),
  }))
}

/** What members must have in common to train on the same frozen set. */
export function frozenAlike(options: TrainingOptions, noise: PlantedNoiseChoice | undefined): string {
  const { height, width, margin, validationShare, limit, sources } = options
  return JSON.stringify([height, width, margin, validationShare, limit ?? null, sources ?? null, noise ?? null])
}
