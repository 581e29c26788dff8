import type { DrawnValue } from '../api/labels.ts'
import type { DrawnSuspect, SuspectDetail } from '../api/suspectDetail.ts'
import type { LabelValue } from '../dataset/label.ts'
import { runsOf } from '../dataset/rasterRuns.ts'
import { MendError } from '../dataset/mendError.ts'
import { alignedPrediction } from '../jobs/alignedPrediction.ts'
import { believedIdentity } from '../jobs/believedIdentity.ts'
import { predictionValue, type PredictionRow } from '../jobs/predictionValue.ts'
import { keptRunPredictions, type LabelPrediction, type RunPredictions } from '../jobs/runPredictions.ts'
import { findRun } from '../jobs/runSummaries.ts'
import { queuedView, reviewedTask } from '../jobs/suspectReview.ts'
import { taskSummary } from '../jobs/suspectSummary.ts'
import { axesOf } from '../media/crop.ts'
import { signalFields, signalNames } from '../ranking/signalFields.ts'
import { shareBelow, type TaskSummary } from '../ranking/summary.ts'
import type { Image } from '../store/images.ts'
import type { Label } from '../store/labels.ts'
import type { Person } from '../store/people.ts'
import type { Project } from '../store/project.ts'
import { revisionHeads } from '../store/suspectDecisions.ts'
import { listQueue, queuedSuspect } from '../store/suspectQueue.ts'
import type { Suspect } from '../store/suspects.ts'
import type { Task } from '../store/tasks.ts'
import { drawnValueOf, taskViewOf } from './drawnLabels.ts'
import { sharedDepthScale } from './depthScale.ts'

type Window = NonNullable<SuspectDetail['window']>

interface Subject {
  readonly project: Project
  readonly suspect: Suspect
  readonly task: Task
  readonly label: Label
  readonly person: Person
  readonly image: Image
  readonly side: number
}

/** @throws MendError `not-a-suspect`, `label-unknown` */
function subjectOf(project: Project, run: number, labelId: number, side: number): Subject {
  const suspect = project.suspects.get(run, labelId)
  if (suspect === undefined) {
    throw new MendError('not-a-suspect', `run ${run} did not rank label ${labelId}`, 'list the suspects again')
  }
  const label = project.labels.get(labelId)
  const person = project.people.get(suspect.person)
  const image = project.images.get(suspect.image)
  if (label === undefined || person === undefined || image === undefined) {
    throw new MendError('label-unknown', `label ${labelId} is gone`, 'list the suspects again')
  }
  return { project, suspect, task: reviewedTask(project, suspect.task), label, person, image, side }
}

/** The run's files where they are there; without them the detail has neither prediction nor course. */
function runFiles(project: Project, run: number): RunPredictions | null {
  try {
    return keptRunPredictions(project, run)
  } catch (error) {
    if (error instanceof MendError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null
    throw error
  }
}

/** undefined: the run has no prediction of the label. */
function predictionOf(files: RunPredictions | null, suspect: Suspect): LabelPrediction | undefined {
  try {
    return files?.ofLabel(suspect.task, suspect.label)
  } catch (error) {
    if (error instanceof MendError) return undefined
    throw error
  }
}

/** What of the image the network saw, in image pixels. */
function windowOf({ frame }: LabelPrediction): Window {
  const [a, b, c, d, e, f] = Array.from(frame.affine)
  const { x, y } = axesOf([a, b, c, d, e, f])
  return {
    x: -x.shift / x.scale,
    y: -y.shift / y.scale,
    width: frame.cropWidth / x.scale,
    height: frame.cropHeight / y.scale,
  }
}

/** A mask as the network predicts it, in its own cells: enlarging it to the image's pixels would add nothing. */
function drawnMask(row: PredictionRow, { frame }: LabelPrediction, window: Window): DrawnValue {
  const cells = row instanceof Uint8Array ? row : Uint8Array.from(row)
  const runs = Buffer.from(runsOf(cells)).toString('base64')
  const { x: left, y: top, width, height } = window
  return { kind: 'parts', left, top, width, height, columns: frame.cropWidth, rows: frame.cropHeight, runs }
}

/** The prediction drawn as what it would be as a label; joints and attributes that are not annotated stay so. */
function drawnPrediction(subject: Subject, prediction: LabelPrediction, given: LabelValue): DrawnValue | null {
  const { task, image, side } = subject
  if (task.schema.kind === 'parts') return drawnMask(prediction.row, prediction, windowOf(prediction))
  const frame = { ...prediction.frame, imageWidth: image.width, imageHeight: image.height }
  const row = alignedPrediction(prediction.row, prediction.schema, task.schema)
  const value = predictionValue(task.schema, row, given, frame)
  return value && drawnValueOf(value, side)
}

function believedOf({ project, label, task, suspect }: Subject): SuspectDetail['believed'] {
  const believed = task.schema.kind === 'identity' ? believedIdentity(project, suspect.run, label) : null
  return believed && { ...believed, box: project.people.get(believed.person)?.box ?? null }
}

/** The value that training saw, where the label was changed since; null: it was not. */
function trainedValue({ project, label, suspect, side }: Subject, runStart: string): DrawnValue | null {
  const later = project.labels.revisions(suspect.label).find((revision) => revision.at > runStart)
  if (later === undefined || later.value === null || label.value === null) return null
  return drawnValueOf(later.value, side)
}

function signalsOf(suspect: Suspect, summary: TaskSummary | null): SuspectDetail['signals'] {
  return signalNames.flatMap((name) => {
    const value = suspect.signals[name]
    const quantiles = summary?.signals[name]
    if (value === null || value === undefined || quantiles === undefined) return []
    const { title, description } = signalFields[name]
    // The largest of n is above all others, not above itself.
    const most = 1 - 0.5 / Math.max(1, summary?.labels ?? 1)
    return [{ name, title, description, value, percentile: Math.min(most, shareBelow(quantiles, value)) }]
  })
}

function componentsOf(
  suspect: Suspect,
  summary: TaskSummary | null,
  files: RunPredictions | null,
): SuspectDetail['components'] {
  const row = files?.records.rowOf(suspect.task, suspect.label)
  if (summary === null || files === null || row === undefined) return []
  return files.records.componentsOf(suspect.task, row, summary.warmupEpochs).map(({ meanLoss, s }, index) => {
    const { name, centre, spread } = summary.components[index]
    const deviation = spread > 0 ? Math.min(30, Math.max(-8, (meanLoss - centre) / spread)) : 0
    return { index, name, deviation: Number.isFinite(meanLoss) ? deviation : null, s: Number.isFinite(s) ? s : null }
  })
}

function courseOf(
  suspect: Suspect,
  summary: TaskSummary | null,
  files: RunPredictions | null,
): SuspectDetail['course'] {
  const row = files?.records.rowOf(suspect.task, suspect.label)
  if (summary === null || files === null || row === undefined) return null
  const { epochs, s, loss } = files.records.courseOf(suspect.task, row)
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const quartiles = (of: TaskSummary['course']['s']): NonNullable<SuspectDetail['course']>['typicalS'] =>
    epochs.map((epoch) => {
      const found = of[summary.course.epochs.indexOf(epoch)]
      return found === undefined || found === null ? null : [found[0], found[1], found[2]]
    })
  return {
    epochs: [...epochs],
    s: s.map(known),
    loss: loss.map(known),
    typicalS: quartiles(summary.course.s),
    typicalLoss: quartiles(summary.course.loss),
  }
}

function otherTasksOf({ project, person, suspect }: Subject): SuspectDetail['otherTasks'] {
  return project.labels.currentHeads(person.id).flatMap(({ id, task }) => {
    const other = task === suspect.task ? undefined : project.suspects.get(suspect.run, id)
    if (other === undefined) return []
    const ranked = taskSummary(project, suspect.run, reviewedTask(project, task).id)?.summary.labels ?? other.rank
    return [{ task, label: id, rank: other.rank, ranked, flagged: other.flagged }]
  })
}

const neighbours = 4

/** The nearest by rank of the same source and, where one stands out, the same component. */
function sameSourceOf({ project, suspect, task, label }: Subject): SuspectDetail['sameSource'] {
  const filter = { source: label.source ?? undefined, component: suspect.component ?? undefined }
  const near = { run: suspect.run, task: task.id, filter, sort: 'rank', from: suspect.rank, limit: neighbours }
  const found = [...listQueue(project.connection, near), ...listQueue(project.connection, { ...near, backwards: true })]
  return found
    .sort((a, b) => Math.abs(a.rank - suspect.rank) - Math.abs(b.rank - suspect.rank))
    .slice(0, neighbours)
    .map((row) => {
      const { label: id, person, box, rank, headline, decision } = queuedView(row, task)
      return { label: id, person, box, rank, headline, decision }
    })
}

type Pictures = Pick<SuspectDetail, 'schema' | 'person' | 'given' | 'predicted'>

/** The label and the prediction as windows draw them. */
function picturesOf(subject: Subject, prediction: LabelPrediction | undefined): Pictures {
  const { task, label, person, image, side } = subject
  const { value } = label
  const given = value && drawnValueOf(value, side)
  const predicted = prediction && value !== null ? drawnPrediction(subject, prediction, value) : null
  return {
    schema: taskViewOf(task.name, task.schema).schema,
    person: {
      id: person.id,
      image: image.id,
      imageWidth: image.width,
      imageHeight: image.height,
      box: person.box,
    },
    ...sharedDepthScale(given, predicted),
  }
}

/** The pictures of several suspects; labels that are gone are left out. */
export function drawnSuspects(project: Project, run: number, labels: readonly number[], side: number): DrawnSuspect[] {
  findRun(project, run)
  const files = runFiles(project, run)
  return labels.flatMap((label): DrawnSuspect[] => {
    if (project.suspects.get(run, label) === undefined || project.labels.get(label) === undefined) return []
    const subject = subjectOf(project, run, label, side)
    const { component } = subject.suspect
    return [{ label, component, ...picturesOf(subject, predictionOf(files, subject.suspect)) }]
  })
}

const mostSamePicture = 6

/**
 * Everything that there is to see of one suspect of a run.
 * @throws MendError `not-a-suspect`, `label-unknown`, `unknown-run`
 */
export function suspectDetail(project: Project, run: number, label: number, side: number): SuspectDetail {
  const { createdAt, epoch } = findRun(project, run)
  const subject = subjectOf(project, run, label, side)
  const { suspect, task, person, image } = subject
  const queued = queuedSuspect(project.connection, run, label)
  if (queued === undefined) throw new MendError('not-a-suspect', `label ${label} is gone`, 'list the suspects again')
  const files = runFiles(project, run)
  const prediction = predictionOf(files, suspect)
  const summary = taskSummary(project, run, task.id)?.summary ?? null
  const pictures = picturesOf(subject, prediction)
  const believed = believedOf(subject)
  const given = subject.label.value
  const identified =
    believed && given?.kind === 'identity' ? drawnValueOf({ ...given, identity: believed.identity }) : null
  const source = subject.label.source === null ? undefined : project.sources.get(subject.label.source)
  return {
    suspect: queuedView(queued, task),
    task: task.name,
    ...pictures,
    predicted: identified ?? pictures.predicted,
    believed,
    window: prediction ? windowOf(prediction) : null,
    trained: trainedValue(subject, createdAt),
    probabilities: prediction && task.schema.kind === 'attributes' ? Array.from(prediction.row) : null,
    epoch,
    signals: signalsOf(suspect, summary),
    components: componentsOf(suspect, summary, files),
    course: courseOf(suspect, summary, files),
    origin: subject.label.origin,
    state: subject.label.state,
    importedAt: source?.importedAt ?? null,
    history: revisionHeads(project.connection, label),
    otherTasks: otherTasksOf(subject),
    samePicture: project.people
      .ofImage(image.id)
      .filter((other) => other.id !== person.id)
      .map((other) => ({ person: other.id, box: other.box }))
      .slice(0, mostSamePicture),
    sameSource: sameSourceOf(subject),
  }
}
