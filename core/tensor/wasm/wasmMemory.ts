import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { MendError } from '../../dataset/mendError.ts'

/** Emscripten's side of the backend, which its types leave out. */
interface EmscriptenMemory {
  readonly HEAPU8: Uint8Array
  _malloc: (bytes: number) => number
  _free: (address: number) => void
}

/**
 * Makes an allocation that fails an error: the backend would take the address 0 that it gets for a place like any other,
 * and overwrite its own memory. WebAssembly has at most 4 GB.
 */
export function refuseFailedAllocations(backend: BackendWasm): void {
  const memory = backend.wasm as unknown as EmscriptenMemory
  // Emscripten replaces its functions with the real ones when they are first called.
  memory._free(memory._malloc(8))
  const allocate = memory._malloc
  memory._malloc = (bytes) => {
    const address = allocate(bytes)
    if (address !== 0 || bytes === 0) return address
    const megabytes = (count: number): number => Math.ceil(count / 2 ** 20)
    throw new MendError(
      'out-of-memory',
      `WebAssembly's memory of ${megabytes(memory.HEAPU8.length)} MB has no room for ${megabytes(bytes)} MB more`,
      'choose a smaller --batch or --size, or install TensorFlow with "mend engine install cpu"',
    )
  }
}
