import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { RunEstimate, TrainingChoices } from '../api/runs.ts'
import type { TrainingOptions } from '../api/training.ts'
import { componentNames } from '../dataset/task.ts'
import { rowLayout } from '../snapshot/layout.ts'
import type { Project } from '../store/project.ts'
import type { Run } from '../store/runs.ts'
import type { Task } from '../store/tasks.ts'
import { refuseNetwork } from '../training/networkChoices.ts'
import { chosenTasks, learningObstacle } from './runPreparation.ts'
import { runConfiguration } from './runSummaries.ts'

interface TaskCounts {
  readonly labels: number
  readonly verified: number
}

/** Task → labels in force that can be learnt from. */
function labelCounts(project: Project): ReadonlyMap<string, TaskCounts> {
  const rows = project.connection.all<{ task: string; labels: number; verified: number }>(
    `SELECT task.name AS task, count(*) AS labels, sum(label.state = 'verified') AS verified
     FROM label JOIN task ON task.id = label.task_id
     WHERE label.current = 1 AND label.state IN ('labelled', 'verified') GROUP BY task.id`,
  )
  return new Map(rows.map(({ task, labels, verified }) => [task, { labels, verified }]))
}

/** Tasks of the project with what there is to learn from. */
export function trainingChoicesOf(project: Project): TrainingChoices {
  const counts = labelCounts(project)
  return {
    people: project.connection.one<{ people: number }>('SELECT count(*) AS people FROM person').people,
    tasks: project.tasks.all().map((task) => {
      const { name, schema } = task
      const { labels, verified } = counts.get(name) ?? { labels: 0, verified: 0 }
      const refusal = learningObstacle(project, task)
      return { name, kind: schema.kind, components: componentNames(schema).length, labels, verified, refusal }
    }),
  }
}

/** People with a label of one of the tasks, by split; those without one are drawn by the validation share. */
function peopleBySplit(
  project: Project,
  tasks: readonly string[],
  { validationShare, limit }: TrainingOptions,
): RunEstimate['people'] {
  const marks = tasks.map(() => '?').join(', ')
  const rows = project.connection.all<{ split: string | null; people: number }>(
    `SELECT image.split AS split, count(*) AS people FROM person JOIN image ON image.id = person.image_id
     WHERE EXISTS (SELECT 1 FROM label JOIN task ON task.id = label.task_id
       WHERE label.person_id = person.id AND label.current = 1 AND label.state IN ('labelled', 'verified')
         AND task.name IN (${marks})) GROUP BY image.split`,
    ...tasks,
  )
  const of = (split: string | null): number => rows.find((row) => row.split === split)?.people ?? 0
  const all = rows.reduce((sum, row) => sum + row.people, 0)
  const share = limit === undefined || all === 0 ? 1 : Math.min(1, limit / all)
  const drawn = of(null)
  return {
    train: Math.round(share * (of('train') + drawn * (1 - validationShare))),
    val: Math.round(share * (of('val') + drawn * validationShare)),
    test: Math.round(share * of('test')),
  }
}

/** Bytes of the frozen set: an RGB crop a person, and for each task a row, a presence byte and a label id. */
function snapshotBytes(people: number, tasks: readonly Task[], height: number, width: number): number {
  const rows = tasks.reduce((sum, { schema }) => {
    const { length, bytesPerElement } = rowLayout(schema, height, width)
    return sum + length * bytesPerElement + 1 + 8
  }, 0)
  return people * (height * width * 3 + rows + 1 + 8 + 48)
}

interface Measure {
  readonly run: number
  readonly imagesPerSecond: number
  readonly memoryMb: number | null
  readonly scaled: boolean
}

/** The newest run of the same model whose speed is known; one of the same crop size is preferred. */
function measuredSpeed(project: Project, options: TrainingOptions): Measure | null {
  let best: Measure | null = null
  for (let after = 0; ;) {
    const page = project.runs.list({ after, limit: 200 })
    for (const run of page.items) {
      const measure = measureOf(project, run, options)
      if (measure !== null && (best === null || best.scaled || !measure.scaled)) best = measure
    }
    if (page.next === null) return best
    after = page.next
  }
}

function measureOf(project: Project, run: Run, options: TrainingOptions): Measure | null {
  const parsed = runConfiguration.safeParse(run.configuration)
  if (!parsed.success) return null
  const same = (['model', 'network', 'norm'] as const).every((name) => parsed.data[name] === options[name])
  if (!same) return null
  if (options.engine !== 'auto' && run.engine !== options.engine) return null
  const { height, width } = parsed.data
  const epochs = project.history.epochs(run.id)
  const speed = run.imagesPerSecond ?? epochs.at(-1)?.imagesPerSecond ?? null
  if (speed === null || speed <= 0) return null
  // Convolutions cost what their area costs.
  const area = (height * width) / (options.height * options.width)
  const scaled = height !== options.height || width !== options.width
  const memory = epochs.reduce((most, { rssMb }) => Math.max(most, rssMb ?? 0), 0)
  return { run: run.id, imagesPerSecond: speed * area, memoryMb: scaled || memory === 0 ? null : memory, scaled }
}

/** The tensor library is loaded when the first estimate needs it: most of what the service does goes without. */
async function costOf(options: TrainingOptions, tasks: readonly Task[]): Promise<RunEstimate['network']> {
  const { networkCost } = await import('../model/networkCost.ts')
  return networkCost(options, Object.fromEntries(tasks.map(({ name, schema }) => [name, schema])), options)
}

/**
 * What a run with these options would use and how long it would take, by the speed that was measured last; nothing is
 * frozen or started. @throws MendError `unknown-task`, `nothing-to-learn`
 */
export async function estimateRun(project: Project, options: TrainingOptions): Promise<RunEstimate> {
  const tasks = chosenTasks(project, options.tasks)
  const counts = labelCounts(project)
  const people = peopleBySplit(
    project,
    tasks.map(({ name }) => name),
    options,
  )
  const measure = measuredSpeed(project, options)
  const disk = statfsSync(project.folder)
  return {
    tasks: tasks.map(({ name }) => ({ task: name, labels: counts.get(name)?.labels ?? 0 })),
    people,
    steps: options.batch === 'auto' ? null : Math.ceil(people.train / options.batch) * options.epochs,
    snapshotBytes: snapshotBytes(people.train + people.val + people.test, tasks, options.height, options.width),
    freeBytes: disk.bavail * disk.bsize,
    memoryMb: measure?.memoryMb ?? null,
    totalMemoryMb: totalmem() / 2 ** 20,
    network: refuseNetwork(options) === null ? await costOf(options, tasks) : null,
    seconds: measure === null ? null : (people.train * options.epochs) / measure.imagesPerSecond,
    measuredBy:
      measure === null ? null : { run: measure.run, imagesPerSecond: measure.imagesPerSecond, scaled: measure.scaled },
  }
}
