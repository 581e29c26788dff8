import * as tf from '@tensorflow/tfjs'
import { MendError } from '../dataset/mendError.ts'
import { outputStride } from '../model/network.ts'
import type { TaskSchemas } from '../model/network.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { Random } from '../synthetic/random.ts'
import type { Session } from '../tensor/program.ts'
import { augmentationRanges } from './batch/augmentation.ts'
import { balancedOrder, picturedPeople } from './batch/balancedOrder.ts'
import type { Pictured } from './batch/balancedOrder.ts'
import { checkConfiguration } from './checkConfiguration.ts'
import { createSession } from './chooseSession.ts'
import type { ChosenEngine } from './chooseSession.ts'
import type { RunConfiguration } from './configuration.ts'
import { restoreCheckpoint, writeCheckpoint } from './checkpoints/runCheckpoint.ts'
import type { RunState } from './checkpoints/runCheckpoint.ts'
import { quantilesOf } from './distribution.ts'
import { labelledPeople, labelledTogether } from './labelledPeople.ts'
import { mapGeometry } from './losses/mapSampling.ts'
import type { MapGeometry } from './losses/mapSampling.ts'
import type { TrainerEvent } from './protocol.ts'
import { keepEmbeddings, keepPredictions, measurePredictions } from './predictionResults.ts'
import type { Metrics } from './predictionResults.ts'
import { predictedBatches } from './predictedBatches.ts'
import type { BatchRunner, PredictedBatch } from './predictedBatches.ts'
import { writeEpoch, writeRecordedTasks } from './runFiles.ts'
import { BatchPipeline } from './pipeline/batchPipeline.ts'
import type { BatchSlot } from './pipeline/batchSlot.ts'
import { initialNetwork, runPrograms } from './initialNetwork.ts'
import { passShapes, passValues } from './passFeeds.ts'
import { learningRateAt } from './schedule.ts'
import { isTree, trainsEveryWidth } from './networkChoices.ts'
import { sandwichProgram } from './sandwich.ts'
import { taskKey } from './step.ts'
import { balanceFormOf, TaskBalance } from './taskBalance.ts'
import { TaskLearner } from './taskLearner.ts'
import { probeBatches } from './tree/probeProgram.ts'
import { treePhaseTitles } from './tree/treeSchedule.ts'
import { TreeTraining } from './tree/treeTraining.ts'
import type { StepPlan } from './tree/treeTraining.ts'

/** Besides the end of an epoch, a checkpoint is written after this much time, so that long epochs lose little. */
const checkpointSeconds = 300
const progressSeconds = 1

/** How the loop asks, between steps, what it is to do. */
export interface LoopControl {
  /** Resolves at once, or when a pause ends; `stop` ends the run after a checkpoint. */
  next(epoch: number): Promise<'go' | 'stop'>
  emit(event: TrainerEvent): void
}

/**
 * One training run from its snapshot to its predictions, continued from the folder's checkpoint where there is one. The
 * same configuration, snapshot, seed and engine give the same numbers, interrupted or not: every random draw is named by
 * seed, epoch and person, never by what was drawn before.
 */
export class TrainingRun {
  readonly #folder: string
  readonly #snapshot: Snapshot
  readonly #configuration: RunConfiguration
  readonly #control: LoopControl
  readonly #geometry: MapGeometry
  readonly #train: Int32Array
  readonly #validation: Int32Array
  readonly #learners: readonly TaskLearner[]
  /** Whom the training people show, where an identity is learnt. */
  readonly #pictured: readonly Pictured[] | null
  readonly #balance: TaskBalance
  readonly #session: Session
  readonly #engine: string
  readonly #pipeline: BatchPipeline
  /** Of the feeds that the network's own way needs. */
  readonly #passShapes: ReturnType<typeof passShapes>
  /** People of the batch at hand; rows beyond them repeat the first. */
  readonly #padded: Int32Array
  /** Of a tree model; null: every step is of one kind. */
  readonly #tree: TreeTraining | null
  #epoch = 0
  #step = 0
  #images = 0
  #seconds = 0
  /** Of the epoch at hand: seconds in steps, and those of them spent waiting for batches. */
  #stepSeconds = 0
  #waitSeconds = 0
  #lastCheckpoint = performance.now()

  /** @param engine must be tfjs's backend already: see chooseEngine. */
  constructor(
    folder: string,
    snapshot: Snapshot,
    configuration: RunConfiguration,
    engine: ChosenEngine,
    control: LoopControl,
  ) {
    this.#folder = folder
    this.#snapshot = snapshot
    this.#configuration = configuration
    this.#control = control
    const { height, width, batch } = configuration
    checkConfiguration(configuration, snapshot)
    this.#geometry = mapGeometry(height, width, outputStride)
    this.#train = labelledPeople(snapshot, 'train', configuration.tasks)
    this.#validation = labelledPeople(snapshot, 'val', configuration.tasks)
    if (this.#train.length === 0) {
      throw new MendError(
        'nothing-to-train',
        'no label of these tasks is in the training split',
        'check `mend coverage`',
      )
    }
    this.#engine = engine.device
    this.#learners = configuration.tasks.map(
      (_, index) => new TaskLearner(snapshot, configuration, index, this.#geometry, this.#train),
    )
    this.#pictured = picturedPeople(snapshot, this.#learners, this.#train)
    const tasks: TaskSchemas = Object.fromEntries(this.#learners.map((learner) => [learner.name, learner.schema]))
    const declaration = initialNetwork(folder, configuration, tasks, this.#learners)
    const balance = balanceFormOf(configuration, labelledTogether(snapshot, configuration.tasks, this.#train))
    this.#balance = new TaskBalance(configuration, balance)
    const options = { model: configuration, tasks, batch, height, width, clipNorm: configuration.clipNorm, balance }
    this.#passShapes = passShapes(options)
    // Its thread starts while the step is traced.
    this.#pipeline = new BatchPipeline({
      snapshotFolder: snapshot.folder,
      batch,
      geometry: this.#geometry,
      seed: configuration.seed,
      augment: configuration.augment === 'none' ? null : augmentationRanges[configuration.augment],
      tasks: this.#learners.map(({ name, schema, scaleOfTarget }) => ({ name, schema, scale: scaleOfTarget })),
    })
    this.#padded = new Int32Array(batch)
    const losses = this.#learners.map((learner) => learner.loss)
    const { session, fallback } = createSession(declaration.weights, runPrograms(configuration, options, losses))
    this.#session = session
    if (fallback) {
      control.emit({
        event: 'warning',
        code: 'eager',
        message: `the step could not be traced and runs slowly: ${fallback}`,
      })
    }
    const { model } = configuration
    const probe = { snapshotFolder: snapshot.folder, batch, geometry: this.#geometry, people: this.#train }
    this.#tree = isTree(model)
      ? new TreeTraining({ ...configuration, model }, options, losses, session, () => probeBatches(probe))
      : null
    const progress = restoreCheckpoint(folder, this.#state())
    this.#epoch = progress.epoch
    this.#step = progress.step
    control.emit({
      event: 'ready',
      engine: engine.name,
      reason: engine.reason,
      device: engine.device,
      epoch: this.#epoch,
      batch,
      parameters: declaration.parameters,
      macs: declaration.macs,
    })
  }

  /** Trains to the end or until told to stop. */
  async run(): Promise<void> {
    const { epochs } = this.#configuration
    writeRecordedTasks(
      this.#folder,
      this.#learners.map((learner) => learner.recorded),
    )
    const started = performance.now()
    let metrics: Metrics = {}
    while (this.#epoch < epochs) {
      if ((await this.#runEpoch()) === 'stop') {
        this.#checkpoint()
        return this.#finish(started, metrics, true)
      }
      metrics = this.#evaluate()
      this.#endEpoch(metrics)
    }
    if (Object.keys(metrics).length === 0) metrics = this.#evaluate()
    this.#predict()
    this.#finish(started, metrics, false)
  }

  dispose(): void {
    this.#pipeline.close()
    this.#session.dispose()
  }

  #finish(started: number, metrics: Metrics, stopped: boolean): void {
    this.#control.emit({
      event: 'done',
      stopped,
      epoch: this.#epoch,
      engine: this.#engine,
      seconds: (performance.now() - started) / 1000,
      imagesPerSecond: this.#seconds > 0 ? this.#images / this.#seconds : 0,
      metrics,
    })
  }

  async #runEpoch(): Promise<'go' | 'stop'> {
    const { batch } = this.#configuration
    const order = this.#orderOf(this.#epoch)
    const steps = Math.ceil(order.length / batch)
    const people = (step: number): Int32Array => order.subarray(step * batch, (step + 1) * batch)
    if (this.#step === 0) for (const learner of this.#learners) learner.beginEpoch()
    ;[this.#stepSeconds, this.#waitSeconds] = [0, 0]
    // The first step is reported at once: it ends the wait after the click.
    let [lastProgress, images, started] = [-Infinity, 0, performance.now()]
    if (this.#pipeline.pending === 0) this.#pipeline.order(people(this.#step), this.#epoch)
    this.#tree?.begin(this.#epoch)
    while (this.#step < steps) {
      if ((await this.#control.next(this.#epoch + 1)) === 'stop') return 'stop'
      const stepStart = performance.now()
      const current = people(this.#step)
      if (this.#step + 1 < steps) this.#pipeline.order(people(this.#step + 1), this.#epoch)
      const slot = this.#takeBatch()
      const loss = this.#trainStep(slot, current, steps)
      this.#step += 1
      images += current.length
      const now = performance.now()
      this.#images += current.length
      this.#seconds += (now - stepStart) / 1000
      this.#stepSeconds += (now - stepStart) / 1000
      if (now - lastProgress > progressSeconds * 1000 || this.#step === steps) {
        const imagesPerSecond = images / ((now - started) / 1000)
        const at = { epoch: this.#epoch + 1, ...this.#phase(), step: this.#step, steps }
        this.#control.emit({ event: 'step', ...at, loss, imagesPerSecond })
        ;[lastProgress, images, started] = [now, 0, now]
      }
      if (now - this.#lastCheckpoint > checkpointSeconds * 1000) this.#checkpoint()
    }
    return 'go'
  }

  /** The training people in the order of an epoch. */
  #orderOf(epoch: number): Int32Array {
    const random = new Random(this.#configuration.seed, 'order', epoch)
    return this.#pictured
      ? balancedOrder(this.#pictured, this.#configuration.batch, random)
      : random.shuffle(this.#train.slice())
  }

  #takeBatch(): BatchSlot {
    const slot = this.#pipeline.take()
    this.#waitSeconds += this.#pipeline.takeWaited() / 1000
    return slot
  }

  /** What an epoch of a run in phases is in. */
  #phase(): { phase?: string } {
    return this.#tree === null ? {} : { phase: treePhaseTitles[this.#tree.phase(this.#epoch)] }
  }

  /** Whether the tasks themselves are learnt, so that what their labels do is to be believed. */
  #learnsTasks(): boolean {
    return this.#tree === null || this.#tree.phase(this.#epoch) === 'anchors'
  }

  /** One update; returns the weighted objective before it. @param steps of the epoch */
  #trainStep(slot: BatchSlot, people: Int32Array, steps: number): number {
    const { warmupEpochs, epochs } = this.#configuration
    const [update, updates] = [this.#epoch * steps + this.#step, epochs * steps]
    const padded = this.#padded.fill(people[0])
    padded.set(people)
    const { images, transforms, colour } = slot
    const feeds: Record<string, Float32Array | Int32Array> = { images, transforms, colour }
    for (const learner of this.#learners) {
      const own = slot.tasks[learner.index]
      learner.weigh(own, padded)
      for (const [name, values] of Object.entries(own.loss.values)) feeds[taskKey(learner.index, name)] = values
    }
    const active = this.#learners.map(({ index }) => slot.tasks[index].active)
    const moment = { seed: this.#configuration.seed, step: update, steps: updates, people: people.length, active }
    Object.assign(feeds, passValues(this.#passShapes, moment))
    const floors = this.#learners.map(({ index }) => slot.tasks[index].loss.floor?.() ?? 0)
    Object.assign(feeds, this.#balance.feeds({ update, active, floors }))
    const plan = this.#tree?.step(this.#epoch, this.#step, steps) ?? this.#plan(update, updates)
    const outputs = this.#session.run(plan.program, { ...feeds, ...plan.feeds }, plan.adam)
    const norm = outputs['gradientNorm'][0]
    if (!Number.isFinite(norm)) {
      throw new MendError(
        'training-diverged',
        `the gradient is ${norm} in epoch ${this.#epoch + 1}`,
        'lower --learning-rate',
      )
    }
    this.#balance.afterStep(outputs, plan.adam.learningRate)
    const learn = this.#epoch >= warmupEpochs && this.#learnsTasks()
    for (const learner of this.#learners) learner.read(slot.tasks[learner.index], padded, outputs, learn)
    return outputs['objective'][0]
  }

  /** A step of a run whose steps are all of one kind. */
  #plan(update: number, updates: number): StepPlan {
    const { seed, learningRate, weightDecay } = this.#configuration
    const rate = learningRateAt(learningRate, update, updates)
    const program = trainsEveryWidth(this.#configuration) ? sandwichProgram(seed, update) : 'train'
    return { program, feeds: {}, adam: { learningRate: rate, step: update + 1, weightDecay } }
  }

  #endEpoch(metrics: Metrics): void {
    const isFirst = this.#epoch === 0
    if (isFirst) for (const learner of this.#learners) learner.fixScale()
    this.#balance.afterEpoch(
      this.#learners.map((learner) => learner.meanLoss()),
      this.#learners.map(({ name }) => metrics[name]),
      this.#learners.map(({ schema }) => schema.kind),
    )
    if (isFirst) this.#balance.rescale(this.#learners.map(({ scale }) => scale))
    const phase = this.#phase()
    if (this.#learnsTasks()) {
      for (const learner of this.#learners) learner.parameters?.rescale(learner.epoch.componentLoss)
      writeEpoch(
        this.#folder,
        this.#epoch + 1,
        this.#learners.map((learner) => learner.epoch),
      )
    }
    this.#epoch += 1
    this.#step = 0
    const { checkpointEvery, epochs } = this.#configuration
    if (this.#epoch % checkpointEvery === 0 || this.#epoch === epochs) this.#checkpoint()
    this.#control.emit({
      event: 'epoch',
      epoch: this.#epoch,
      ...phase,
      epochs,
      losses: Object.fromEntries(this.#learners.map((learner) => [learner.name, learner.meanLoss()])),
      metrics,
      imagesPerSecond: this.#images / this.#seconds,
      waitShare: this.#stepSeconds > 0 ? this.#waitSeconds / this.#stepSeconds : 0,
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      tensors: tf.memory().numTensors,
      distributions: Object.fromEntries(
        this.#learners.map(({ name, epoch }) => [name, { s: quantilesOf(epoch.s), loss: quantilesOf(epoch.loss) }]),
      ),
    })
  }

  /** Metrics of every task on the validation split. */
  #evaluate(): Metrics {
    return measurePredictions(this.#snapshot, this.#learners, this.#predicted(this.#validation))
  }

  /** Keeps what the network now says of every label that it was trained on, and by what it compares people. */
  #predict(): void {
    keepPredictions(this.#folder, this.#snapshot, this.#learners, this.#predicted(this.#train.slice().sort()))
    const compared = this.#learners.filter(({ schema }) => schema.kind === 'identity')
    if (compared.length === 0) return
    const everybody = Int32Array.from({ length: this.#snapshot.people }, (_, person) => person)
    keepEmbeddings(this.#folder, this.#snapshot, compared, this.#predicted(everybody))
  }

  *#predicted(people: Int32Array): Generator<PredictedBatch> {
    const { batch, epochs } = this.#configuration
    const [session, pipeline] = [this.#session, this.#pipeline]
    const control = this.#tree?.predictionFeeds(Math.min(this.#epoch, epochs - 1))
    const run: BatchRunner = (images) => session.run('predict', { images, ...control })
    const predictor = { run, pipeline, learners: this.#learners, geometry: this.#geometry, batch }
    yield* predictedBatches(predictor, people, () => {
      // The epoch that follows starts with its first batch at hand.
      if (this.#epoch + 1 >= epochs) return
      pipeline.order(this.#orderOf(this.#epoch + 1).subarray(0, batch), this.#epoch + 1)
    })
    pipeline.takeWaited()
  }

  #checkpoint(): void {
    const started = performance.now()
    writeCheckpoint(this.#folder, this.#state(), { epoch: this.#epoch, step: this.#step })
    this.#lastCheckpoint = performance.now()
    const seconds = (performance.now() - started) / 1000
    this.#control.emit({ event: 'checkpoint', epoch: this.#epoch, seconds })
  }

  #state(): RunState {
    return {
      session: this.#session,
      learners: this.#learners,
      balance: this.#balance,
      snapshot: this.#snapshot.manifest.id,
      configuration: this.#configuration,
    }
  }
}
