import path from 'node:path'
import type { z } from 'zod'
import type { Suspect } from '../../core/api/suspects.ts'
import type { trainingOptions, TrainResult } from '../../core/api/training.ts'
import { count, counts, figure } from '../../core/cli/table.ts'
import type { Loop } from './loop.ts'
import type { Stages } from './stages.ts'
import type { Workspace } from './workspace.ts'

/** Suspects on the page, of all tasks together. */
const pageEntries = 200

/** Both demos: import every source into one project. */
export async function gather(loop: Loop, stages: Stages, sources: readonly string[]): Promise<void> {
  stages.begin(`import ${sources.length} datasets and merge them`)
  await loop.openProject()
  for (const source of sources) await loop.import(source)
  stages.end(await loop.coverage())
}

/** Both demos: one network for all tasks, with instance-level parameters, in a process of its own. */
export async function learn(
  loop: Loop,
  stages: Stages,
  options: z.input<typeof trainingOptions>,
): Promise<TrainResult> {
  stages.begin('train one network on all tasks, and rank the labels that it could not believe')
  const result = await loop.train(options)
  const metrics = Object.entries(result.metrics).flatMap(([task, values]) =>
    Object.entries(values)
      .slice(0, 1)
      .map(([name, value]) => `${task} ${name} ${figure(value)}`),
  )
  stages.note(`on people it did not train on: ${metrics.join(', ')}`)
  const speed = result.imagesPerSecond > 0 ? ` at ${Math.round(result.imagesPerSecond)} images/s` : ''
  stages.end(`run ${result.run}: ${result.epoch} epochs${speed}`)
  return result
}

/** Both demos: what stands out in each task, and the page of pictures. */
export async function showSuspects(
  loop: Loop,
  stages: Stages,
  { page }: Workspace,
  { run, suspects }: TrainResult,
): Promise<void> {
  stages.begin('the suspects')
  for (const [task, { ranked, flagged, estimatedNoise }] of Object.entries(suspects)) {
    const verdict =
      estimatedNoise === null
        ? 'no clear corruption'
        : `${count(flagged)} flagged, about ${(100 * estimatedNoise).toFixed(1)}% wrong`
    stages.note(`${task}: ${count(ranked)} labels ranked, ${verdict}`)
  }
  stages.end(await loop.writePage(run, page, pageEntries))
}

/**
 * Both demos: reject what is flagged, then export the rest. A person would look at the page first; labels are rejected,
 * never removed.
 * @returns task → its ranking
 */
export async function cleanUp(
  loop: Loop,
  stages: Stages,
  { cleaned }: Workspace,
  { run, suspects }: TrainResult,
): Promise<Map<string, Suspect[]>> {
  stages.begin('reject what is flagged, export the rest')
  const rankings = new Map<string, Suspect[]>()
  for (const task of Object.keys(suspects)) rankings.set(task, await loop.suspects(run, task))
  const flagged = [...rankings.values()].flat().filter((suspect) => suspect.flagged)
  const rejected = await loop.reject(
    run,
    flagged.map((suspect) => suspect.label),
  )
  stages.note(`rejected ${count(rejected)} labels`)
  const report = await loop.exportCleaned(cleaned)
  const where = path.relative(process.cwd(), report.out)
  stages.end(`${where} (${report.format}): ${count(report.images)} pictures; ${counts(report.labels)}`)
  return rankings
}
