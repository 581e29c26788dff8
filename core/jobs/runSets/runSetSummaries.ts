import { rmSync } from 'node:fs'
import { errorReport } from '../../api/error.ts'
import type { RunSetDetail, RunSetMemberOut, RunSetSummary } from '../../api/runSets.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Project } from '../../store/project.ts'
import { deleteRunSet, listRunSets, type RunSet } from '../../store/runSets.ts'
import { foundRunSet } from './createRunSet.ts'
import { membersOf, type Member } from './memberRequest.ts'
import { runSetFolder } from './setSnapshot.ts'
import { secondsLeft, type TimedRun } from './timeLeft.ts'

interface MemberState {
  readonly shown: RunSetMemberOut
  readonly timed: TimedRun
}

function stateOf(project: Project, { line, options, run, error }: Member): MemberState {
  const row = run === null ? undefined : project.runs.get(run)
  const epoch = row === undefined ? 0 : Math.min(row.epoch, options.epochs)
  const failed = errorReport.safeParse(error).data ?? null
  const state = row?.status ?? (failed === null ? 'waiting' : 'failed')
  return {
    shown: {
      line,
      seed: options.seed,
      tasks: options.tasks,
      run: row?.id ?? null,
      state,
      epoch,
      epochs: options.epochs,
      error: failed,
    },
    timed: {
      kind: JSON.stringify([line, options.tasks]),
      epochs: options.epochs,
      epochsDone: state === 'done' ? options.epochs : epoch,
      seconds: state === 'done' ? (row?.seconds ?? null) : null,
    },
  }
}

function summarise(set: RunSet, members: readonly MemberState[], job: string | null): RunSetSummary {
  const count = (state: string): number => members.filter(({ shown }) => shown.state === state).length
  const timed = members.map((member) => member.timed)
  return {
    set: set.id,
    name: set.name,
    purpose: set.purpose,
    createdAt: set.createdAt,
    runs: members.length,
    done: count('done'),
    failed: count('failed'),
    epochs: timed.reduce((sum, { epochs }) => sum + epochs, 0),
    epochsDone: timed.reduce((sum, { epochsDone }) => sum + epochsDone, 0),
    secondsLeft: secondsLeft(timed),
    job,
  }
}

/** Every set, newest first. `jobOf`: the job that works on a set, where one does. */
export function summariseRunSets(project: Project, jobOf: (set: number) => string | null): RunSetSummary[] {
  return listRunSets(project.connection).map((set) => {
    const members = membersOf(project, set.id).map((member) => stateOf(project, member))
    return summarise(set, members, jobOf(set.id))
  })
}

/** One set with its runs. @throws MendError `unknown-run-set` */
export function detailRunSet(project: Project, id: number, job: string | null): RunSetDetail {
  const set = foundRunSet(project, id)
  const members = membersOf(project, id).map((member) => stateOf(project, member))
  return { summary: summarise(set, members, job), members: members.map(({ shown }) => shown) }
}

/** Takes a set away; its runs stay. @throws MendError `unknown-run-set`, `run-set-busy` */
export function removeRunSet(project: Project, id: number, job: string | null): void {
  const { name } = foundRunSet(project, id)
  if (job !== null) throw new MendError('run-set-busy', `the set ${name} is being trained`, 'stop it first')
  project.transaction((writer) => deleteRunSet(writer.connection, id))
  rmSync(runSetFolder(project, id), { recursive: true, force: true })
}
