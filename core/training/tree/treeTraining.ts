import * as tf from '@tensorflow/tfjs'
import type { Tensor1D } from '@tensorflow/tfjs'
import { treeStreams } from '../../model/network.ts'
import { Bound } from '../../model/scope.ts'
import { edgeLogits } from '../../model/tree/hypernetworks.ts'
import { activeTasks } from '../../model/tree/preference.ts'
import { likeliestTree, oneHotEdges, ownStreams } from '../../model/tree/tree.ts'
import { Random } from '../../synthetic/random.ts'
import type { AdamStep, FeedValues, Program, Session } from '../../tensor/program.ts'
import type { TaskLoss } from '../losses/taskLoss.ts'
import type { TreeModelName } from '../networkChoices.ts'
import { gumbel } from '../passFeeds.ts'
import { learningRateAt } from '../schedule.ts'
import { trainingProgram } from '../step.ts'
import type { StepOptions } from '../step.ts'
import { taskAffinity } from './affinity.ts'
import type { ProbeFeatures } from './affinity.ts'
import { dirichlet } from './dirichlet.ts'
import { probeFeatures, probeProgram } from './probeProgram.ts'
import { phaseProgram } from './treeStep.ts'
import { edgeTemperature, hypernetworkRate, phaseOf } from './treeSchedule.ts'
import type { TreePhase } from './treeSchedule.ts'

/** Parameter of the preferences that hypernetworks are trained for, r ~ Dirichlet(0.2): most prefer one task by far. */
const preferenceAlpha = 0.2

/** The part of a run's configuration that its steps depend on. */
export interface TreeRun {
  readonly model: TreeModelName
  readonly seed: number
  readonly epochs: number
  readonly learningRate: number
  readonly weightDecay: number
}

/** What a step of a run is, besides its images and labels. */
export interface StepPlan {
  readonly program: string
  readonly feeds: FeedValues
  readonly adam: AdamStep
}

/** Images of the probe set by batch, and how many of each count. */
export type ProbeBatches = () => Iterable<{ readonly images: Float32Array; readonly rows: number }>

/**
 * A controllable tree's run (methods.md 6): the tasks' own networks, then what they share, then how the normalisations change with
 * it. Every draw is named by seed and step, and what a phase is told of the former ones is found from their weights, so that a run
 * that is continued gives the same numbers.
 */
export class TreeTraining {
  readonly #run: TreeRun
  readonly #options: StepOptions
  readonly #losses: readonly TaskLoss[]
  readonly #session: Session
  readonly #probe: ProbeBatches
  readonly #tasks: number
  readonly #layers: number
  readonly #added = new Set<string>([phaseProgram('anchors')])
  #affinity: Float32Array | null = null

  /** @param session has the anchors' program */
  constructor(run: TreeRun, options: StepOptions, losses: readonly TaskLoss[], session: Session, probe: ProbeBatches) {
    this.#run = run
    this.#options = options
    this.#losses = losses
    this.#session = session
    this.#probe = probe
    this.#tasks = Object.keys(options.tasks).length
    this.#layers = treeStreams(run.model).layers.length
  }

  /** The phase of an epoch, from 0. */
  phase(epoch: number): TreePhase {
    return phaseOf(epoch, this.#run.epochs).phase
  }

  /** Makes ready what an epoch needs: its phase's programs, and how alike the tasks see images. */
  begin(epoch: number): void {
    const phase = this.phase(epoch)
    if (phase === 'anchors') return
    const learns = phase === 'edges' && this.#affinity === null
    this.#add([
      trainingProgram({ ...this.#options, phase }, this.#losses, phaseProgram(phase)),
      edgeProgram(this.#tasks, this.#layers),
      ...(learns ? [probeProgram(this.#run.model, Object.keys(this.#options.tasks), this.#options)] : []),
    ])
    if (learns) this.#affinity = this.#findAffinity()
  }

  /** A step of an epoch that has begun. @param steps of each epoch */
  step(epoch: number, step: number, steps: number): StepPlan {
    const { seed, epochs, learningRate, weightDecay } = this.#run
    const { phase, first, epochs: own } = phaseOf(epoch, epochs)
    const [at, of] = [(epoch - first) * steps + step, own * steps]
    const program = phaseProgram(phase)
    if (phase === 'anchors') {
      const adam = { learningRate: learningRateAt(learningRate, at, of), step: at + 1, weightDecay }
      return { program, feeds: {}, adam }
    }
    const adam = { learningRate: hypernetworkRate(at, of), step: at + 1, weightDecay: 0 }
    const random = new Random(seed, 'tree', phase, at)
    const shares = dirichlet(random, this.#tasks, preferenceAlpha)
    const condition = Float32Array.from([...shares, random.uniform()])
    if (phase === 'norms') return { program, feeds: { condition, edges: this.#edges(condition) }, adam }
    if (this.#affinity === null) throw new Error('the epoch has not begun')
    const draws = this.#layers * this.#tasks * this.#tasks
    const feeds = {
      condition,
      active: Float32Array.from(activeTasks(shares), Number),
      affinity: this.#affinity,
      gumbel: Float32Array.from({ length: draws }, () => gumbel(random)),
      temperature: Float32Array.of(edgeTemperature(at, of)),
    }
    return { program, feeds, adam }
  }

  /**
   * What `predict` is fed to say how far the run is: own streams at first, then the least frugal tree for even preferences.
   * @param epoch the last that was trained, from 0
   */
  predictionFeeds(epoch: number): FeedValues {
    const condition = new Float32Array(this.#tasks + 1).fill(1 / this.#tasks, 0, this.#tasks)
    if (this.phase(epoch) === 'anchors') {
      return { condition, edges: oneHotEdges(ownStreams(this.#tasks, this.#layers)) }
    }
    this.#add([edgeProgram(this.#tasks, this.#layers)])
    return { condition, edges: this.#edges(condition) }
  }

  /** The most probable tree of a condition. */
  #edges(condition: Float32Array): Float32Array {
    const { logits } = this.#session.run('edges', { condition })
    return oneHotEdges(likeliestTree(logits, this.#tasks))
  }

  /** Those that are not there yet, at once: an engine may load all that it has anew. */
  #add(programs: readonly Program[]): void {
    const missing = programs.filter(({ name }) => !this.#added.has(name))
    if (missing.length === 0) return
    this.#session.add(missing)
    for (const { name } of missing) this.#added.add(name)
  }

  #findAffinity(): Float32Array {
    const { batch } = this.#options
    const [tasks, layers] = [this.#tasks, this.#layers]
    const features: ProbeFeatures[][][] = []
    for (const { images, rows } of this.#probe()) {
      features.push(probeFeatures(this.#session.run('probe', { images }), { layers, tasks, batch, rows }))
    }
    const joined = Array.from({ length: tasks }, (_, task) =>
      Array.from({ length: layers }, (_, layer) => features.flatMap((each) => each[task][layer])),
    )
    return taskAffinity(joined)
  }
}

/** Logits of every edge for a condition. */
function edgeProgram(tasks: number, layers: number): Program {
  return {
    name: 'edges',
    feeds: { condition: { shape: [tasks + 1], dtype: 'float32' } },
    compute: (feeds, weights) => ({
      outputs: { logits: tf.add(edgeLogits(new Bound(weights), tasks, layers, feeds['condition'] as Tensor1D), 0) },
    }),
  }
}
