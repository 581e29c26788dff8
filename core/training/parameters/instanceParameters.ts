import { MendError } from '../../dataset/mendError.ts'

/**
 * Instance-level task parameters: one s = log σ² per person and component of a task (Vasu, Saxena, Tuzel, "Instance-Level
 * Task Parameters", arXiv 2106.06129). They weigh the model's loss during training and are never part of the model.
 *
 * | kind           | loss of one component  | weight on l | ∂/∂s            | optimum       |
 * |----------------|------------------------|-------------|-----------------|---------------|
 * | classification | l·e^{−s} + s           | e^{−s}      | 1 − l·e^{−s}    | s = ln l      |
 * | regression     | l/2·e^{−s} + s         | e^{−s}/2    | 1 − l/2·e^{−s}  | s = ln (l/2)  |
 *
 * With one component this is the paper's parameter per label. With several, the label's loss is the mean of the column
 * above over its present components and each s takes the step of its own term, undivided by how many are present: a label
 * with two joints learns its parameters as fast as one with fourteen.
 */

/** Clamp of s, applied after the step: in the loss the gradient would die at the bound. Weights lie in e^{±4} = 54.6^{±1}. */
const parameterBound = 4

/** Losses beyond it are a diverged network, and would overflow the momentum for good. */
const largestLoss = 1e30

export interface ParametersOptions {
  /** Rows: people of the snapshot. */
  readonly people: number
  /** Columns: joints, attributes, parts or vector groups; 1 for a parameter per label. */
  readonly components: number
  /** Squared-error losses (keypoints as heatmaps of squared error, depth, vector): the weight is e^{−s}/2. */
  readonly regression: boolean
  /**
   * The effective step lr/B, `parameterRate` of the configuration: the paper's lr on a gradient that is averaged over the
   * batch. Curvature at the optimum is 1, so heavy-ball needs rate < 2(1 + momentum); 0.06 – 0.5 converges well.
   */
  readonly rate: number
  /** 0 ≤ momentum < 1. */
  readonly momentum: number
}

export interface ParametersState {
  /** [people × components], row-major. */
  readonly s: Float32Array
  /** [people × components], momentum of the gradient before `rate`. */
  readonly v: Float32Array
}

export interface InstanceParameters {
  readonly people: number
  readonly components: number
  readonly regression: boolean
  /** Fills `out` [B × components] with s of the people of the batch. */
  gather(people: Int32Array, out: Float32Array): void
  /** Fills `out` [B × components] with the weights on the model's losses: e^{−s}, or e^{−s}/2 for regression. */
  weights(people: Int32Array, out: Float32Array): void
  /**
   * One heavy-ball step, v ← μ·v + ∂/∂s; s ← clamp(s − rate·v, −4, 4), for the present entries of the batch. `losses`
   * [B × components] are the unweighted l ≥ 0, NaN where absent: absent entries keep s and v bit for bit. A person who
   * occurs twice is stepped twice. Throws `parameters-loss` (state untouched) when a loss is negative or above 1e30.
   */
  update(people: Int32Array, losses: Float32Array): void
  /** A copy, for a checkpoint. */
  state(): ParametersState
  /** Replaces everything by a checkpoint's state. Throws `parameters-state` when it does not fit. */
  load(state: ParametersState): void
}

/** Parameters with every s and v at 0. Throws `parameters-options` for sizes or rates that cannot work. */
export function createParameters(options: ParametersOptions): InstanceParameters {
  checkOptions(options)
  const { people, components, regression, rate, momentum } = options
  const half = regression ? 0.5 : 1
  const s = new Float32Array(people * components)
  const v = new Float32Array(people * components)

  function checkBatch(batch: Int32Array, values: Float32Array): void {
    if (values.length !== batch.length * components) {
      throw new MendError(
        'parameters-shape',
        `${values.length} values for ${batch.length} people with ${components} components each`,
        'Give people × components values, row by row.',
      )
    }
    for (let b = 0; b < batch.length; b++) {
      const person = batch[b]
      if (person < 0 || person >= people) {
        throw new MendError('parameters-person', `person ${person} of ${people}`, 'Indices are rows of the snapshot.')
      }
    }
  }

  function checkLosses(batch: Int32Array, losses: Float32Array): void {
    for (let i = 0; i < losses.length; i++) {
      const loss = losses[i]
      if (loss < 0 || loss > largestLoss) {
        throw new MendError(
          'parameters-loss',
          `loss ${loss} of person ${batch[Math.floor(i / components)]}, component ${i % components}`,
          'Losses are −log p or squared errors, finite and at least 0; NaN means that there is no label.',
        )
      }
    }
  }

  return {
    people,
    components,
    regression,
    gather(batch, out) {
      checkBatch(batch, out)
      for (let b = 0, o = 0; b < batch.length; b++) {
        for (let c = 0, at = batch[b] * components; c < components; c++, at++, o++) out[o] = s[at]
      }
    },
    weights(batch, out) {
      checkBatch(batch, out)
      for (let b = 0, o = 0; b < batch.length; b++) {
        for (let c = 0, at = batch[b] * components; c < components; c++, at++, o++) out[o] = half * Math.exp(-s[at])
      }
    },
    update(batch, losses) {
      checkBatch(batch, losses)
      checkLosses(batch, losses)
      for (let b = 0, i = 0; b < batch.length; b++) {
        for (let c = 0, at = batch[b] * components; c < components; c++, at++, i++) {
          const loss = losses[i]
          if (loss !== loss) continue
          v[at] = momentum * v[at] + (1 - half * loss * Math.exp(-s[at]))
          const next = s[at] - rate * v[at]
          s[at] = next > parameterBound ? parameterBound : next < -parameterBound ? -parameterBound : next
        }
      }
    },
    state() {
      return { s: s.slice(), v: v.slice() }
    },
    load(state) {
      checkState(state, s.length)
      s.set(state.s)
      v.set(state.v)
    },
  }
}

function checkOptions({ people, components, rate, momentum }: ParametersOptions): void {
  const wrong =
    !Number.isInteger(people) || people < 0
      ? `people ${people}`
      : !Number.isInteger(components) || components < 1
        ? `components ${components}`
        : people * components > 2 ** 31
          ? `${people} × ${components} parameters`
          : !(momentum >= 0 && momentum < 1)
            ? `momentum ${momentum}`
            : !(rate > 0 && rate < 2 * (1 + momentum))
              ? `rate ${rate} with momentum ${momentum}`
              : null
  if (wrong === null) return
  throw new MendError(
    'parameters-options',
    `instance-level parameters cannot use ${wrong}`,
    'The momentum lies in [0, 1) and the rate (lr/B) in (0, 2 + 2·momentum), well below the end: 0.06 – 0.5 converges well.',
  )
}

function checkState(state: ParametersState, length: number): void {
  const fits =
    state.s.length === length &&
    state.v.length === length &&
    state.s.every((value) => Math.abs(value) <= parameterBound) &&
    state.v.every((value) => Number.isFinite(value))
  if (fits) return
  throw new MendError(
    'parameters-state',
    `the checkpoint's parameters (${state.s.length} and ${state.v.length} values) do not fit ${length} here, or are damaged`,
    'Continue with the snapshot and configuration that the checkpoint was made with, or start afresh.',
  )
}
