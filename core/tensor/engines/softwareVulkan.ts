import fs from 'node:fs'

/** Drivers that compute on the processor, as Debian's packages chromium and mesa-vulkan-drivers install them. */
const drivers = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json']

/**
 * Environment in which the Vulkan loader finds a software driver only, for tests of WebGPU on machines without a GPU; null
 * where there is none. Debian 12's Mesa (22.3) is too old for Dawn: Chromium's SwiftShader comes first.
 */
export function softwareVulkan(): Readonly<Record<string, string>> | null {
  const driver = drivers.find((file) => fs.existsSync(file))
  return driver === undefined ? null : vulkanDriver(driver)
}

/** Environment in which the Vulkan loader finds this driver only. */
export function vulkanDriver(file: string): Readonly<Record<string, string>> {
  // Loaders before 1.3.234 know the older name only.
  return { VK_DRIVER_FILES: file, VK_ICD_FILENAMES: file, XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? '/tmp' }
}
