import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import type { RunConfiguration } from './configuration.ts'

/** The configuration that a run's folder holds, its batch found. @throws MendError `run-not-trained` */
export function readConfiguration(runFolder: string): RunConfiguration {
  const file = join(runFolder, 'configuration.json')
  const trained = existsSync(file) && existsSync(checkpointFile(runFolder))
  if (trained) return JSON.parse(readFileSync(file, 'utf8')) as RunConfiguration
  throw new MendError('run-not-trained', `the run in ${runFolder} has no checkpoint`, 'train it first, or resume it')
}

/** Where a run's folder keeps its last checkpoint. */
export function checkpointFile(runFolder: string): string {
  return join(runFolder, 'checkpoint', 'state.safetensors')
}
