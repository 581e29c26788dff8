import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { KernelConfig } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { MendError } from '../../dataset/mendError.ts'
import { adamUpdate } from './adamUpdate.ts'
import { convolutionFilterGradient } from './convolutionFilterGradient.ts'
import { convolutionInputGradient } from './convolutionInputGradient.ts'
import { matrixProduct } from './matrixProduct.ts'
import { maxPoolGradient } from './maxPoolGradient.ts'
import { refuseFailedAllocations } from './wasmMemory.ts'

export interface WebAssemblyEngine {
  /** Of tfjs's WebAssembly backend. */
  readonly version: string
  readonly simd: boolean
}

let registered = false

/**
 * Makes WebAssembly tfjs's backend, with our own kernels for what it lacks or is slow at, so that networks can be trained
 * on it. One thread; nothing is fetched.
 * @throws MendError `webassembly-unavailable` when it does not start.
 */
export async function loadWebAssembly(): Promise<WebAssemblyEngine> {
  try {
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    if (!registered) setWasmPaths(`${path.dirname(main)}${path.sep}`)
    if (!(await tf.setBackend('wasm'))) throw new Error('tfjs refused it')
  } catch (error) {
    throw new MendError(
      'webassembly-unavailable',
      `WebAssembly does not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      'run the set-up again (npm test or npm run demo does it), or use --engine tensorflow',
      { cause: error },
    )
  }
  if (!registered) {
    refuseFailedAllocations(tf.backend() as unknown as BackendWasm)
    registerOwnKernels()
    registered = true
  }
  return { version: version_wasm, simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT').then(Boolean) }
}

function registerOwnKernels(): void {
  const product = tf.getKernel('BatchMatMul', 'wasm')
  if (!product) throw new Error('the WebAssembly backend has no matrix product')
  const own: KernelConfig[] = [
    adamUpdate,
    convolutionFilterGradient,
    convolutionInputGradient,
    maxPoolGradient,
    matrixProduct(product.kernelFunc),
  ]
  for (const kernel of own) {
    if (tf.getKernel(kernel.kernelName, 'wasm')) tf.unregisterKernel(kernel.kernelName, 'wasm')
    tf.registerKernel(kernel)
  }
}
