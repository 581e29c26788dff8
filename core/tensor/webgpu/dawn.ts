import { promisify } from 'node:util'
import { MendError } from '../../dataset/mendError.ts'

/**
 * Dawn, the WebGPU of Chromium, as a Node module. It answers asynchronous calls from callbacks that it hands to
 * `setImmediate`; these are kept here too, so that a buffer can be waited for without giving up the thread, as training
 * kernel by kernel needs (tfjs reads synchronously by drawing on a canvas, which Node has not).
 */
const callbacks = new Set<() => void>()
let installed: Promise<GPU> | null = null

/**
 * Loads Dawn once a process and defines `navigator.gpu`, which tfjs's backend looks for when it is imported.
 * @throws MendError `webgpu-unavailable` where there is no Dawn for this platform.
 */
export function installDawn(): Promise<GPU> {
  installed ??= install()
  return installed
}

async function install(): Promise<GPU> {
  try {
    const dawn = await import('webgpu')
    Object.assign(globalThis, dawn.globals)
    keepImmediates()
    const gpu = dawn.create([])
    // Node's own navigator has no gpu and cannot be extended.
    const navigator = Object.create(globalThis.navigator, { gpu: { value: gpu } }) as Navigator
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
    return gpu
  } catch (error) {
    throw new MendError(
      'webgpu-unavailable',
      `WebGPU cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      'use --engine auto; "mend engine list" shows what there is',
      { cause: error },
    )
  }
}

/** Callbacks given to setImmediate run in their turn as ever, or earlier, by runCallbacks, and once. */
function keepImmediates(): void {
  const schedule = globalThis.setImmediate
  const keeping = (callback: (...values: unknown[]) => void, ...values: unknown[]): NodeJS.Immediate => {
    // Node's own functions keep their turn: only native ones are Dawn's.
    if (!/\[native code\]/.test(Function.prototype.toString.call(callback))) return schedule(callback, ...values)
    const once = () => {
      if (callbacks.delete(once)) callback(...values)
    }
    callbacks.add(once)
    return schedule(once)
  }
  // util.promisify(setImmediate) goes on to use the original.
  globalThis.setImmediate = Object.assign(keeping, {
    [promisify.custom]: promisify(schedule),
    __promisify__: promisify(schedule),
  }) as typeof setImmediate
}

/** Lets Dawn see what the GPU has finished. */
export function runCallbacks(): void {
  for (const callback of [...callbacks]) callback()
}
