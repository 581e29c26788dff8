import { z } from 'zod'
import { rankTasks } from '../ranking/rankTasks.ts'
import { signalNames } from '../ranking/signalFields.ts'
import { summariseTask, type TaskSummary } from '../ranking/summary.ts'
import type { Project } from '../store/project.ts'
import { fillCutValues, readSummary, writeSummary } from '../store/suspectSummaries.ts'
import { readTaskHistories } from '../training/runFiles.ts'
import { runConfiguration } from './runSummaries.ts'

const quartiles = z.tuple([z.number(), z.number(), z.number()]).nullable()

const shape: z.ZodType<TaskSummary> = z.object({
  labels: z.number(),
  cut: z.object({
    verdict: z.enum(['corruption', 'none']),
    signal: z.enum(['s', 'meanLoss']),
    threshold: z.number().nullable(),
    estimatedNoise: z.number(),
    separation: z.number(),
    explanation: z.string(),
  }),
  distribution: z
    .object({ low: z.number(), high: z.number(), counts: z.array(z.number()), wrong: z.array(z.number()).nullable() })
    .nullable(),
  signals: z.partialRecord(z.enum(signalNames), z.array(z.number())),
  course: z.object({ epochs: z.array(z.number()), s: z.array(quartiles), loss: z.array(quartiles) }),
  components: z.array(z.object({ name: z.string(), centre: z.number(), spread: z.number() })),
  warmupEpochs: z.number(),
})

export interface ReviewedSummary {
  readonly summary: TaskSummary
  /** Where a person put the cut; null: where the ranking proposes it. */
  readonly chosenCut: number | null
}

/** What the ranking of a task says as a whole; null: it was made by an earlier version (`completeSummaries`). */
export function taskSummary(project: Project, run: number, task: number): ReviewedSummary | null {
  const stored = readSummary(project.connection, run, task)
  return stored === undefined ? null : { summary: shape.parse(stored.summary), chosenCut: stored.cut }
}

/** Runs that were looked at in vain in this process: their records are gone. */
const incompletable = new Set<string>()

/**
 * Works out the summaries of a run that an earlier version ranked, from its records, once. A run whose records are gone
 * stays without: its order can be read, its distribution not.
 */
export function completeSummaries(project: Project, run: number, tasks: readonly { name: string; id: number }[]): void {
  const folder = project.runFolder(run)
  const missing = tasks.filter(({ id }) => readSummary(project.connection, run, id) === undefined)
  if (missing.length === 0 || incompletable.has(folder)) return
  try {
    const { warmupEpochs } = runConfiguration.parse(project.runs.get(run)?.configuration)
    const ranked = rankTasks(readTaskHistories(folder), { warmupEpochs })
    project.transaction((writer) => {
      for (const { name, id } of missing) {
        const task = ranked.find(({ signals }) => signals.history.task === name)
        if (task === undefined) continue
        writeSummary(writer.connection, run, id, summariseTask(task, warmupEpochs))
        fillCutValues(writer.connection, run, id, task.cut.signal)
      }
    })
  } catch {
    incompletable.add(folder)
  }
}
