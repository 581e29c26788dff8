import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import { MendError } from '../../dataset/mendError.ts'
import { describeAdapter, type AdapterDescription } from './adapter.ts'
import { installDawn } from './dawn.ts'
import { sumOfMany } from './sumOfMany.ts'
import { readWithoutCanvas, type WebGpuBackend } from './readback.ts'

export interface WebGpuEngine extends AdapterDescription {
  /** Of tfjs's WebGPU backend. */
  readonly version: string
}

/**
 * Of tfjs's shaders for matrix products the one without a barrier for every sum: on the processor a barrier costs some 100 ms
 * (a step of `tiny` on SwiftShader: 15 s with the shader that tfjs takes for small products, 4 s with this one).
 */
const packedProduct = 3

let loaded: WebGpuEngine | null = null

/**
 * Makes WebGPU tfjs's backend, over Dawn: Vulkan, Metal or Direct3D 12. The device is given back when the process ends:
 * Dawn's threads would crash it else.
 * @throws MendError `webgpu-unavailable` where no GPU can be reached.
 */
export async function loadWebGpu(): Promise<WebGpuEngine> {
  if (loaded === null) loaded = await load()
  else await tf.setBackend('webgpu')
  return loaded
}

async function load(): Promise<WebGpuEngine> {
  const gpu = await installDawn()
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new MendError('webgpu-unavailable', noAdapterReason(), driverHint())
  await import('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) {
    throw new MendError('webgpu-unavailable', 'the GPU’s driver gives no device', driverHint())
  }
  const backend = tf.backend() as unknown as WebGpuBackend
  readWithoutCanvas(backend)
  registerOwnKernels()
  process.once('exit', () => backend.device.destroy())
  const description = describeAdapter(adapter.info, process.platform)
  if (description.software) tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', packedProduct)
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-backend-webgpu/package.json') as {
    version: string
  }
  return { ...description, version }
}

function registerOwnKernels(): void {
  const addN = tf.getKernel('AddN', 'webgpu')
  if (!addN) throw new Error('the WebGPU backend has no sum')
  tf.unregisterKernel('AddN', 'webgpu')
  tf.registerKernel(sumOfMany(addN.kernelFunc))
}

function noAdapterReason(): string {
  if (process.platform === 'linux' && !canLoad('libvulkan.so.1')) return 'libvulkan.so.1 is missing'
  return 'no GPU was found whose driver can be used'
}

/** Whether the dynamic linker finds a library; that it is no module of Node is what Node then complains about. */
function canLoad(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library)
    return true
  } catch (error) {
    return !(error instanceof Error && error.message.includes('cannot open shared object file'))
  }
}

function driverHint(): string {
  if (process.platform !== 'linux') return "update the GPU's driver"
  return 'install the Vulkan loader and the GPU\'s driver ("apt install libvulkan1 mesa-vulkan-drivers" for AMD and Intel on Debian and Ubuntu)'
}
