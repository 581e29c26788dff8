import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import { bankFile } from '../training/filterBank.ts'
import type { NetworkChoices } from '../training/networkChoices.ts'
import { checkpointFile } from '../training/trainedConfiguration.ts'
import { findRun, runConfiguration } from './runSummaries.ts'

/** @throws MendError `unknown-run`, or `bank-mismatch` when the run's filters do not fit the model */
export function checkBank(project: Project, { bank, model }: NetworkChoices): void {
  if (bank === null) return
  const { model: ofBank, network } = runConfiguration.parse(findRun(project, bank).configuration)
  const refuse = (message: string): never => {
    throw new MendError('bank-mismatch', message, 'name a finished multi-head run of the same model with --bank')
  }
  if (ofBank !== model) refuse(`run ${bank} trained ${ofBank}, not ${model}`)
  if (network !== 'multi-head') refuse(`run ${bank} is ${network}: its tasks have no one set of filters`)
  if (!existsSync(checkpointFile(project.runFolder(bank)))) refuse(`run ${bank} has no checkpoint`)
}

/** Puts the filters into the run's folder, where they outlive the run that they are of; once. */
export function copyBank(project: Project, run: number, { bank }: NetworkChoices): void {
  const file = join(project.runFolder(run), bankFile)
  if (bank === null || existsSync(file)) return
  copyFileSync(checkpointFile(project.runFolder(bank)), `${file}.partial`)
  renameSync(`${file}.partial`, file)
}
