import { Option, type Command } from 'commander'
import { defaultConfiguration } from '../training/configuration.ts'
import { modelNames, networkNames, normNames } from '../training/networkChoices.ts'
import type { z } from 'zod'
import { addBalancingFlags, balancingChoices, type BalancingFlags } from './balancingFlags.ts'
import type { trainingOptions, TrainingOptions } from '../api/training.ts'
import {
  atLeastZero,
  nameList,
  numberList,
  pictureSize,
  positiveNumber,
  share,
  slimWidth,
  wholeNumber,
  wholeNumberOrAuto,
} from './optionParsers.ts'

/** Training options as commander collects them; what was not given is missing. */
export interface TrainingFlags extends BalancingFlags {
  readonly tasks?: string[]
  readonly model?: TrainingOptions['model']
  readonly network?: TrainingOptions['network']
  readonly norm?: TrainingOptions['norm']
  readonly bank?: number
  readonly distillation?: number
  readonly onlyWidth?: TrainingOptions['onlyWidth']
  readonly size?: { readonly height: number; readonly width: number }
  readonly epochs?: number
  readonly batch?: TrainingOptions['batch']
  readonly learningRate?: number
  readonly parameters?: TrainingOptions['parameters']
  readonly parameterRate?: number
  readonly parameterMomentum?: number
  readonly validation?: number
  readonly warmup?: number
  readonly augment?: 'none' | 'light' | 'strong'
  readonly engine?: TrainingOptions['engine']
  readonly seed?: number
  readonly checkpointEvery?: number
  readonly limit?: number
  readonly sources?: number[]
}

/** The options that `train` and `audit` share. */
export function addTrainingFlags(command: Command): Command {
  const standard = defaultConfiguration
  command
    .option(
      '--tasks <names>',
      'tasks to learn, separated by commas (default: all with labels but identities)',
      nameList,
    )
    .addOption(new Option('--model <name>', `encoder and decoder (default: ${standard.model})`).choices(modelNames))
    .addOption(
      new Option('--network <name>', `how the tasks share them (default: ${standard.network})`).choices(networkNames),
    )
    .addOption(
      new Option(
        '--norm <kind>',
        `what features are normalised over: groups of channels, the batch, or each task's part of it (default: ${standard.norm})`,
      ).choices(normNames),
    )
    .option('--bank <run>', 'for --network rcm: the run whose filters are the bank (default: random ones)', wholeNumber)
    .option(
      '--distillation <x>',
      `for slim models: how much narrow encoders learn from the widest, 0 for not at all (default: ${standard.distillation})`,
      atLeastZero,
    )
    .option(
      '--only-width <share>',
      'for slim models: train .25, .5, .75 or 1 alone, as a network of its own',
      slimWidth,
    )
    .option(
      '--size <HxW>',
      `height and width of the crops (default: ${standard.height}x${standard.width})`,
      pictureSize,
    )
    .option('--epochs <n>', `passes over the people (default: ${standard.epochs})`, wholeNumber)
    .option(
      '--batch <n>',
      `people in a step, or "auto" for the largest that fits into memory (default: ${standard.batch})`,
      wholeNumberOrAuto,
    )
    .option(
      '--learning-rate <x>',
      `peak learning rate of the network; identities want 0.001 (default: ${standard.learningRate})`,
      positiveNumber,
    )
    .addOption(
      new Option(
        '--parameters <kind>',
        `instance-level parameters: one per component, one per label, or none (default: ${standard.parameters})`,
      ).choices(['component', 'instance', 'none']),
    )
    .option('--parameter-rate <x>', `step of the parameters, lr/B (default: ${standard.parameterRate})`, positiveNumber)
    .option('--parameter-momentum <x>', `their momentum (default: ${standard.parameterMomentum})`, share)
    .option('--warmup <n>', `epochs before the parameters move (default: ${standard.warmupEpochs})`, wholeNumber)
    .addOption(
      new Option(
        '--augment <range>',
        `how much crops are changed from step to step (default: ${standard.augment})`,
      ).choices(['none', 'light', 'strong']),
    )
    .addOption(
      new Option('--engine <name>', `tensor engine (default: ${standard.engine})`).choices([
        'auto',
        'tensorflow',
        'webgpu',
        'wasm',
      ]),
    )
    .option('--seed <n>', `the same seed and engine give the same numbers (default: ${standard.seed})`, wholeNumber)
    .option('--checkpoint-every <n>', `epochs between checkpoints (default: ${standard.checkpointEvery})`, wholeNumber)
    .option('--validation <share>', 'share of people without a split that is kept for validation (default: 0.1)', share)
    .option('--limit <n>', 'train on at most this many people', wholeNumber)
    .option('--sources <numbers>', 'learn from these sources only, by number (default: all)', numberList)
  return addBalancingFlags(command)
}

/** The choices made, under the names of the API; the API fills in the defaults. */
export function trainingChoices(flags: TrainingFlags): z.input<typeof trainingOptions> {
  return {
    tasks: flags.tasks,
    model: flags.model,
    network: flags.network,
    norm: flags.norm,
    bank: flags.bank,
    distillation: flags.distillation,
    onlyWidth: flags.onlyWidth,
    height: flags.size?.height,
    width: flags.size?.width,
    epochs: flags.epochs,
    batch: flags.batch,
    learningRate: flags.learningRate,
    parameters: flags.parameters,
    parameterRate: flags.parameterRate,
    parameterMomentum: flags.parameterMomentum,
    warmupEpochs: flags.warmup,
    ...balancingChoices(flags),
    augment: flags.augment,
    engine: flags.engine,
    seed: flags.seed,
    checkpointEvery: flags.checkpointEvery,
    validationShare: flags.validation,
    limit: flags.limit,
    sources: flags.sources,
  }
}
