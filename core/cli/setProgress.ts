import type { JobNotice } from '../api/job.ts'
import { runSetResult, type RunSetResult } from '../api/runSets.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'
import { count } from './table.ts'

/** What people and programs see of a set while its runs are trained: a line for each run that begins or ends. */
function showSetNotice(output: Output, notice: JobNotice): void {
  if (notice.event === 'warning') {
    output.event(notice)
    output.note(`warning: ${notice.message}`)
    return
  }
  if (notice.event !== 'member') return
  const { line, seed, run, state, epochs, message } = notice
  const words: Readonly<Record<typeof state, string | undefined>> = {
    kept: `run ${run} is there already`,
    started: `run ${run} begins, ${count(epochs)} epochs`,
    epoch: undefined,
    done: `run ${run} is done`,
    failed: `failed: ${message}`,
  }
  const text = words[state]
  output.event(notice, text === undefined ? undefined : `${line}, seed ${seed}: ${text}`)
}

/** Follows a set to its end and prints what came of it. */
export async function followSet(session: Session, output: Output, job: string): Promise<RunSetResult> {
  return session.follow(job, output, { result: runSetResult, onNotice: (notice) => showSetNotice(output, notice) })
}

/** `table: 12 runs, 3 of them there already, 40 min; 1 failed` */
export function setResultText({ name, runs, kept, failed, seconds }: RunSetResult): string {
  const lost = failed.map(({ line, seed, message }) => `  failed: ${line}, seed ${seed}: ${message}`)
  const head = `${name}: ${count(runs)} runs, ${count(kept)} of them there already, ${(seconds / 60).toFixed(1)} min`
  return [failed.length > 0 ? `${head}; ${failed.length} failed` : head, ...lost].join('\n')
}
