import type { TaskSchema } from '../dataset/task.ts'
import { componentNames } from '../dataset/task.ts'
import { componentOfByte, isValidNormal } from '../dataset/normals.ts'
import type { Snapshot } from '../snapshot/read.ts'
import type { RunConfiguration } from './configuration.ts'
import { learntSchema } from './learntSchema.ts'
import { createTaskLoss } from './losses/createTaskLoss.ts'
import { toLearnedDepth } from './losses/inverseDepth.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import { standardise } from './losses/standardisation.ts'
import type { Standardisation } from './losses/standardisation.ts'
import { emptyStatistics, resetStatistics } from './losses/taskLoss.ts'
import type { TaskLoss } from './losses/taskLoss.ts'
import type { TaskSlot } from './pipeline/batchSlot.ts'
import { LabelParameters } from './labelParameters.ts'
import { lossScale } from './parameters/lossScale.ts'
import { emptyEpoch } from './runFiles.ts'
import type { EpochArrays, RecordedTask } from './runFiles.ts'
import { taskKey } from './step.ts'

/** At most this many labels are read to find the location and spread of a regression target. */
const standardisationSample = 4096
/** And this many to find the prior of a classification. */
const priorSample = 1000

/** One task of a run: its loss, its instance-level parameters, and what is recorded of its labels. */
export class TaskLearner {
  readonly name: string
  readonly schema: TaskSchema
  readonly index: number
  /** Its form: feeds and what is computed; the batches' own instances hold values. */
  readonly loss: TaskLoss
  readonly scaleOfTarget: Standardisation
  readonly recorded: RecordedTask
  readonly parameters: LabelParameters | null
  /** The number that losses are divided by (methods.md 1); 1 until the first epoch has been seen. */
  scale = 1
  epoch: EpochArrays

  readonly #snapshot: Snapshot
  readonly #labelOf: Int32Array
  readonly #row: { values: Parameters<Snapshot['readRows']>[2] }
  readonly #labels: Int32Array
  readonly #weights: Float32Array
  /** Row b of `#weights`. */
  readonly #weightRows: readonly Float32Array[]
  readonly #statistics: ReturnType<typeof emptyStatistics>

  constructor(
    snapshot: Snapshot,
    configuration: RunConfiguration,
    index: number,
    geometry: MapGeometry,
    trainPeople: Int32Array,
  ) {
    const task = snapshot.manifest.tasks.find((candidate) => candidate.name === configuration.tasks[index])
    if (!task) throw new Error(`the snapshot has no task ${configuration.tasks[index]}`)
    this.#snapshot = snapshot
    this.name = task.name
    this.schema = learntSchema(snapshot, task.name)
    this.index = index
    const presence = snapshot.presence(task.name)
    const people = trainPeople.filter((person) => presence[person] === 1).sort()
    const ids = snapshot.labelIds(task.name)
    this.recorded = {
      name: task.name,
      kind: task.schema.kind,
      components: componentNames(task.schema),
      people,
      labels: Float64Array.from(people, (person) => ids[person]),
    }
    this.#labelOf = new Int32Array(snapshot.people).fill(-1)
    people.forEach((person, label) => (this.#labelOf[person] = label))
    this.#row = { values: snapshot.layout(task.name).allocate(snapshot.layout(task.name).length) }
    this.scaleOfTarget = this.#standardisation(people)
    this.loss = createTaskLoss(this.schema, configuration.batch, geometry, this.scaleOfTarget)
    const components = this.loss.components
    this.parameters =
      configuration.parameters === 'none'
        ? null
        : new LabelParameters(
            configuration,
            people.length,
            components,
            this.loss.regression,
            weighsComponents(task.schema),
          )
    this.#labels = new Int32Array(configuration.batch)
    const width = this.parameters?.width ?? 1
    this.#weights = new Float32Array(configuration.batch * width)
    this.#weightRows = Array.from({ length: configuration.batch }, (_, b) =>
      this.#weights.subarray(b * width, (b + 1) * width),
    )
    this.#statistics = emptyStatistics(components)
    this.epoch = emptyEpoch(people.length, components)
  }

  #standardisation(people: Int32Array): Standardisation {
    const { schema } = this
    if (schema.kind !== 'depth' && schema.kind !== 'vector') return standardise(new Float32Array(0), 1)
    const every = Math.max(1, Math.ceil(people.length / standardisationSample))
    const sample = people.filter((_, at) => at % every === 0)
    const layout = this.#snapshot.layout(this.name)
    if (schema.kind === 'vector') {
      const rows = layout.allocate(sample.length * layout.length) as Float32Array
      this.#snapshot.readRows(this.name, sample, rows)
      return standardise(rows, layout.length)
    }
    const pixels: number[] = []
    const row = layout.allocate(layout.length) as Float32Array
    for (const person of sample.subarray(0, 256)) {
      this.#snapshot.readRows(this.name, [person], row)
      for (let at = 0; at < row.length; at += 7)
        if (!Number.isNaN(row[at])) pixels.push(toLearnedDepth(schema.unit, row[at]))
    }
    return standardise(Float32Array.from(pixels), 1)
  }

  /**
   * What the outputs should be before anything of the picture is known: log frequencies of parts, log odds of attributes, the mean
   * direction of normals; null where 0 is right. A network that starts there need not spend its first epochs finding it.
   */
  prior(): Float32Array | null {
    const { schema } = this
    if (schema.kind === 'normals') return this.#meanDirection()
    if (schema.kind !== 'parts' && schema.kind !== 'attributes') return null
    const outputs = schema.kind === 'parts' ? schema.parts.length : schema.attributes.length
    const [positive, all] = [new Float64Array(outputs).fill(1), new Float64Array(outputs).fill(2)]
    for (const row of this.#sampledRows()) {
      if (schema.kind === 'parts') for (const part of row) if (part < outputs) positive[part] += 1
      if (schema.kind === 'attributes') {
        for (let a = 0; a < outputs; a++) {
          if (row[a] < 0) continue
          positive[a] += row[a]
          all[a] += 1
        }
      }
    }
    const total = positive.reduce((sum, count) => sum + count, 0)
    return Float32Array.from(positive, (count, at) =>
      schema.kind === 'parts' ? Math.log(count / total) : Math.log(count / (all[at] - count)),
    )
  }

  /** Labels of some of the people, evenly drawn; each stands where the one before did. */
  *#sampledRows() {
    const { people } = this.recorded
    const every = Math.max(1, Math.ceil(people.length / priorSample))
    for (let at = 0; at < people.length; at += every) {
      this.#snapshot.readRows(this.name, [people[at]], this.#row.values)
      yield this.#row.values
    }
  }

  #meanDirection(): Float32Array {
    const sum = new Float64Array(3)
    for (const row of this.#sampledRows()) {
      for (let pixel = 0; pixel < row.length / 3; pixel++) {
        if (!isValidNormal(row, pixel)) continue
        for (let axis = 0; axis < 3; axis++) sum[axis] += componentOfByte(row[3 * pixel + axis])
      }
    }
    const length = Math.hypot(...sum)
    return length > 0 ? Float32Array.from(sum, (component) => component / length) : Float32Array.of(0, 0, 1)
  }

  /** Starts a new epoch's records. */
  beginEpoch(): void {
    this.epoch = emptyEpoch(this.recorded.labels.length, this.loss.components)
  }

  /** Weighs the filled rows: mean over the labels present in the batch, each by its parameters. */
  weigh({ loss, active }: TaskSlot, people: Int32Array): void {
    let present = 0
    for (let b = 0; b < active.length; b++) present += active[b]
    if (present === 0) return
    this.#weights.fill(loss.regression ? 0.5 : 1)
    if (this.parameters) this.parameters.weights(this.#find(people), this.#weights)
    const share = 1 / (present * this.scale)
    for (let b = 0; b < active.length; b++) if (active[b]) loss.weigh(b, this.#weightRows[b], share)
  }

  /** Records the losses of the step and, when asked to, steps the parameters of the labels in it. */
  read(
    { loss, active }: TaskSlot,
    people: Int32Array,
    outputs: Readonly<Record<string, Float32Array | Int32Array>>,
    learn: boolean,
  ): void {
    const local = localOutputs(outputs, this.index)
    const labels = this.#find(people)
    for (let b = 0; b < active.length; b++) {
      if (!active[b]) continue
      resetStatistics(this.#statistics)
      loss.read(b, local, this.#statistics)
      this.#record(labels[b])
      // s as it was when it weighed this step.
      this.parameters?.record(labels[b], this.#statistics, this.epoch.s, this.epoch.componentS)
      this.parameters?.collect(b, this.#statistics, this.scale)
    }
    this.parameters?.step(labels, learn)
  }

  #record(label: number): void {
    const { epoch, scale } = this
    const statistics = this.#statistics
    const components = this.loss.components
    epoch.loss[label] = statistics.loss / scale
    epoch.margin[label] = statistics.margin
    epoch.lowMargin[label] = statistics.lowMargin
    epoch.softmin[label] = statistics.softmin
    epoch.swapLoss[label] = statistics.swapLoss / scale
    for (let c = 0; c < components; c++) {
      epoch.componentLoss[label * components + c] = statistics.componentLoss[c] / scale
      epoch.componentSurprise[label * components + c] = statistics.componentSurprise[c] / scale
    }
  }

  /** Rows of `parameters` for the batch; rows without the label point at 0 and carry no loss. */
  #find(people: Int32Array): Int32Array {
    for (let b = 0; b < people.length; b++) this.#labels[b] = Math.max(0, this.#labelOf[people[b]])
    return this.#labels
  }

  /** After the first epoch: fixes the scale and restates what was recorded in it. */
  fixScale(): void {
    this.scale = lossScale(this.epoch.loss)
    for (const field of ['loss', 'swapLoss', 'componentLoss', 'componentSurprise'] as const) {
      const values = this.epoch[field]
      for (let at = 0; at < values.length; at++) values[at] /= this.scale
    }
  }

  /** Mean recorded loss of the epoch; NaN when no label was seen. */
  meanLoss(): number {
    let [sum, count] = [0, 0]
    for (const loss of this.epoch.loss) {
      if (Number.isNaN(loss)) continue
      sum += loss
      count += 1
    }
    return sum / count
  }
}

/**
 * Whether components may weigh the loss. A rare attribute is hard wherever it is *yes*: parameters of its own would take those
 * few for mistakes and have the network ignore them, so attributes are weighed by the label's parameter alone.
 */
function weighsComponents(schema: TaskSchema): boolean {
  return schema.kind !== 'attributes'
}

function localOutputs(
  outputs: Readonly<Record<string, Float32Array | Int32Array>>,
  index: number,
): Record<string, Float32Array | Int32Array> {
  const prefix = taskKey(index, '')
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values]),
  )
}
