import * as tf from '@tensorflow/tfjs'
import type { Conv2DBackpropInputAttrs, KernelConfig, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { patchLength, rowChunks, scatterPatches } from './patches.ts'
import type { ConvolutionGeometry } from './patches.ts'
import {
  allocate,
  allocateZeros,
  callKernel,
  floatHeap,
  floatOffset,
  multiplyMatrices,
  release,
  transposeInHeap,
} from './wasmHeap.ts'

interface Inputs {
  readonly dy: TensorInfo
  readonly filter: TensorInfo
}

/**
 * Gradient of a 2-D convolution's input, dy [B,H',W',Cout], filter [KH,KW,Cin,Cout] → [B,H,W,Cin]; tfjs's own takes nine
 * times the convolution's time. At stride 1 it is a convolution of dy with the filter turned round; else dy × filterᵀ
 * gives patches, which are added up where they came from.
 */
export const convolutionInputGradient: KernelConfig = {
  kernelName: 'Conv2DBackpropInput',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, filter } = inputs as unknown as Inputs
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs as unknown as Conv2DBackpropInputAttrs
    if (dataFormat !== 'NHWC') throw new Error(`the gradient of a convolution in ${dataFormat} is not supported`)
    const geometry = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape as [number, number, number, number],
      strides,
      1,
      pad,
      dimRoundingMode,
    )
    const isConvolution = geometry.strideHeight === 1 && geometry.strideWidth === 1 && turnedPadding(geometry) !== null
    const compute = isConvolution ? byTurnedFilter : byPatches
    return compute(backend as BackendWasm, dy, filter, geometry)
  },
}

type Padding = [[number, number], [number, number], [number, number], [number, number]]

/** Padding of dy under which the turned filter gives the input's size; null when it would have to be negative. */
function turnedPadding({ filterHeight, filterWidth, padInfo }: ConvolutionGeometry): Padding | null {
  const [top, bottom] = [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom]
  const [left, right] = [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right]
  if (Math.min(top, bottom, left, right) < 0) return null
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}

function byTurnedFilter(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry
  const turned = allocate(backend, [filterHeight, filterWidth, outChannels, inChannels])
  const heap = floatHeap(backend)
  const [from, to] = [floatOffset(backend, filter), floatOffset(backend, turned)]
  const [taps, size] = [filterHeight * filterWidth, inChannels * outChannels]
  for (let tap = 0; tap < taps; tap++)
    transposeInHeap(heap, from + tap * size, inChannels, outChannels, to + (taps - 1 - tap) * size)
  const attributes = {
    strides: [1, 1],
    pad: turnedPadding(geometry),
    dataFormat: 'NHWC',
    dilations: [1, 1],
    dimRoundingMode: undefined,
  }
  const gradient = callKernel(backend, 'Conv2D', { x: dy, filter: turned }, attributes)
  release(backend, turned)
  return gradient
}

function byPatches(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const { outWidth, outChannels } = geometry
  const length = patchLength(geometry)
  const gradient = allocateZeros(backend, geometry.inShape)
  const transposed = allocate(backend, [outChannels, length])
  transposeInHeap(
    floatHeap(backend),
    floatOffset(backend, filter),
    length,
    outChannels,
    floatOffset(backend, transposed),
  )
  for (const chunk of rowChunks(geometry)) {
    const pixels = (chunk.end - chunk.first) * outWidth
    const slopes = allocate(backend, [pixels, outChannels])
    const start = floatOffset(backend, dy) + chunk.first * outWidth * outChannels
    floatHeap(backend).copyWithin(floatOffset(backend, slopes), start, start + pixels * outChannels)
    const patches = multiplyMatrices(backend, slopes, transposed)
    scatterPatches(floatHeap(backend), floatOffset(backend, patches), geometry, chunk, floatOffset(backend, gradient))
    release(backend, slopes, patches)
  }
  release(backend, transposed)
  return gradient
}
