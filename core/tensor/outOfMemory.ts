/** What the engines say when memory runs out: TensorFlow, CUDA, the WebAssembly heap, WebGPU, V8, the C++ library. */
const complaints = [
  /OOM when allocating/i,
  /RESOURCE_EXHAUSTED|resource exhausted/i,
  /out[ -]of[ -]memory/i,
  /failed to allocate|cannot allocate memory|allocation failed/i,
  /bad_alloc/,
]

/** Whether an engine's message, or the last words of a process, say that memory ran out. */
export function tellsOutOfMemory(text: string): boolean {
  return complaints.some((complaint) => complaint.test(text))
}
