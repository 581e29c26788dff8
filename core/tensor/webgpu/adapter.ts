export interface AdapterDescription {
  /** For people: the GPU's name and what it is reached through. */
  readonly device: string
  /** Whether it is a program that computes on the processor, as llvmpipe and SwiftShader do. */
  readonly software: boolean
}

type AdapterInformation = Pick<
  GPUAdapterInfo,
  'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
>

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i

/**
 * Words for a WebGPU adapter: its description where the driver gives one, else vendor, architecture and device.
 * @param platform as in process.platform, for the interface that Dawn uses there.
 */
export function describeAdapter(information: AdapterInformation, platform: string): AdapterDescription {
  const { vendor, architecture, device, description, isFallbackAdapter } = information
  const parts = [vendor, architecture, device].filter((part) => part !== '')
  const name = [description, parts.join(' ')].find((text) => text !== '') ?? 'GPU without a name'
  const software = isFallbackAdapter || [name, ...parts].some((text) => softwareNames.test(text))
  return { device: `${name} (${software ? 'software, ' : ''}${interfaceOf(platform)})`, software }
}

function interfaceOf(platform: string): string {
  if (platform === 'darwin') return 'Metal'
  return platform === 'win32' ? 'Direct3D 12' : 'Vulkan'
}
