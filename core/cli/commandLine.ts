import { Command, CommanderError } from 'commander'
import { errorForPeople, exitStatus, statusOf, usageOf } from './exitStatus.ts'
import { Output, type Streams } from './output.ts'
import { type OpenedClient, Session } from './session.ts'
import type { Verb } from './verb.ts'
import { addAudit } from './verbs/audit.ts'
import { addCompare } from './verbs/compare.ts'
import { addCoverage } from './verbs/coverage.ts'
import { addDecide } from './verbs/decide.ts'
import { addDetect } from './verbs/detect.ts'
import { addDuplicates } from './verbs/duplicates.ts'
import { addEngine } from './verbs/engine.ts'
import { addEvaluate } from './verbs/evaluate.ts'
import { addExport } from './verbs/export.ts'
import { addExportModel } from './verbs/exportModel.ts'
import { addPredict } from './verbs/predict.ts'
import { addImport } from './verbs/import.ts'
import { addInit } from './verbs/init.ts'
import { addOpen } from './verbs/open.ts'
import { addRelations } from './verbs/relations.ts'
import { addRemoveSource } from './verbs/removeSource.ts'
import { addRuns } from './verbs/runs.ts'
import { addServe } from './verbs/serve.ts'
import { addSets } from './verbs/sets.ts'
import { addSources } from './verbs/sources.ts'
import { addSuspects } from './verbs/suspects.ts'
import { addSweep } from './verbs/sweep.ts'
import { addSynth } from './verbs/synth.ts'
import { addTrain } from './verbs/train.ts'

const verbs: readonly Verb[] = [
  addInit,
  addSynth,
  addDetect,
  addImport,
  addSources,
  addRemoveSource,
  addCoverage,
  addDuplicates,
  addTrain,
  addRuns,
  addSets,
  addRelations,
  addCompare,
  addEvaluate,
  addSuspects,
  addDecide,
  addAudit,
  addPredict,
  addSweep,
  addExport,
  addExportModel,
  addEngine,
  addServe,
  addOpen,
]

export interface CommandLineOptions {
  readonly streams: Streams
  readonly version: string
  /** Aborts at the first interrupt. */
  readonly signal: AbortSignal
  readonly open: () => Promise<OpenedClient>
}

/** The whole command tree; every verb's action runs in `session`. */
export function buildProgram(session: Session, version: string): Command {
  const program = new Command('mend')
  program
    .description(
      'Merge person-image datasets, train on their union, find and fix the labels that training could not believe.',
    )
    .version(version)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void session.streams.stdout.write(text),
      writeErr: (text) => void session.streams.stderr.write(text),
      outputError: () => undefined,
    })
    .helpCommand('help [verb]', 'show what a verb does, with an example')
    .configureHelp({ showGlobalOptions: false })
  for (const add of verbs) add(program, session)
  return program
}

/** Runs one command. @returns the exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<number> {
  const session = new Session(options.streams, options.signal, options.open)
  const verb = args.find((argument) => !argument.startsWith('-')) ?? ''
  const errors = new Output(options.streams, false)
  try {
    const program = buildProgram(session, options.version)
    if (args.length === 0) {
      options.streams.stdout.write(program.helpInformation())
      return exitStatus.done
    }
    await program.parseAsync([...args], { from: 'user' })
    return exitStatus.done
  } catch (error) {
    if (error instanceof CommanderError) {
      const usage = usageOf(error, verb)
      if (usage === null) return error.exitCode
      errors.error(usage)
      return exitStatus.usage
    }
    const known = errorForPeople(error, verb)
    errors.error(known)
    return statusOf(known)
  } finally {
    await session.close()
  }
}
