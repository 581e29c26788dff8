import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SnapshotManifest } from '../../snapshot/manifest.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Project } from '../../store/project.ts'
import type { JobContext } from '../jobRunner.ts'
import { linkFolder } from '../linkFolder.ts'
import { noisePlans, plantIntoSnapshot } from '../plantedNoise.ts'
import { frozenFolder } from '../runPredictions.ts'
import { chosenTasks, freezeInto, withTraining } from '../runPreparation.ts'
import { frozenAlike, type MemberRequest } from './memberRequest.ts'

/** Draws splits, limits and planted errors: the same for all seeds of a set, so that they differ in training alone. */
const drawSeed = 1

/** Where a set keeps its training sets. */
export function runSetFolder(project: Project, set: number): string {
  return join(project.folder, 'runsets', String(set))
}

/** A training set that several runs use, complete in a folder. */
export interface SharedSnapshot {
  readonly folder: string
  readonly manifest: SnapshotManifest
}

function manifestOf(folder: string): SnapshotManifest {
  const snapshot = openSnapshot(folder)
  snapshot.close()
  return snapshot.manifest
}

/**
 * The training set of a member, frozen when the first member needs it and the same ever after, whatever becomes of the project's
 * labels meanwhile. @throws MendError as `freezeInto`, `noise-not-applicable`
 */
export async function setSnapshot(
  project: Project,
  set: number,
  { options, noise, frozenTasks }: MemberRequest,
  context: Pick<JobContext, 'signal' | 'progress' | 'notice'>,
): Promise<SharedSnapshot> {
  const name = createHash('sha256')
    .update(JSON.stringify([frozenAlike(options, noise), frozenTasks]))
    .digest('hex')
    .slice(0, 16)
  const folder = join(runSetFolder(project, set), name)
  if (existsSync(folder)) return { folder, manifest: manifestOf(folder) }
  const configuration = { tasks: frozenTasks, height: options.height, width: options.width, seed: drawSeed }
  if (noise === undefined)
    return {
      folder,
      manifest: withTraining(folder, await freezeInto(project, folder, configuration, options, context)),
    }
  // Complete with its errors, or not there.
  const clean = `${folder}.clean`
  await rm(clean, { recursive: true, force: true })
  withTraining(clean, await freezeInto(project, clean, configuration, options, context))
  const tasks = chosenTasks(project, frozenTasks).filter(({ name: task, schema }) =>
    noise.choices.some((choice) => choice.task === task || choice.task === schema.kind),
  )
  plantIntoSnapshot(clean, noisePlans(tasks, noise.choices, noise.share), drawSeed)
  await rename(clean, folder)
  return { folder, manifest: manifestOf(folder) }
}

/** Gives a run its training set: the same files under another name, which nobody writes to. */
export async function linkSnapshot({ folder }: SharedSnapshot, runFolder: string): Promise<void> {
  const target = join(runFolder, frozenFolder)
  if (!existsSync(target)) await linkFolder(folder, target)
}
