import { mkdirSync } from 'node:fs'
import type { RunSetResult } from '../../api/runSets.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Project } from '../../store/project.ts'
import { setMemberError, setMemberRun } from '../../store/runSets.ts'
import type { Run } from '../../store/runs.ts'
import { JobCancelled, reportError, type JobContext } from '../jobRunner.ts'
import { lockRun } from '../runLock.ts'
import { chosenTasks, configurationOf } from '../runPreparation.ts'
import { runConfiguration } from '../runSummaries.ts'
import { withProjectKnowledge } from '../taskKnowledge.ts'
import { createRun, guardRun, queueResume, queueRun, trainPrepared, trainQueued, type NewRun } from '../trainRun.ts'
import { taskFigures } from '../trainerSupervisor.ts'
import { foundRunSet } from './createRunSet.ts'
import { membersOf, type Member, type MemberRequest } from './memberRequest.ts'
import { memberContext, SetProgress } from './setProgress.ts'
import { findSameRun } from './sameRun.ts'
import { linkSnapshot, setSnapshot } from './setSnapshot.ts'

interface Outcome {
  /** `kept`: it had been trained before. */
  readonly outcome: 'done' | 'kept'
  readonly run: number
}

/**
 * Trains every run of a set that is not done yet, one after the other; each is an ordinary run of the project. A run that exists with
 * the same training set and configuration is kept, one that was interrupted is continued from its checkpoint. A run that fails is
 * noted and the others go on. @throws MendError `unknown-run-set`; JobCancelled
 */
export async function trainRunSet(project: Project, id: number, context: JobContext): Promise<RunSetResult> {
  const set = foundRunSet(project, id)
  const hint = `continue it with: mend sets ${project.folder} --continue ${id}`
  const members = membersOf(project, id)
  const started = performance.now()
  const isDone = ({ run }: Member): boolean => run !== null && project.runs.get(run)?.status === 'done'
  const progress = new SetProgress(members, isDone, context)
  const failed: { line: string; seed: number; message: string }[] = []
  let kept = 0
  for (const member of members) {
    if (context.signal.aborted) throw new JobCancelled(hint)
    if (member.run !== null && isDone(member)) {
      progress.already(member, member.run)
      kept += 1
      continue
    }
    try {
      const { outcome, run } = await trainMember(project, set.id, member, progress, context)
      if (outcome === 'kept') kept += 1
      progress.finished(member, outcome, run)
    } catch (error) {
      if (context.signal.aborted || error instanceof JobCancelled) throw new JobCancelled(hint)
      const report = reportError(error)
      project.transaction((writer) => setMemberError(writer.connection, id, member.position, report))
      failed.push({ line: member.line, seed: member.options.seed, message: report.message })
      progress.failed(member, report.message)
    }
  }
  if (failed.length === members.length) {
    throw new MendError('run-set-failed', `no run of the set ${set.name} could be trained: ${failed[0].message}`, hint)
  }
  return { set: id, name: set.name, runs: members.length, kept, failed, seconds: (performance.now() - started) / 1000 }
}

async function trainMember(
  project: Project,
  set: number,
  member: Member,
  progress: SetProgress,
  context: JobContext,
): Promise<Outcome> {
  progress.begin(member)
  const options = withBank(project, set, member)
  const tasks = chosenTasks(project, options.tasks)
  const configuration = configurationOf(withProjectKnowledge(project, options, tasks), tasks)
  const snapshot = await setSnapshot(project, set, member, context)
  const kind = member.noise === undefined ? 'train' : 'audit'
  const same = findSameRun(project, snapshot.manifest.id, configuration, kind)
  if (same !== undefined) {
    project.transaction((writer) => setMemberRun(writer.connection, set, member.position, same.id))
    return { outcome: 'kept', run: same.id }
  }
  const own = memberContext(context, progress, member)
  const remembered = (make: () => NewRun): NewRun =>
    project.transaction((writer) => {
      const chosen = make()
      const note = `${member.line} · seed ${member.options.seed}`
      writer.runs.update(chosen.run, { note, snapshot: snapshot.manifest.id })
      setMemberRun(writer.connection, set, member.position, chosen.run)
      return chosen
    })
  const unfinished = member.run === null ? undefined : project.runs.get(member.run)
  if (kind === 'train') {
    const chosen =
      unfinished === undefined
        ? remembered(() => queueRun(project, options))
        : await queueResume(project, unfinished.id)
    await linkSnapshot(snapshot, project.runFolder(chosen.run))
    progress.starts(member, chosen.run)
    await trainQueued(project, chosen, own)
    return { outcome: 'done', run: chosen.run }
  }
  const chosen =
    unfinished === undefined
      ? remembered(() => createRun(project, 'audit', options, own))
      : claimedAudit(project, unfinished, own)
  progress.starts(member, chosen.run)
  await guardRun(project, chosen.run, 'continue the set', own, async () => {
    await linkSnapshot(snapshot, project.runFolder(chosen.run))
    await trainOnErrors(project, chosen, own)
  })
  return { outcome: 'done', run: chosen.run }
}

/** The member's options with the run that its filters come from. @throws MendError `bank-missing` */
function withBank(project: Project, set: number, { options, bank }: Member): MemberRequest['options'] {
  if (bank === undefined) return options
  const source = membersOf(project, set).find((other) => other.line === bank && other.options.seed === options.seed)
  const run = source?.run ?? null
  if (run !== null && project.runs.get(run)?.status === 'done') return { ...options, bank: run }
  throw new MendError('bank-missing', `the run ${bank} that the filters come from is not done`, 'continue the set')
}

/** A run on planted errors that was interrupted, claimed again. Audits of other kinds are never continued. */
function claimedAudit(project: Project, row: Run, context: JobContext): NewRun {
  const folder = project.runFolder(row.id)
  mkdirSync(folder, { recursive: true })
  lockRun(folder, null)
  context.notice({ event: 'run', run: row.id, folder })
  return {
    run: row.id,
    configuration: runConfiguration.parse(row.configuration),
    freeze: { validationShare: 0, margin: 0 },
  }
}

/** Its labels are wrong on purpose: nothing is ranked, and no suspects are kept. */
async function trainOnErrors(project: Project, chosen: NewRun, context: JobContext): Promise<void> {
  const done = await trainPrepared(project, chosen, 'continue the set', context)
  const { epoch, seconds, imagesPerSecond } = done
  const result = { metrics: taskFigures(done.metrics) }
  project.transaction((writer) => {
    writer.history.addEvent(chosen.run, 'done', { epoch, seconds })
    writer.runs.update(chosen.run, { status: 'done', epoch, seconds, imagesPerSecond, result })
  })
}
