import type { RunConfiguration } from './configuration.ts'
import type { StoredArray } from './checkpoints/safetensors.ts'
import type { LabelStatistics } from './losses/taskLoss.ts'
import { createParameters } from './parameters/instanceParameters.ts'
import type { InstanceParameters } from './parameters/instanceParameters.ts'
import { lossScale } from './parameters/lossScale.ts'

/** A component that is always right must not make noise of rounding. */
const leastComponentScale = 1e-3

/**
 * The learned parameters of one task's labels (methods.md 1 and 7). Each label has its own, the paper's; in component runs
 * each of its components has one too, and those weigh the model's loss instead, while the label's is still learned as a
 * signal. Rows are label numbers.
 */
export class LabelParameters {
  /** Weights a label: 1, or one for each component. */
  readonly width: number
  readonly #labels: InstanceParameters
  readonly #components: InstanceParameters | null
  readonly #componentsWeigh: boolean
  /**
   * [components] what a component's losses are further divided by before they step its parameter: its median over the labels
   * in the last epoch. A parameter then says how a component stands out among its kind. Without it, parts that are hard for
   * the network everywhere would all be trusted less, hence learned less: a mask would end as background.
   */
  readonly #componentScale: Float32Array
  readonly #labelLoss: Float32Array
  readonly #componentLoss: Float32Array

  /** `componentsWeigh`: components take part in a component run; see `TaskLearner`. */
  constructor(
    configuration: RunConfiguration,
    labels: number,
    components: number,
    regression: boolean,
    componentsWeigh: boolean,
  ) {
    const { parameters, parameterRate: rate, parameterMomentum: momentum, batch } = configuration
    const options = { people: labels, regression, rate, momentum }
    this.#labels = createParameters({ ...options, components: 1 })
    this.#components = parameters === 'component' ? createParameters({ ...options, components }) : null
    this.#componentsWeigh = this.#components !== null && componentsWeigh
    this.width = this.#componentsWeigh ? components : 1
    this.#componentScale = new Float32Array(components).fill(1)
    this.#labelLoss = new Float32Array(batch).fill(NaN)
    this.#componentLoss = new Float32Array(batch * components).fill(NaN)
  }

  /** Fills `out` [B × width] with the weights on the model's losses. */
  weights(labels: Int32Array, out: Float32Array): void {
    const source = this.#componentsWeigh ? this.#components : this.#labels
    ;(source ?? this.#labels).weights(labels, out)
  }

  /** Writes s of a label, and of its present components, as they are now. */
  record(label: number, { componentLoss }: LabelStatistics, s: Float32Array, componentS: Float32Array): void {
    const row = Int32Array.of(label)
    this.#labels.gather(row, s.subarray(label, label + 1))
    if (!this.#components) return
    const own = componentS.subarray(label * componentLoss.length, (label + 1) * componentLoss.length)
    this.#components.gather(row, own)
    for (let c = 0; c < own.length; c++) if (Number.isNaN(componentLoss[c])) own[c] = NaN
  }

  /** Notes what row b of the batch lost, `scale` being the task's. */
  collect(b: number, { loss, componentLoss }: LabelStatistics, scale: number): void {
    this.#labelLoss[b] = loss / scale
    for (let c = 0; c < componentLoss.length; c++) {
      this.#componentLoss[b * componentLoss.length + c] = componentLoss[c] / (scale * this.#componentScale[c])
    }
  }

  /** Steps the parameters of the rows that were collected since the last call, when `learn`; forgets them either way. */
  step(labels: Int32Array, learn: boolean): void {
    if (learn) {
      this.#labels.update(labels, this.#labelLoss)
      this.#components?.update(labels, this.#componentLoss)
    }
    this.#labelLoss.fill(NaN)
    this.#componentLoss.fill(NaN)
  }

  /** After an epoch, from its component losses [labels × components]: components are compared with how their kind fares now. */
  rescale(componentLoss: Float32Array): void {
    const components = this.#componentScale.length
    const column = new Float32Array(componentLoss.length / components)
    for (let c = 0; c < components; c++) {
      for (let label = 0; label < column.length; label++) column[label] = componentLoss[label * components + c]
      this.#componentScale[c] = Math.max(leastComponentScale, lossScale(column))
    }
  }

  /** Everything, by name, for a checkpoint. */
  state(): Map<string, StoredArray> {
    const state = new Map<string, StoredArray>([['scale', this.#componentScale]])
    const add = (name: string, { s, v }: { s: Float32Array; v: Float32Array }): void => {
      state.set(`${name}/s`, s).set(`${name}/v`, v)
    }
    add('label', this.#labels.state())
    if (this.#components) add('component', this.#components.state())
    return state
  }

  /** Restores what `state` gave. */
  load(state: ReadonlyMap<string, StoredArray>): void {
    const floats = (name: string): Float32Array => {
      const values = state.get(name)
      if (values instanceof Float32Array) return values
      throw new Error(`the checkpoint lacks the parameters ${name}`)
    }
    this.#componentScale.set(floats('scale'))
    this.#labels.load({ s: floats('label/s'), v: floats('label/v') })
    this.#components?.load({ s: floats('component/s'), v: floats('component/v') })
  }
}
