import * as tf from '@tensorflow/tfjs'
import type { Conv2DBackpropFilterAttrs, KernelConfig, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { gatherPatches, patchLength, rowChunks } from './patches.ts'
import type { ConvolutionGeometry } from './patches.ts'
import { allocate, allocateZeros, floatHeap, floatOffset, multiplyMatrices, release } from './wasmHeap.ts'

interface Inputs {
  readonly x: TensorInfo
  readonly dy: TensorInfo
}

/**
 * Gradient of a 2-D convolution's filter, which tfjs's WebAssembly backend lacks: patches of the input × dY, in chunks of
 * rows, summed. x [B,H,W,Cin], dy [B,H',W',Cout] → [KH,KW,Cin,Cout].
 */
export const convolutionFilterGradient: KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend }) {
    const { x, dy } = inputs as unknown as Inputs
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs
    if (dataFormat !== 'NHWC') throw new Error(`the gradient of a convolution in ${dataFormat} is not supported`)
    const geometry = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    )
    return filterGradient(backend as BackendWasm, x, dy, geometry)
  },
}

function filterGradient(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const { outWidth, outChannels, filterShape } = geometry
  const gradient = allocateZeros(backend, filterShape)
  for (const chunk of rowChunks(geometry)) {
    const pixels = (chunk.end - chunk.first) * outWidth
    const patches = allocate(backend, [patchLength(geometry), pixels])
    const slopes = allocate(backend, [pixels, outChannels])
    const heap = floatHeap(backend)
    gatherPatches(heap, floatOffset(backend, x), geometry, chunk, floatOffset(backend, patches))
    const start = floatOffset(backend, dy) + chunk.first * outWidth * outChannels
    heap.copyWithin(floatOffset(backend, slopes), start, start + pixels * outChannels)
    // The backend repacks the right factor at some 15 ns a value: it is the smaller one.
    const product = multiplyMatrices(backend, patches, slopes)
    const [sum, part] = [backend.typedArrayFromHeap(gradient), backend.typedArrayFromHeap(product)]
    for (let at = 0; at < sum.length; at++) sum[at] += part[at]
    release(backend, patches, slopes, product)
  }
  return gradient
}
