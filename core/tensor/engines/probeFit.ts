import * as tf from '@tensorflow/tfjs'

/** Weight and bias after each step. */
export type FitTrace = readonly { readonly weight: number; readonly bias: number }[]

/**
 * What the fit below gives, by hand: with x = (−1, 1), y = (−1, 3) and prediction w·x + b, the mean squared error has the
 * gradients ∂w = 2w − 4 and ∂b = 2b − 2; with learning rate ¼ a step is w ← w/2 + 1, b ← b/2 + ½. From (0, 0) every value is
 * a sum of powers of two, so single precision is exact.
 */
export const expectedFit: FitTrace = [
  { weight: 1, bias: 0.5 },
  { weight: 1.5, bias: 0.75 },
  { weight: 1.75, bias: 0.875 },
  { weight: 1.875, bias: 0.9375 },
]

/**
 * Fits a line by gradient descent on tfjs's current backend. The weight is a 1 × 1 convolution's, so that the kernels that
 * training lives on — convolution and the gradient of its filter — are what is tried.
 */
export function probeFit(steps: number = expectedFit.length): FitTrace {
  return tf.tidy(() => {
    const x = tf.tensor4d([-1, 1], [2, 1, 1, 1])
    const y = tf.tensor4d([-1, 3], [2, 1, 1, 1])
    const loss = tf.grads((filter, bias) => {
      const prediction = tf.add(tf.conv2d(x, filter as tf.Tensor4D, 1, 'valid'), bias)
      return tf.mean(tf.square(tf.sub(prediction, y)))
    })
    let filter: tf.Tensor = tf.zeros([1, 1, 1, 1])
    let bias: tf.Tensor = tf.zeros([1])
    return Array.from({ length: steps }, () => {
      const [filterGradient, biasGradient] = loss([filter, bias])
      filter = tf.sub(filter, tf.mul(filterGradient, 0.25))
      bias = tf.sub(bias, tf.mul(biasGradient, 0.25))
      return { weight: filter.dataSync()[0], bias: bias.dataSync()[0] }
    })
  })
}

/** @returns null when every value is within 1e-5 of the known result, else where it first differs. */
export function fitDefect(trace: FitTrace, expected: FitTrace = expectedFit): string | null {
  for (const [index, wanted] of expected.entries()) {
    const found = trace[index]
    const isRight =
      found !== undefined &&
      Math.abs(found.weight - wanted.weight) <= 1e-5 &&
      Math.abs(found.bias - wanted.bias) <= 1e-5
    if (!isRight) {
      const said = found === undefined ? 'nothing' : `w ${found.weight}, b ${found.bias}`
      return `step ${index + 1} of a fit gave ${said} instead of w ${wanted.weight}, b ${wanted.bias}`
    }
  }
  return null
}
