import { resolve } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import { rankingRun } from '../jobs/runSummaries.ts'
import { suspectDetails, type SuspectDetail } from '../jobs/suspectDetails.ts'
import { checkTask, type SuspectQuery } from '../jobs/suspects.ts'
import type { Affine } from '../media/crop.ts'
import { PicturePool } from '../media/pool.ts'
import type { SignalName } from '../ranking/signalFields.ts'
import { signalNames } from '../ranking/signalFields.ts'
import type { Project } from '../store/project.ts'
import type { Picture, SuspectEntry, SuspectRows } from './suspectsPage/entry.ts'
import { writeSuspectsPage } from './suspectsPage/writeSuspectsPage.ts'

export interface RunPageOptions extends SuspectQuery {
  readonly out: string
}

/** Crops are shown this high: sharp enough to judge a label, small enough for 200 on a page of 10 MB. */
const shownHeightPx = 360
const schemaMismatch = 'the run’s files do not fit its tasks'

function rowsOf({ schema, given, predicted }: SuspectDetail): SuspectRows {
  const misfit = (): MendError => new MendError('records-corrupt', schemaMismatch, 'train again')
  switch (schema.kind) {
    case 'attributes':
      if (!(given instanceof Int8Array && predicted instanceof Float32Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'parts':
      if (!(given instanceof Uint8Array && predicted instanceof Uint8Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'normals':
      if (!(given instanceof Uint8Array && predicted instanceof Uint8Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'keypoints':
      if (!(given instanceof Float32Array && predicted instanceof Float32Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'depth':
      if (!(given instanceof Float32Array && predicted instanceof Float32Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'vector':
      if (!(given instanceof Float32Array && predicted instanceof Float32Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted }
    case 'identity':
      if (!(given instanceof Int32Array)) throw misfit()
      return { kind: schema.kind, schema, given, predicted: null }
  }
}

/** The crop at a size to look at, from the picture itself; the small one of the training set where that is gone. */
async function shownCrop(project: Project, pool: PicturePool, detail: SuspectDetail): Promise<Picture> {
  const { crop, affine, suspect } = detail
  const image = project.images.get(suspect.image)
  const factor = Math.max(1, Math.round(shownHeightPx / crop.height))
  if (image === undefined) return crop
  const [a, b, c, d, e, f] = affine
  const enlarged: Affine = [a * factor, b * factor, c * factor, d * factor, e * factor, f * factor]
  const size = { width: crop.width * factor, height: crop.height * factor }
  try {
    return { ...size, rgb: await pool.crop(image.file, [enlarged], size) }
  } catch (error) {
    if (error instanceof MendError) return crop
    throw error
  }
}

function entryOf(detail: SuspectDetail, crop: Picture): SuspectEntry {
  const { suspect, signals, trajectory, worstComponent } = detail
  const known = (name: string): name is SignalName => signalNames.some((candidate) => candidate === name)
  return {
    task: suspect.task,
    labelId: suspect.label,
    personId: suspect.person,
    image: suspect.imagePath,
    source: suspect.source ?? 'made in the project',
    rank: suspect.rank,
    score: suspect.score,
    why: suspect.why,
    signals: Object.fromEntries(Object.entries(signals).filter(([name]) => known(name))),
    trajectory,
    crop,
    frame: { width: detail.crop.width, height: detail.crop.height },
    rows: rowsOf(detail),
    worstComponent,
  }
}

/**
 * Writes one self-contained page of a run's worst labels with pictures.
 * @throws MendError `unknown-task`, `unknown-run`, `no-run`, `predictions-missing`
 */
export async function writeRunPage(
  project: Project,
  options: RunPageOptions,
): Promise<{ out: string; entries: number; bytes: number }> {
  checkTask(project, options.task)
  const run = rankingRun(project, options.run, options.task)
  const suspects = project.suspects.worst({ run: run.id, task: options.task, limit: options.top })
  const out = resolve(options.out)
  const pool = new PicturePool()
  async function* entries(): AsyncGenerator<SuspectEntry> {
    for (const detail of suspectDetails(project, run.id, suspects)) {
      yield entryOf(detail, await shownCrop(project, pool, detail))
    }
  }
  try {
    return await writeSuspectsPage({ title: `${project.name}: suspects of run ${run.id}`, entries: entries(), out })
  } finally {
    await pool.close()
  }
}
