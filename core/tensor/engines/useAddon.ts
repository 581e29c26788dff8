import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { TensorflowVariant } from './tensorflowBuild.ts'

/**
 * Makes loadTensorflow take this addon, and so the library that it was compiled for: where both the CPU and the CUDA library
 * are installed, the package itself knows only the one that is linked. To be called before TensorFlow is loaded, once a
 * process.
 */
export function useAddon(addon: string, variant: TensorflowVariant): void {
  if (variant === 'cuda') {
    // TensorFlow takes the whole GPU memory otherwise, also from the desktop that runs on it.
    process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  }
  const { extensions } = createRequire(import.meta.url)
  const load = extensions['.node']
  extensions['.node'] = (module: NodeJS.Module, file: string) => {
    if (path.basename(file) === 'tfjs_binding.node') process.dlopen(module, fs.realpathSync(addon))
    else load(module, file)
  }
}
