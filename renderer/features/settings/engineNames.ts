/** What each engine is and what it means to train on it, in the order in which they are preferred. */
export const engineNames: Readonly<Record<string, { readonly title: string; readonly meaning: string }>> = {
  'tensorflow-cuda': {
    title: 'TensorFlow on an NVIDIA GPU',
    meaning: 'By far the fastest. Wants Linux, an NVIDIA card with its driver, and 4 GB of disk.',
  },
  webgpu: {
    title: 'WebGPU',
    meaning: 'Any recent graphics card, through Vulkan, Metal or Direct3D. Nothing to install but the card’s driver.',
  },
  'tensorflow-cpu': {
    title: 'TensorFlow on the processor',
    meaning: 'Fast enough for small models and tens of thousands of people. Wants 1 GB of disk and a C++ compiler.',
  },
  wasm: {
    title: 'WebAssembly',
    meaning: 'Built in and works everywhere, several times slower than TensorFlow.',
  },
}

/** The variant by which an engine is installed and removed; null for those that need no installing. */
export function installableVariant(engine: string): 'cpu' | 'cuda' | null {
  return engine === 'tensorflow-cpu' ? 'cpu' : engine === 'tensorflow-cuda' ? 'cuda' : null
}
