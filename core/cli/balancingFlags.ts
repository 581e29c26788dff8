import { Option, type Command } from 'commander'
import type { z } from 'zod'
import type { trainingOptions, TrainingOptions } from '../api/training.ts'
import { aggregations, defaultBalancing, gradientMethods, weightings } from '../training/balancingChoices.ts'
import { UsageError } from './exitStatus.ts'
import { namedNumber, positiveNumber, relation, share, wholeNumber } from './optionParsers.ts'

/** Weighting, aggregation and gradient method as commander collects them. */
export interface BalancingFlags {
  readonly weighting?: TrainingOptions['weighting'] | 'gls'
  readonly aggregation?: TrainingOptions['aggregation']
  readonly gradient?: TrainingOptions['gradient']
  readonly potential?: Record<string, number>
  readonly achievementGamma?: number
  readonly achievementMargin?: number
  readonly dwaTemperature?: number
  readonly dtpGamma?: number
  readonly gradnormAlpha?: number
  readonly cagradC?: number
  readonly negative?: [string, string][]
  readonly splitStages?: number
}

/** The options that choose how tasks are balanced. */
export function addBalancingFlags(command: Command): Command {
  const standard = defaultBalancing
  return command
    .addOption(
      new Option(
        '--weighting <method>',
        'how tasks are weighted; gls is equal weights with the geometric mean (default: equal)',
      ).choices([...weightings, 'gls']),
    )
    .addOption(new Option('--aggregation <method>', 'how task losses are joined (default: sum)').choices(aggregations))
    .addOption(
      new Option('--gradient <method>', 'what becomes of conflicting gradients (default: none)').choices(
        gradientMethods,
      ),
    )
    .option(
      '--potential <task=accuracy>',
      'for --weighting achievement: what a network reaches that learns the task alone; repeat it',
      namedNumber,
    )
    .option(
      '--achievement-gamma <x>',
      `exponent of what is still missing (default: ${standard.achievementGamma})`,
      positiveNumber,
    )
    .option('--achievement-margin <share>', `added to potentials (default: ${standard.achievementMargin})`, share)
    .option('--dwa-temperature <x>', `for --weighting dwa (default: ${standard.dwaTemperature})`, positiveNumber)
    .option('--dtp-gamma <x>', `for --weighting dtp (default: ${standard.dtpGamma})`, positiveNumber)
    .option('--gradnorm-alpha <x>', `for --weighting gradnorm (default: ${standard.gradnormAlpha})`, positiveNumber)
    .option('--cagrad-c <share>', `for --gradient cagrad (default: ${standard.cagradC})`, share)
    .option('--negative <from->to>', 'for --gradient gradsplit: learning "from" harms "to"; repeat it', relation)
    .option(
      '--split-stages <n>',
      `for --gradient gradsplit: stages of the encoder to split, from the last (default: ${standard.splitStages})`,
      wholeNumber,
    )
}

type Choices = Pick<z.input<typeof trainingOptions>, 'weighting' | 'aggregation' | 'gradient' | 'balancing'>

/** The choices made, under the names of the API; missing where nothing was given. */
export function balancingChoices(flags: BalancingFlags): Choices {
  const { weighting, aggregation, gradient } = flags
  if (weighting === 'gls' && aggregation === 'sum') {
    throw new UsageError('--weighting gls is the geometric mean', 'leave --aggregation out')
  }
  const given = Object.entries({
    dwaTemperature: flags.dwaTemperature,
    dtpGamma: flags.dtpGamma,
    gradnormAlpha: flags.gradnormAlpha,
    achievementGamma: flags.achievementGamma,
    achievementMargin: flags.achievementMargin,
    potentials: flags.potential,
    cagradC: flags.cagradC,
    negativeRelations: flags.negative,
    splitStages: flags.splitStages,
  }).filter(([, value]) => value !== undefined)
  return {
    weighting: weighting === 'gls' ? 'equal' : weighting,
    aggregation: weighting === 'gls' ? 'geometric' : aggregation,
    gradient,
    balancing: given.length === 0 ? undefined : (Object.fromEntries(given) as Choices['balancing']),
  }
}
