import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { Random } from '../synthetic/random.ts'
import type { WeightSpecification, Weights } from '../tensor/program.ts'
import type { NormName } from '../training/networkChoices.ts'
import { fixedWeight, taskWeight } from './weightNames.ts'

/** How a new weight is drawn: He-normal over its fan-in (He et al. 2015), or given; a list holds all values. */
export type Initial =
  { readonly fanIn: number; readonly gain?: number } | { readonly constant: number } | { readonly values: Float32Array }

/** What the layers of one pass through a trunk are made of. */
export interface LayerStyle {
  readonly norm: NormName
  /** `adapted`: ASTMT, `bank`: RCM, `grouped`: SFG. */
  readonly convolution: 'plain' | 'adapted' | 'bank' | 'grouped'
  /** Tasks of the network, in their order. */
  readonly tasks: readonly string[]
  /** The task whose features the pass computes; null where all tasks share them. */
  readonly task: string | null
  /** What of the pass is the task's own: nothing, the norms, or every weight. */
  readonly owns: 'nothing' | 'norms' | 'all'
}

export const sharedStyle: LayerStyle = { norm: 'group', convolution: 'plain', tasks: [], task: null, owns: 'nothing' }

/** Where a network takes its weights from while it is computed; layers name them, so one description serves both uses. */
export interface Scope {
  readonly style: LayerStyle
  /** Whether batches are normalised by their own statistics and filters are drawn, as in a training step. */
  readonly training: boolean
  weight(name: string, shape: readonly number[], initial: Initial): Tensor
  /** The first entries of a weight along every axis, `taken` of each. */
  sliced(name: string, shape: readonly number[], initial: Initial, taken: readonly number[]): Tensor
  /** Declares a weight that this pass has no use for. */
  idle(name: string, shape: readonly number[], initial: Initial): void
  /** A value that no gradient moves. */
  fixed(name: string, shape: readonly number[], initial: Initial): Tensor
  /** The fixed value's successor, from the end of the step on; what reads it later in the step already sees it. */
  replaceFixed(name: string, value: Tensor): void
  /** Training: [B], 1 for the images of the batch that the pass is to learn its statistics from, else 0. */
  rows(): Tensor
  /** That many values of this step's noise (standard Gumbel); null where nothing is drawn, in a prediction. */
  noise(size: number): Tensor | null
  /** Training: temperature of drawn filters, a scalar. */
  temperature(): Tensor
  /** What several passes have in common, made by the first. */
  once<T extends Tensor>(key: string, make: () => T): T
  /** Adds multiply–accumulates of one image, for the cost. */
  count(macs: number): void
  /** The same source of weights, for a pass of another style. */
  styled(style: LayerStyle): Scope
}

/** What scopes of every style draw from. */
interface Source {
  readonly training: boolean
  take(request: WeightRequest): Tensor
  /** Declares a weight, and gives nothing. */
  mention(request: WeightRequest): void
  replace(name: string, value: Tensor): void
  /** @param index 0, or 1 + the number of the pass's task */
  rows(index: number): Tensor
  noise(size: number): Tensor | null
  temperature(): Tensor
  count(macs: number, task: string | null): void
}

interface WeightRequest {
  readonly name: string
  /** Names the stream that initial values are drawn from. */
  readonly drawnAs: string
  readonly shape: readonly number[]
  readonly initial: Initial
  readonly trainable: boolean
  readonly task: string | null
  /** How much of each axis is used, from its beginning; null where nothing is. */
  readonly taken: readonly number[] | null
}

class StyledScope implements Scope {
  readonly style: LayerStyle
  readonly #source: Source
  readonly #made: Map<string, Tensor>

  constructor(source: Source, style: LayerStyle, made = new Map<string, Tensor>()) {
    this.#source = source
    this.style = style
    this.#made = made
  }

  get training(): boolean {
    return this.#source.training
  }

  #own(name: string): string {
    const { owns, task } = this.style
    return owns === 'all' && task !== null ? taskWeight(task, name) : name
  }

  weight(name: string, shape: readonly number[], initial: Initial): Tensor {
    return this.#source.take(this.#request(name, shape, initial, shape))
  }

  sliced(name: string, shape: readonly number[], initial: Initial, taken: readonly number[]): Tensor {
    const tensor = this.#source.take(this.#request(name, shape, initial, taken))
    // A network that was cut to these widths has nothing else.
    if (tensor.shape.join() === taken.join()) return tensor
    return tf.slice(
      tensor,
      taken.map(() => 0),
      [...taken],
    )
  }

  idle(name: string, shape: readonly number[], initial: Initial): void {
    this.#source.mention(this.#request(name, shape, initial, null))
  }

  /** Drawn by the bare name: a task's own network begins as it would in a run of that task alone. */
  #request(name: string, shape: readonly number[], initial: Initial, taken: WeightRequest['taken']): WeightRequest {
    const { task } = this.style
    return { name: this.#own(name), drawnAs: name, shape, initial, task, trainable: true, taken }
  }

  fixed(name: string, shape: readonly number[], initial: Initial): Tensor {
    const request = this.#request(name, shape, initial, shape)
    return this.#source.take({ ...request, name: fixedWeight(request.name), trainable: false })
  }

  replaceFixed(name: string, value: Tensor): void {
    this.#source.replace(fixedWeight(this.#own(name)), value)
  }

  rows(): Tensor {
    const { tasks, task } = this.style
    return this.#source.rows(task === null ? 0 : 1 + tasks.indexOf(task))
  }

  noise(size: number): Tensor | null {
    return this.#source.noise(size)
  }

  temperature(): Tensor {
    return this.#source.temperature()
  }

  once<T extends Tensor>(key: string, make: () => T): T {
    const known = this.#made.get(key)
    if (known !== undefined) return known as T
    const made = make()
    this.#made.set(key, made)
    return made
  }

  count(macs: number): void {
    this.#source.count(macs, this.style.task)
  }

  styled(style: LayerStyle): Scope {
    return new StyledScope(this.#source, style, this.#made)
  }
}

interface Declared extends Omit<WeightRequest, 'task' | 'taken'> {
  readonly tensor: Tensor
}

/** The first, symbolic use: computing a network once on one blank image declares all its weights and counts its cost. */
export class Declaration extends StyledScope {
  readonly #records: DeclarationRecords
  #weights: readonly WeightSpecification[] | null = null
  readonly #seed: number

  constructor(seed: number) {
    const records = new DeclarationRecords()
    super(records, sharedStyle)
    this.#records = records
    this.#seed = seed
  }

  /** Drawn when first asked for, and from then on the same arrays. */
  get weights(): readonly WeightSpecification[] {
    this.#weights ??= [...this.#records.declared.values()].map((declared) => ({
      name: declared.name,
      shape: declared.shape,
      initial: drawn(this.#seed, declared),
      ...(!declared.trainable && { trainable: false as const }),
    }))
    return this.#weights
  }

  /** Values that training moves, of weights as far as they are used; running statistics and frozen filters are not among them. */
  get parameters(): number {
    return this.#count(true)
  }

  /** Values that no gradient moves: running statistics, frozen filters. */
  get fixedValues(): number {
    return this.#count(false)
  }

  #count(trainable: boolean): number {
    let sum = 0
    for (const declared of this.#records.declared.values()) {
      if (declared.trainable !== trainable) continue
      sum += sizeOf(this.#records.used.get(declared.name)?.taken ?? declared.shape)
    }
    return sum
  }

  /** Multiply–accumulates of one image. */
  get macs(): number {
    return [...this.#records.macs.values()].reduce((sum, macs) => sum + macs, 0)
  }

  /** Those of what is computed for the task alone; null: of what the tasks share. */
  macsOf(task: string | null): number {
    return this.#records.macs.get(task) ?? 0
  }

  /** Declares what a pass reads, of which a prediction has no use and whose cost does not count. */
  idly(pass: () => void): void {
    this.#records.idly(pass)
  }

  /** Shapes of all weights declared so far; none is drawn. */
  get shapes(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#records.declared.values()].map(({ name, shape }) => [name, shape]))
  }

  /** Weights that a prediction reads: how much of each axis. */
  get used(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#records.used].map(([name, { taken }]) => [name, taken]))
  }

  /** Values of them that a task alone reads; null: that the tasks share. */
  usedValuesOf(task: string | null): number {
    let sum = 0
    for (const used of this.#records.used.values()) if (used.task === task) sum += sizeOf(used.taken)
    return sum
  }

  /** Values of noise that a training step is fed. */
  get noiseValues(): number {
    return this.#records.noiseValues
  }
}

class DeclarationRecords implements Source {
  readonly training = false
  readonly declared = new Map<string, Declared>()
  readonly macs = new Map<string | null, number>()
  /** Of the first pass that reads the weight. */
  readonly used = new Map<string, { readonly taken: readonly number[]; readonly task: string | null }>()
  noiseValues = 0
  /** Name and pass: a pass has each weight once. */
  readonly #taken = new Set<string>()
  #idle = false

  idly(pass: () => void): void {
    this.#idle = true
    pass()
    this.#idle = false
    this.#taken.clear()
  }

  mention(request: WeightRequest): void {
    this.take(request)
  }

  take({ task, taken, ...request }: WeightRequest): Tensor {
    const { name, shape } = request
    if (taken !== null && !this.#idle && !this.used.has(name)) this.used.set(name, { taken, task })
    const key = JSON.stringify([task, name])
    if (this.#taken.has(key)) throw new Error(`weight ${name} is declared twice`)
    this.#taken.add(key)
    const known = this.declared.get(name)
    if (known === undefined) {
      const tensor = tf.zeros([...shape])
      this.declared.set(name, { ...request, tensor })
      return tensor
    }
    if (known.shape.join() !== shape.join())
      throw new Error(`weight ${name} is ${known.shape.join()}, not ${shape.join()}`)
    return known.tensor
  }

  replace(): void {}

  rows(): Tensor {
    return tf.ones([1])
  }

  noise(size: number): Tensor {
    this.noiseValues += size
    return tf.zeros([size])
  }

  temperature(): Tensor {
    return tf.scalar(1)
  }

  count(macs: number, task: string | null): void {
    if (this.#idle) return
    this.macs.set(task, (this.macs.get(task) ?? 0) + macs)
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Each weight has a stream of its own: adding a head leaves the trunk's initial values as they were. */
function drawn(seed: number, { drawnAs, shape, initial }: Declared): Float32Array {
  if ('values' in initial) return initial.values.slice()
  const values = new Float32Array(sizeOf(shape))
  if ('constant' in initial) return values.fill(initial.constant)
  const random = new Random(seed, 'weight', drawnAs)
  const deviation = Math.sqrt((initial.gain ?? 2) / initial.fanIn)
  for (let index = 0; index < values.length; index++) values[index] = random.normal() * deviation
  return values
}

/** What a training step feeds besides the images. */
export interface PassFeeds {
  /** [1 + tasks, B], 1 or 0: the images that are people of the batch, and for each task those of them that have its label. */
  readonly rows?: Tensor
  /** [noiseValues], standard Gumbel. */
  readonly noise?: Tensor
  /** Scalar. */
  readonly temperature?: Tensor
}

/** Every later use: weights by name from a session. Without feeds of a pass it predicts. */
export class Bound extends StyledScope {
  /** New values of fixed weights, by name; the caller's to dispose of. */
  readonly replaced: ReadonlyMap<string, Tensor>

  constructor(weights: Weights, feeds: PassFeeds | null = null) {
    const source = new BoundSource(weights, feeds)
    super(source, sharedStyle)
    this.replaced = source.replaced
  }
}

class BoundSource implements Source {
  readonly replaced = new Map<string, Tensor>()
  readonly #weights: Weights
  readonly #feeds: PassFeeds | null
  #noiseUsed = 0

  constructor(weights: Weights, feeds: PassFeeds | null) {
    this.#weights = weights
    this.#feeds = feeds
  }

  get training(): boolean {
    return this.#feeds !== null
  }

  take({ name }: WeightRequest): Tensor {
    const weight = this.replaced.get(name) ?? this.#weights[name]
    if (!weight) throw new Error(`no weight ${name}`)
    return weight
  }

  mention(): void {}

  replace(name: string, value: Tensor): void {
    const former = this.replaced.get(name)
    this.replaced.set(name, tf.keep(value))
    former?.dispose()
  }

  rows(index: number): Tensor {
    return tf.reshape(tf.slice(this.#feed('rows'), [index, 0], [1, -1]), [-1])
  }

  noise(size: number): Tensor | null {
    if (!this.training) return null
    const slice = tf.slice(this.#feed('noise'), [this.#noiseUsed], [size])
    this.#noiseUsed += size
    return slice
  }

  temperature(): Tensor {
    return this.#feed('temperature')
  }

  #feed(name: keyof PassFeeds): Tensor {
    const feed = this.#feeds?.[name]
    if (!feed) throw new Error(`the step is not fed ${name}`)
    return feed
  }

  count(): void {}
}
