import type { PlantedReport } from '../../../core/api/home.ts'
import type { SuspectTask } from '../../../core/api/suspects.ts'
import { formatCount, formatPercent } from '../../ui/numbers.ts'
import { progressOf } from './suspectTask.ts'

export type PlantedTask = PlantedReport[number]

/** What became of the errors that the sample has in a task, in a sentence or two. */
export function plantedWords(planted: PlantedTask, task: SuspectTask): string {
  const { done, total } = progressOf(task)
  const all = `${formatCount(planted.planted)} planted errors`
  if (done === 0) {
    return `This sample knows its errors. Decide about the flagged labels, and here stands how many of the ${all} you found.`
  }
  const found = `${formatCount(planted.fixed)} of ${all} found (${formatPercent(planted.fixed / Math.max(1, planted.planted))})`
  const kept = planted.kept === 0 ? '' : ` ${formatCount(planted.kept)} kept as right.`
  if (done < total) return `${found} so far.${kept}`
  const missed = planted.flagged === null ? 0 : planted.planted - planted.flagged
  const unflagged = missed === 0 ? '' : ` ${formatCount(missed)} were not flagged: they stand further down the queue.`
  return `All flagged labels are decided: ${found}.${kept}${unflagged}`
}
