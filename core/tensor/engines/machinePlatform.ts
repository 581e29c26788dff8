import type { WheelPlatform } from './wheelName.ts'

/** The C library's version as Node reports it, e.g. `2.36`; null on musl and outside Linux. */
function glibcVersion(): string | null {
  if (process.platform !== 'linux') return null
  const report: unknown = process.report.getReport()
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : null
  if (typeof header !== 'object' || header === null || !('glibcVersionRuntime' in header)) return null
  return String(header.glibcVersionRuntime)
}

/** Linux with musl, for which TensorFlow has no wheels. */
export function isMusl(): boolean {
  return process.platform === 'linux' && glibcVersion() === null
}

/** This machine as wheels name it; null where none of TensorFlow's CUDA wheels runs. */
export function wheelPlatform(): WheelPlatform | null {
  const glibc = glibcVersion()
  const minor = /^2\.(\d+)/.exec(glibc ?? '')?.[1]
  if (minor === undefined || (process.arch !== 'x64' && process.arch !== 'arm64')) return null
  return { system: 'linux', machine: process.arch === 'x64' ? 'x86_64' : 'aarch64', glibcMinor: Number(minor) }
}
