import path from 'node:path'
import type { Suspect } from '../../core/api/suspects.ts'
import type { PlantedTask } from './plantedErrors.ts'

/** How much of what was planted in a task the ranking found. */
export interface Detected {
  readonly task: string
  readonly kind: string
  /** Labels that were ranked. */
  readonly ranked: number
  readonly planted: number
  /** Planted errors among the first `planted` of the ranking: the detection accuracy of arXiv 2106.06129. */
  readonly foundAtTop: number
  /** Labels beyond the cut, and how many of them were planted. */
  readonly flagged: number
  readonly flaggedPlanted: number
}

/** Name of the person of a picture: the demo's pictures show one each. */
function personOf(suspect: Suspect): string {
  return path.posix.basename(suspect.image, path.posix.extname(suspect.image))
}

/** `ranking`: every label of the task that the run saw, most suspect first. */
export function detect(planted: PlantedTask, ranking: readonly Suspect[]): Detected {
  const wrong = new Set(planted.people)
  const isWrong = (suspect: Suspect): boolean => wrong.has(personOf(suspect))
  const flagged = ranking.filter((suspect) => suspect.flagged)
  return {
    task: planted.task,
    kind: planted.kind,
    ranked: ranking.length,
    planted: wrong.size,
    foundAtTop: ranking.slice(0, wrong.size).filter(isWrong).length,
    flagged: flagged.length,
    flaggedPlanted: flagged.filter(isWrong).length,
  }
}

/** Share in percent, of nothing: a dash. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`
}
