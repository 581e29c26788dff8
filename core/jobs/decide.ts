import type { Decision, DecideResult } from '../api/suspects.ts'
import type { LabelValue } from '../dataset/label.ts'
import type { LabelOperation } from '../dataset/labelOperations.ts'
import { MendError } from '../dataset/mendError.ts'
import type { Label } from '../store/labels.ts'
import type { Project } from '../store/project.ts'
import { chosenRun } from './runSummaries.ts'
import type { PredictionRow } from './predictionValue.ts'
import { predictionValue } from './predictionValue.ts'
import { openRunPredictions, type RunPredictions } from './runPredictions.ts'

export interface DecideOptions {
  /** Missing: the newest finished run. */
  readonly run?: number
  readonly by: string
  readonly decisions: readonly { readonly label: number; readonly decision: Decision; readonly reason: string }[]
}

interface Change {
  readonly label: number
  readonly decision: Decision
  /** null: nothing about the label changes. */
  readonly operation: LabelOperation | null
  readonly why: string
}

function predictedValue(project: Project, label: Label, predictions: RunPredictions): LabelValue {
  const schema = project.tasks.find(label.task)?.schema
  const person = project.people.get(label.person)
  const image = person && project.images.get(person.image)
  const found = predictions.ofLabel(label.task, label.id)
  const row: PredictionRow | undefined = found?.row
  if (schema === undefined || image === undefined || found === undefined || row === undefined || label.value === null) {
    throw new MendError(
      'no-prediction',
      `the run predicted nothing for label ${label.id} (task ${label.task})`,
      'accept-prediction works for labels that the run was trained on',
    )
  }
  const frame = { ...found.frame, imageWidth: image.width, imageHeight: image.height }
  const value = predictionValue(schema, row, label.value, frame)
  if (value !== null) return value
  throw new MendError(
    'no-prediction',
    `a prediction cannot take the place of label ${label.id} (task ${label.task})`,
    'keep or reject it instead',
  )
}

function changeOf(
  project: Project,
  label: Label,
  decision: Decision,
  predictions: () => RunPredictions,
): LabelOperation | null {
  switch (decision) {
    case 'skip':
      return null
    case 'keep':
      if (label.state === 'verified') return null
      return { type: 'set-state', mark: { state: 'verified', origin: label.origin } }
    case 'reject':
      if (label.state === 'rejected') return null
      return { type: 'set-state', mark: { state: 'rejected', origin: label.origin } }
    case 'accept-prediction': {
      const value = predictedValue(project, label, predictions())
      return { type: 'set-value', value, mark: { state: 'verified', origin: 'model' } }
    }
  }
}

/**
 * Decisions about a run's suspects, in one transaction: keep verifies the label, reject takes it out of training and
 * export, accept-prediction puts the network's answer in its place; each change is a revision. A label that is not among
 * the suspects or has no value is an error, and then nothing is changed.
 * @throws MendError `not-a-suspect`, `label-unknown`, `no-prediction`, `unknown-run`, `no-run`
 */
export function decideSuspects(project: Project, options: DecideOptions): DecideResult {
  const run = chosenRun(project, options.run)
  let opened: RunPredictions | null = null
  const predictions = (): RunPredictions => (opened ??= openRunPredictions(project, run.id))
  try {
    const changes = options.decisions.map(({ label: id, decision, reason }): Change => {
      if (project.suspects.get(run.id, id) === undefined) {
        throw new MendError('not-a-suspect', `run ${run.id} did not rank label ${id}`, 'mend suspects lists the labels')
      }
      const label = project.labels.get(id)
      if (label === undefined || label.value === null) {
        throw new MendError('label-unknown', `label ${id} has no value any more`, 'list the suspects again')
      }
      const operation = changeOf(project, label, decision, predictions)
      return { label: id, decision, operation, why: reason === '' ? `${decision} (suspect of run ${run.id})` : reason }
    })
    project.transaction((writer) => {
      for (const change of changes) {
        writer.suspects.decide(run.id, change.label, change.decision)
        if (change.operation === null) continue
        writer.labels.apply(change.label, change.operation, { by: options.by, why: change.why })
      }
    })
    const count = (decision: Decision): number => changes.filter((change) => change.decision === decision).length
    return {
      run: run.id,
      keep: count('keep'),
      reject: count('reject'),
      acceptPrediction: count('accept-prediction'),
      skip: count('skip'),
      revisions: changes.filter((change) => change.operation !== null).length,
    }
  } finally {
    ;(opened as RunPredictions | null)?.close()
  }
}
