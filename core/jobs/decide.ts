import type { Decision, DecideResult, DecisionConflict, MadeDecision, UndoResult } from '../api/suspects.ts'
import type { IdentityValue, LabelValue } from '../dataset/label.ts'
import type { LabelOperation } from '../dataset/labelOperations.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ReadConnection } from '../store/connection.ts'
import type { Label } from '../store/labels.ts'
import type { Project, ProjectWriter } from '../store/project.ts'
import {
  changedSince,
  decisionsOf,
  labelVersion,
  logDecision,
  markUndone,
  newestBatch,
  newestRevision,
  nextBatch,
  restoreRevision,
  suspectVersion,
  undoableBatches,
} from '../store/suspectDecisions.ts'
import { acceptComponents } from './acceptedPrediction.ts'
import { believedIdentity } from './believedIdentity.ts'
import { findRun, rankingRun } from './runSummaries.ts'
import { alignedPrediction } from './alignedPrediction.ts'
import { predictionValue } from './predictionValue.ts'
import { keptRunPredictions, type RunPredictions } from './runPredictions.ts'

export interface LabelDecision {
  readonly label: number
  readonly decision: Decision
  readonly reason: string
  /** What the decider saw; missing: whatever is there is decided. */
  readonly seen?: { readonly decision: MadeDecision | null; readonly revision: number }
  /** Accept the prediction of these components alone. */
  readonly components?: readonly string[]
}

export interface DecideOptions {
  /** Missing: the one whose ranking of the first label's task is meant (`rankingRun`). */
  readonly run?: number
  readonly by: string
  readonly decisions: readonly LabelDecision[]
}

interface Change {
  readonly wanted: LabelDecision
  /** null: nothing about the label changes. */
  readonly operation: LabelOperation | null
  readonly why: string
}

/** The run's answer for a label as a label value. @throws MendError `no-prediction`, `predictions-missing` */
export function predictedValue(project: Project, label: Label, predictions: RunPredictions): LabelValue {
  const schema = project.tasks.find(label.task)?.schema
  const person = project.people.get(label.person)
  const image = person && project.images.get(person.image)
  const found = predictions.ofLabel(label.task, label.id)
  if (schema === undefined || image === undefined || found === undefined || label.value === null) {
    throw new MendError(
      'no-prediction',
      `the run predicted nothing for label ${label.id} (task ${label.task})`,
      'accept-prediction works for labels that the run was trained on',
    )
  }
  const frame = { ...found.frame, imageWidth: image.width, imageHeight: image.height }
  const value = predictionValue(schema, alignedPrediction(found.row, found.schema, schema), label.value, frame)
  if (value !== null) return value
  throw new MendError(
    'no-prediction',
    `a prediction cannot take the place of label ${label.id} (task ${label.task})`,
    'keep or reject it instead',
  )
}

/** The person as whom the network takes them to be; the camera stays. @throws MendError `no-prediction` */
function acceptedIdentity(project: Project, label: Label, run: number, given: IdentityValue): LabelValue {
  const believed = believedIdentity(project, run, label)
  if (believed !== null) return { ...given, identity: believed.identity }
  throw new MendError(
    'no-prediction',
    `run ${run} compared the person of label ${label.id} with nobody whose identity is believed`,
    'mend predict compares everybody; or keep or reject the label',
  )
}

function acceptedValue(project: Project, label: Label, run: number, components?: readonly string[]): LabelValue {
  if (label.value?.kind === 'identity' && components === undefined) {
    return acceptedIdentity(project, label, run, label.value)
  }
  const predicted = predictedValue(project, label, keptRunPredictions(project, run))
  const schema = project.tasks.find(label.task)?.schema
  if (components === undefined || schema === undefined || label.value === null) return predicted
  return acceptComponents(schema, label.value, predicted, components)
}

function operationOf(project: Project, run: number, label: Label, wanted: LabelDecision): LabelOperation | null {
  switch (wanted.decision) {
    case 'skip':
      return null
    case 'keep':
      if (label.state === 'verified') return null
      return { type: 'set-state', mark: { state: 'verified', origin: label.origin } }
    case 'reject':
      if (label.state === 'rejected') return null
      return { type: 'set-state', mark: { state: 'rejected', origin: label.origin } }
    case 'accept-prediction': {
      const value = acceptedValue(project, label, run, wanted.components)
      return { type: 'set-value', value, mark: { state: 'verified', origin: 'model' } }
    }
  }
}

function changeOf(project: Project, run: number, wanted: LabelDecision): Change {
  if (suspectVersion(project.connection, run, wanted.label) === undefined) {
    throw new MendError(
      'not-a-suspect',
      `run ${run} did not rank label ${wanted.label}`,
      'mend suspects lists the labels',
    )
  }
  const label = project.labels.get(wanted.label)
  if (label === undefined || label.value === null) {
    throw new MendError('label-unknown', `label ${wanted.label} has no value any more`, 'list the suspects again')
  }
  const parts = wanted.components === undefined ? '' : `: ${wanted.components.join(', ')}`
  const why = wanted.reason === '' ? `${wanted.decision}${parts} (suspect of run ${run})` : wanted.reason
  return { wanted, operation: operationOf(project, run, label, wanted), why }
}

function conflictOf(connection: ReadConnection, label: number, decision: MadeDecision | null): DecisionConflict {
  const [last] = decisionsOf(connection, label)
  return { label, decision, by: last?.author ?? null, at: last?.at ?? null }
}

/** Does one decision within the transaction; a conflict where the label is not what the decider saw. */
function decideOne(
  writer: ProjectWriter,
  run: number,
  batch: number,
  by: string,
  change: Change,
): DecisionConflict | null {
  const { wanted, operation, why } = change
  const { connection } = writer
  const now = suspectVersion(connection, run, wanted.label)
  if (now === undefined) return conflictOf(connection, wanted.label, null)
  const { seen } = wanted
  if (seen !== undefined && (seen.decision !== now.decision || seen.revision !== now.revision)) {
    return conflictOf(connection, wanted.label, now.decision)
  }
  const at = new Date().toISOString()
  writer.suspects.decide(run, wanted.label, wanted.decision)
  if (operation !== null) writer.labels.apply(wanted.label, operation, { by, why, at })
  const revision = operation === null ? null : newestRevision(connection, wanted.label)
  const entry = { batch, run, label: wanted.label, decision: wanted.decision, previous: now.decision, revision }
  logDecision(connection, { ...entry, at, author: by })
  return null
}

/**
 * Decisions about a run's suspects, in one transaction: keep verifies the label, reject takes it out of training and
 * export, accept-prediction puts the network's answer in its place; each change is a revision, tied to run and suspect. A
 * label that is not among the suspects or has no value is an error, and then nothing is changed; one that is not as the
 * decider saw it is left alone and reported.
 * @throws MendError `not-a-suspect`, `label-unknown`, `no-prediction`, `component-unknown`, `unknown-run`, `no-run`
 */
export function decideSuspects(project: Project, options: DecideOptions): DecideResult {
  const first = options.decisions.at(0)?.label
  const task = first === undefined ? undefined : project.labels.get(first)?.task
  const run = rankingRun(project, options.run, task)
  const changes = options.decisions.map((wanted) => changeOf(project, run.id, wanted))
  const conflicts: DecisionConflict[] = []
  project.transaction((writer) => {
    const batch = nextBatch(writer.connection)
    for (const change of changes) {
      const conflict = decideOne(writer, run.id, batch, options.by, change)
      if (conflict !== null) conflicts.push(conflict)
    }
  })
  const refused = new Set(conflicts.map((conflict) => conflict.label))
  const made = changes.filter((change) => !refused.has(change.wanted.label))
  const count = (decision: Decision): number => made.filter(({ wanted }) => wanted.decision === decision).length
  return {
    run: run.id,
    keep: count('keep'),
    reject: count('reject'),
    acceptPrediction: count('accept-prediction'),
    skip: count('skip'),
    revisions: made.filter((change) => change.operation !== null).length,
    conflicts,
    made: made.flatMap(({ wanted }) => (wanted.seen === undefined ? [] : [madeOf(project, wanted.label)])),
  }
}

function madeOf(project: Project, label: number): DecideResult['made'][number] {
  const { revision, state } = labelVersion(project.connection, label)
  return { label, revision, state }
}

/**
 * Takes back the newest decisions of a run that were made together: each label becomes what it was before, as a revision of
 * its own. A label that was changed in another way since stays, and is reported. Any number of steps, across restarts.
 * @throws MendError `unknown-run`, `nothing-to-undo`
 */
export function undoDecisions(project: Project, runId: number, by: string): UndoResult {
  const run = findRun(project, runId).id
  const conflicts: DecisionConflict[] = []
  const undone: UndoResult['undone'] = []
  project.transaction((writer) => {
    const { connection } = writer
    const entries = newestBatch(connection, run)
    if (entries.length === 0) {
      throw new MendError('nothing-to-undo', `no decision on run ${run} is left to undo`, 'decide something first')
    }
    const at = new Date().toISOString()
    for (const entry of entries) {
      const { label, revision, decision } = entry
      if (revision !== null && changedSince(connection, label, revision)) {
        markUndone(connection, entry.id, at, null)
        conflicts.push(conflictOf(connection, label, suspectVersion(connection, run, label)?.decision ?? null))
        continue
      }
      const why = `undo: ${decision} (suspect of run ${run})`
      const restored = revision === null ? null : restoreRevision(connection, { label, revision }, { by, why, at })
      markUndone(connection, entry.id, at, restored)
      writer.suspects.decide(run, label, entry.previous)
      undone.push({ label, task: writer.labels.get(label)?.task ?? '', decision })
    }
  })
  return { undone, conflicts, remaining: undoableBatches(project.connection, run) }
}
