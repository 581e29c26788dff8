/** What the name of a wheel says (PEP 427), e.g. `nvidia_cublas_cu12-12.9.1.4-py3-none-manylinux_2_27_x86_64.whl`. */
export interface WheelName {
  readonly project: string
  readonly version: string
  readonly platforms: readonly string[]
}

/** A machine as wheels name it. */
export interface WheelPlatform {
  readonly system: 'linux'
  readonly machine: 'x86_64' | 'aarch64'
  /** Minor version of glibc 2, e.g. 36. */
  readonly glibcMinor: number
}

/** @returns null for what is no wheel. */
export function parseWheelName(file: string): WheelName | null {
  if (!file.endsWith('.whl')) return null
  const parts = file.slice(0, -'.whl'.length).split('-')
  if (parts.length !== 5 && parts.length !== 6) return null
  const [project, version] = parts
  return { project: normaliseProject(project), version, platforms: parts[parts.length - 1].split('.') }
}

/** A project's name as indexes spell it in addresses (PEP 503). */
export function normaliseProject(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

/** Whether a wheel's libraries run on a platform: one of its tags must be for it, or for an older glibc. */
export function runsOn({ platforms }: WheelName, { machine, glibcMinor }: WheelPlatform): boolean {
  return platforms.some((tag) => {
    if (tag === 'any') return true
    if (tag === `manylinux1_${machine}` || tag === `manylinux2010_${machine}`) return true
    if (tag === `manylinux2014_${machine}`) return glibcMinor >= 17
    const match = /^manylinux_2_(\d+)_(.+)$/.exec(tag)
    return match !== null && match[2] === machine && Number(match[1]) <= glibcMinor
  })
}
