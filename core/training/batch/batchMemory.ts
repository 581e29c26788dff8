/**
 * Hands out the arrays of one batch. Two threads that ask for the same arrays in the same order of memory over the same block
 * see the same values, so that a batch that one has filled need not be copied to the other.
 */
export interface BatchMemory {
  floats(length: number): Float32Array
  integers(length: number): Int32Array
  bytes(length: number): Uint8Array
}

/** Arrays of their own, for one thread. */
export const ownMemory: BatchMemory = {
  floats: (length) => new Float32Array(length),
  integers: (length) => new Int32Array(length),
  bytes: (length) => new Uint8Array(length),
}

/** Every array starts at a multiple of this many bytes: a cache line, so that threads do not share one by accident. */
const alignment = 64

/** Arrays one after another of a block. @throws RangeError when the block is too small. */
export function memoryOf(block: SharedArrayBuffer): BatchMemory {
  let used = 0
  const next = (bytes: number): number => {
    const start = used
    used += Math.ceil(bytes / alignment) * alignment
    return start
  }
  return {
    floats: (length) => new Float32Array(block, next(length * 4), length),
    integers: (length) => new Int32Array(block, next(length * 4), length),
    bytes: (length) => new Uint8Array(block, next(length), length),
  }
}

/** Bytes of a block from which `allocate` can have its arrays. */
export function measureMemory(allocate: (memory: BatchMemory) => unknown): number {
  let total = 0
  const count = (bytes: number): void => {
    total += Math.ceil(bytes / alignment) * alignment
  }
  allocate({
    floats(length) {
      count(length * 4)
      return new Float32Array(length)
    },
    integers(length) {
      count(length * 4)
      return new Int32Array(length)
    },
    bytes(length) {
      count(length)
      return new Uint8Array(length)
    },
  })
  return total
}
