import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import type { SnapshotManifest } from '../snapshot/manifest.ts'
import { openSnapshot, type Snapshot } from '../snapshot/read.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { labelledPeople } from '../training/labelledPeople.ts'
import { noiseKinds } from '../training/noise/kinds.ts'
import { noiseKindOf, plantNoise, type PlantedNoise } from '../training/noise/plantNoise.ts'

export interface NoisePlan {
  readonly task: string
  readonly kind: string
  readonly share: number
}

export interface PlantedTask {
  readonly task: string
  readonly kind: string
  /** Share of the training labels that was asked for. */
  readonly share: number
  /** Database ids of the labels whose copies are wrong now. */
  readonly labels: readonly number[]
  /** Training labels of the task, wrong ones included. */
  readonly present: number
}

/** The kind of noise for each task: the one asked for by task name or task kind, else the paper's. */
export function noisePlans(
  tasks: readonly { readonly name: string; readonly schema: TaskSchema }[],
  kinds: readonly { readonly task: string; readonly kind: string }[],
  share: number,
): NoisePlan[] {
  const matches = (task: (typeof tasks)[number], wanted: string): boolean =>
    task.name === wanted || task.schema.kind === wanted
  for (const { task } of kinds) {
    if (tasks.some((candidate) => matches(candidate, task))) continue
    const known = tasks.map((candidate) => candidate.name).join(', ')
    throw new MendError(
      'unknown-task',
      `noise was asked for task ${task}, which is not audited`,
      `audited tasks: ${known}`,
    )
  }
  return tasks.map((task) => {
    const kind = kinds.findLast((choice) => matches(task, choice.task))?.kind ?? noiseKinds[task.schema.kind][0]
    if (kind !== undefined) return { task: task.name, kind: noiseKindOf(task.schema, kind), share }
    throw new MendError(
      'no-noise-kind',
      `labels of task ${task.name} (${task.schema.kind}) take no planted noise`,
      'name the tasks to audit with --tasks',
    )
  })
}

function plantTask(snapshot: Snapshot, plan: NoisePlan, seed: number): { planted: PlantedNoise; report: PlantedTask } {
  const task = snapshot.manifest.tasks.find((candidate) => candidate.name === plan.task)
  if (task === undefined)
    throw new MendError('unknown-task', `the snapshot has no task ${plan.task}`, 'freeze it again')
  const present = labelledPeople(snapshot, 'train', [plan.task])
  const layout = snapshot.layout(plan.task)
  const planted = plantNoise({
    schema: task.schema,
    kind: plan.kind,
    row: (index) => {
      const row = layout.allocate(layout.length)
      snapshot.readRows(plan.task, [index], row)
      return row
    },
    present,
    fraction: plan.share,
    seed,
    height: snapshot.manifest.height,
    width: snapshot.manifest.width,
  })
  const ids = snapshot.labelIds(plan.task)
  const labels = Array.from(planted.corrupted, (person) => ids[person])
  return { planted, report: { task: plan.task, kind: plan.kind, share: plan.share, labels, present: present.length } }
}

function overwriteRows(folder: string, file: string, planted: PlantedNoise): void {
  const descriptor = openSync(join(folder, file), 'r+')
  try {
    planted.rows.forEach((row, at) => {
      const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength)
      writeSync(descriptor, bytes, 0, bytes.length, planted.corrupted[at] * bytes.length)
    })
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Plants known errors in a frozen snapshot: training labels only, validation stays clean, nothing outside the folder
 * changes. The snapshot gets an id of its own, since its contents are others now.
 */
export function plantIntoSnapshot(folder: string, plans: readonly NoisePlan[], seed: number): PlantedTask[] {
  const snapshot = openSnapshot(folder)
  try {
    const reports = plans.map((plan) => {
      const { planted, report } = plantTask(snapshot, plan, seed)
      const task = snapshot.manifest.tasks.find((candidate) => candidate.name === plan.task)
      if (task !== undefined) overwriteRows(folder, task.file, planted)
      return report
    })
    const id = createHash('sha256')
      .update(JSON.stringify([snapshot.manifest.id, plans, seed]))
      .digest('hex')
    const file = join(folder, 'manifest.json')
    const manifest = { ...(JSON.parse(readFileSync(file, 'utf8')) as SnapshotManifest), id }
    writeFileSync(`${file}.partial`, `${JSON.stringify(manifest, null, 1)}\n`)
    renameSync(`${file}.partial`, file)
    return reports
  } finally {
    snapshot.close()
  }
}
