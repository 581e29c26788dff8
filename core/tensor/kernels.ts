import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { currentTensorflow } from './tensorflow.ts'
import type { OpAttribute, Tensorflow } from './tensorflow.ts'

/**
 * Operations with gradients of our own, where tfjs composes slow ones. Each computes the same as the composed form named in
 * its docstring, to rounding, on any backend; on TensorFlow a fused kernel does the work where there is one.
 */

function floatAttribute({ binding }: Tensorflow): OpAttribute {
  return { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
}

/** max(x, 0). tfjs composes the gradient from Step and Mul (20 ms a layer of 16 × 128×64×32); TensorFlow has ReluGrad. */
export function relu<T extends Tensor>(x: T): T {
  const tensorflow = currentTensorflow()
  if (!tensorflow) return tf.relu(x)
  const attributes = [floatAttribute(tensorflow)]
  const forward = tf.customGrad((input, save) => {
    const value = tensorflow.backend.executeSingleOutput('Relu', attributes, [input as Tensor])
    ;(save as (tensors: Tensor[]) => void)([value])
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        tensorflow.backend.executeSingleOutput('ReluGrad', attributes, [dy, saved[0]]),
    }
  })
  return forward(x) as T
}

/**
 * Group normalisation (Wu & He 2018) of x [B,H,W,C] in C/groupSize groups, then gamma [C] and beta [C]: statistics over the
 * pixels and channels of a group. Two passes over x forward and, by hand, the least that the gradient needs backward.
 * Equal to tf.moments over the reshaped groups, composed.
 */
export function groupNorm(x: Tensor4D, gamma: Tensor, beta: Tensor, groupSize: number, epsilon = 1e-5): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const groups = channels / groupSize
  if (!Number.isInteger(groups)) throw new Error(`${channels} channels do not divide into groups of ${groupSize}`)
  const pixels = height * width
  const count = pixels * groupSize
  const perGroup = (values: Tensor): Tensor3D => tf.reshape(values, [batch, groups, groupSize])
  const perChannel = (values: Tensor): Tensor2D =>
    tf.reshape(tf.mul(values, tf.ones([batch, groups, groupSize])), [batch, channels])

  const normalise = tf.customGrad((input, gammaIn, betaIn, save) => {
    const flat = tf.reshape(input as Tensor, [batch, pixels, channels])
    const gain = gammaIn as Tensor
    const mean = tf.div(tf.sum(perGroup(sumPixels(flat)), 2, true), count)
    const meanSquare = tf.div(tf.sum(perGroup(sumPixels(tf.square(flat))), 2, true), count)
    const variance = tf.relu(tf.sub(meanSquare, tf.square(mean)))
    const inverse = tf.rsqrt(tf.add(variance, epsilon))
    const scale = tf.mul(perChannel(inverse), gain)
    const shift = tf.sub(betaIn as Tensor, tf.mul(perChannel(mean), scale))
    const y = tf.add(tf.mul(flat, tf.expandDims(scale, 1)), tf.expandDims(shift, 1))
    ;(save as (tensors: Tensor[]) => void)([flat, mean, inverse, scale, gain])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [flatX, mu, inv, scaleC, gammaC] = saved
      const dyFlat = tf.reshape(dy, [batch, pixels, channels])
      const sumDy = sumPixels(dyFlat)
      const sumDyX = sumPixels(tf.mul(dyFlat, flatX))
      // Σ dy·x̂ of a channel, from sums over pixels only.
      const sumDyNormal = tf.mul(perChannel(inv), tf.sub(sumDyX, tf.mul(perChannel(mu), sumDy)))
      const meanDy = tf.div(tf.sum(perGroup(tf.mul(sumDy, gammaC)), 2, true), count)
      const meanDyNormal = tf.div(tf.sum(perGroup(tf.mul(sumDyNormal, gammaC)), 2, true), count)
      const slope = tf.neg(tf.mul(tf.square(inv), meanDyNormal))
      const offset = tf.neg(tf.add(tf.mul(inv, meanDy), tf.mul(slope, mu)))
      const dx = tf.add(
        tf.add(tf.mul(dyFlat, tf.expandDims(scaleC, 1)), tf.mul(flatX, tf.expandDims(perChannel(slope), 1))),
        tf.expandDims(perChannel(offset), 1),
      )
      return [tf.reshape(dx, [batch, height, width, channels]), tf.sum(sumDyNormal, 0), tf.sum(sumDy, 0)]
    }
    return { value: tf.reshape(y, [batch, height, width, channels]), gradFunc }
  })
  return normalise(x, gamma, beta) as Tensor4D
}

/**
 * Up to this many values TensorFlow sums over a middle axis faster than by a product with ones, which takes 0.1 ms of
 * processor time whatever the size; measured at 32 × 128 × 16: 0.03 against 0.1 ms, at 16 × 2048 × 64 0.40 against 0.33.
 */
const plainSumValues = 2 ** 18

/** Σ over the pixels of [B,P,C]; of large maps as a matrix product with ones: threaded, where a middle-axis sum is not. */
export function sumPixels(flat: Tensor): Tensor2D {
  const [batch, pixels, channels] = flat.shape
  if (currentTensorflow() && flat.size <= plainSumValues) return tf.sum(flat, 1)
  return tf.reshape(tf.matMul(tf.ones([batch, 1, pixels]), flat as Tensor3D), [batch, channels])
}

/**
 * Cross entropy of each row: logits [N,C], labels int32 [N] in 0 … C−1 → −log softmax(logits)[label], [N], ≥ 0.
 * Equal to the composed −Σ onehot·logSoftmax.
 */
export function sparseCrossEntropy(logits: Tensor2D, labels: Tensor): Tensor {
  const tensorflow = currentTensorflow()
  const [, classes] = logits.shape
  const compute = tf.customGrad((input, save) => {
    const z = input as Tensor2D
    if (tensorflow) {
      const { binding, backend } = tensorflow
      const attributes = [
        floatAttribute(tensorflow),
        { name: 'Tlabels', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ]
      const name = 'SparseSoftmaxCrossEntropyWithLogits'
      const [loss, slope] = backend.executeMultipleOutputs(name, attributes, [z, labels], 2)
      ;(save as (tensors: Tensor[]) => void)([slope])
      return { value: loss, gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0], tf.expandDims(dy, 1)) }
    }
    const given = tf.oneHot(tf.cast(labels, 'int32'), classes)
    const logProbability = tf.logSoftmax(z)
    ;(save as (tensors: Tensor[]) => void)([tf.sub(tf.exp(logProbability), given)])
    return {
      value: tf.neg(tf.sum(tf.mul(given, logProbability), 1)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0], tf.expandDims(dy, 1)),
    }
  })
  return compute(logits)
}

/**
 * Cross entropy of each row against a distribution: logits [N,C], targets [N,C] (rows sum to 1, or all 0) → [N].
 * Equal to the composed −Σ targets·logSoftmax; a row of zeros gives 0.
 */
export function denseCrossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor {
  const tensorflow = currentTensorflow()
  const compute = tf.customGrad((input, save) => {
    const z = input as Tensor2D
    if (tensorflow) {
      const attributes = [floatAttribute(tensorflow)]
      const name = 'SoftmaxCrossEntropyWithLogits'
      const [loss, slope] = tensorflow.backend.executeMultipleOutputs(name, attributes, [z, targets], 2)
      ;(save as (tensors: Tensor[]) => void)([slope])
      return { value: loss, gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0], tf.expandDims(dy, 1)) }
    }
    const logProbability = tf.logSoftmax(z)
    ;(save as (tensors: Tensor[]) => void)([tf.sub(tf.softmax(z), targets)])
    return {
      value: tf.neg(tf.sum(tf.mul(targets, logProbability), 1)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0], tf.expandDims(dy, 1)),
    }
  })
  return compute(logits)
}

/** Entropy of softmax(logits) by row: logits [N,C] → [N], 0 … ln C. Not differentiable: for signals only. */
export function entropyOfSoftmax(logits: Tensor2D): Tensor {
  return denseCrossEntropy(logits, tf.softmax(logits))
}

/** ½ Σ x² as a scalar: one fused pass on TensorFlow. Not differentiable: for gradient norms only. */
export function halfSquaredNorm(x: Tensor): Tensor {
  const tensorflow = currentTensorflow()
  if (tensorflow) return tensorflow.backend.executeSingleOutput('L2Loss', [floatAttribute(tensorflow)], [x])
  return tf.mul(tf.sum(tf.square(x)), 0.5)
}

/**
 * Projective resampling of images [B,H,W,C] by transforms [B,8] (tf.image.transform's convention: output pixel index →
 * input pixel index), bilinear, zero outside. Not differentiable: for augmentation of inputs.
 */
export function warpImages(images: Tensor4D, transforms: Tensor2D): Tensor4D {
  const tensorflow = currentTensorflow()
  const [, height, width] = images.shape
  if (!tensorflow) return tf.image.transform(images, transforms, 'bilinear', 'constant', 0, [height, width])
  const { binding, backend } = tensorflow
  return backend.executeSingleOutput(
    'ImageProjectiveTransformV3',
    [
      { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      { name: 'interpolation', type: binding.TF_ATTR_STRING, value: 'BILINEAR' },
      { name: 'fill_mode', type: binding.TF_ATTR_STRING, value: 'CONSTANT' },
    ],
    [images, transforms, tf.tensor1d([height, width], 'int32'), tf.scalar(0)],
  ) as Tensor4D
}

/**
 * Bilinear resampling of x [B,H,W,C] to [B,height,width,C], half-pixel centres, edges repeated. tfjs 4.22 computes its
 * gradient as if pixels were sampled at their corners, on every backend (2% off in the norm of a whole network's gradient);
 * this one is the exact adjoint: TensorFlow's kernel, or the transposed interpolation matrix of each axis.
 */
export function resizeBilinear(x: Tensor4D, height: number, width: number): Tensor4D {
  const tensorflow = currentTensorflow()
  const [batch, fromHeight, fromWidth, channels] = x.shape
  const resize = tf.customGrad((input, save) => {
    const given = input as Tensor4D
    ;(save as (tensors: Tensor[]) => void)([given])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      if (tensorflow) {
        const { binding, backend } = tensorflow
        const flags = [
          { name: 'align_corners', type: binding.TF_ATTR_BOOL, value: false },
          { name: 'half_pixel_centers', type: binding.TF_ATTR_BOOL, value: true },
        ]
        return backend.executeSingleOutput('ResizeBilinearGrad', [floatAttribute(tensorflow), ...flags], [dy, saved[0]])
      }
      const rows = interpolationMatrix(height, fromHeight)
      const columns = interpolationMatrix(width, fromWidth)
      const byRow = tf.reshape(dy, [batch, height, width * channels]) as Tensor3D
      const joined = tf.matMul(repeated(rows, batch), byRow, true)
      const byColumn = tf.reshape(joined, [batch * fromHeight, width, channels]) as Tensor3D
      const result = tf.matMul(repeated(columns, batch * fromHeight), byColumn, true)
      return tf.reshape(result, [batch, fromHeight, fromWidth, channels])
    }
    return { value: tf.image.resizeBilinear(given, [height, width], false, true), gradFunc }
  })
  return resize(x) as Tensor4D
}

/** [to,from]: row i holds the shares of the input's entries in entry i of the output. */
function interpolationMatrix(to: number, from: number): Tensor2D {
  const shares = new Float32Array(to * from)
  for (let at = 0; at < to; at++) {
    const place = Math.max(0, ((at + 0.5) * from) / to - 0.5)
    const low = Math.min(from - 1, Math.floor(place))
    shares[at * from + low] += 1 - (place - low)
    shares[at * from + Math.min(from - 1, low + 1)] += place - low
  }
  return tf.tensor2d(shares, [to, from])
}

function repeated(matrix: Tensor2D, times: number): Tensor3D {
  return tf.tile(tf.expandDims(matrix, 0), [times, 1, 1])
}
