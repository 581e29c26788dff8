import type { BalancingChoices } from './balancingChoices.ts'

/** Encoder and decoder of a network (methods.md 8). */
export const modelNames = [
  'tiny',
  'tiny-unet',
  'unet32',
  'r18',
  'r50',
  'deeplab-r18',
  'deeplab-r50',
  'hr-small',
  'slim-tiny',
  'slim-r18',
  'tree-tiny',
  'tree-r18',
] as const
export type ModelName = (typeof modelNames)[number]

/** Models of any width, of the encoder and of a decoder for each task. */
export type SlimModelName = Extract<ModelName, `slim-${string}`>

export function isSlim(model: ModelName): model is SlimModelName {
  return model.startsWith('slim-')
}

/** Models of a network a task, of which a hypernetwork learns what the tasks can share. */
export type TreeModelName = Extract<ModelName, `tree-${string}`>

export function isTree(model: ModelName): model is TreeModelName {
  return model.startsWith('tree-')
}

/** Widths of slim models: shares of their channels. */
export const slimWidths = [0.25, 0.5, 0.75, 1] as const

/** Whether a run's steps compute several widths; configurations of earlier versions name no width. */
export function trainsEveryWidth(
  choices: Pick<NetworkChoices, 'model'> & { readonly onlyWidth?: NetworkChoices['onlyWidth'] },
): boolean {
  return isSlim(choices.model) && (choices.onlyWidth ?? null) === null
}

/** Whether what is computed for an image can still be chosen when the model is trained. */
export function isControllable(choices: Parameters<typeof trainsEveryWidth>[0]): boolean {
  return trainsEveryWidth(choices) || isTree(choices.model)
}

/** How the tasks of a run share the encoder and decoder: `multi-head` and the networks of the papers' tables. */
export const networkNames = ['multi-head', 'single', 'mtan', 'astmt', 'rcm', 'sfg'] as const
export type NetworkName = (typeof networkNames)[number]

/** What features are normalised over: groups of an image's channels, the batch, or for each task its images of the batch. */
export const normNames = ['group', 'batch', 'task-batch'] as const
export type NormName = (typeof normNames)[number]

/** The part of a run's configuration that decides what is computed for an image. */
export interface NetworkChoices {
  readonly model: ModelName
  readonly network: NetworkName
  readonly norm: NormName
  /** For `rcm`: the run whose convolutions are the filter bank; null for random filters. */
  readonly bank: number | null
  /** For slim models: λ, how much narrow encoders are to be like the widest, ≥ 0; 0 is off. */
  readonly distillation: number
  /** For slim models: train this width alone, as a network of its own, to hold the others against; null for all of them. */
  readonly onlyWidth: (typeof slimWidths)[number] | null
}

export const defaultNetwork: NetworkChoices = {
  model: 'tiny',
  network: 'multi-head',
  norm: 'group',
  bank: null,
  distillation: 0.1,
  onlyWidth: null,
}

/** Normalisations that each way of sharing can have. */
const normsOf: Readonly<Record<NetworkName, readonly NormName[]>> = {
  'multi-head': ['group', 'batch', 'task-batch'],
  single: ['group', 'batch'],
  mtan: ['group', 'batch'],
  astmt: ['group', 'task-batch'],
  rcm: ['group', 'task-batch'],
  sfg: ['group', 'task-batch'],
}

const normHints: Readonly<Record<NetworkName, string>> = {
  'multi-head': '',
  single: 'separate networks have statistics of their own already: choose batch',
  mtan: 'the tasks look at one set of shared features, which is normalised once: choose group or batch',
  astmt: 'each task has features of its own, so that statistics of all tasks fit none: choose group or task-batch',
  rcm: 'each task has features of its own, so that statistics of all tasks fit none: choose group or task-batch',
  sfg: 'each task has features of its own, so that statistics of all tasks fit none: choose group or task-batch',
}

/** Choices that a network has a say in. */
type SharedChoices = NetworkChoices & Pick<BalancingChoices, 'gradient' | 'weighting' | 'aggregation'>

/** Why choices cannot be trained with, and what to do; `field` is the option that is at fault. */
export interface NetworkRefusal {
  readonly field: 'onlyWidth' | 'network' | 'norm' | 'bank' | 'gradient' | 'weighting' | 'aggregation'
  readonly message: string
  readonly hint: string
}

/** The first reason why these choices make no sense together; null where they do. */
export function refuseNetwork(choices: SharedChoices): NetworkRefusal | null {
  const { network, norm, bank } = choices
  if (!normsOf[network].includes(norm)) {
    return { field: 'norm', message: `${network} cannot have ${norm} normalisation`, hint: normHints[network] }
  }
  if (bank !== null && network !== 'rcm') {
    return {
      field: 'bank',
      message: `${network} has no filter bank`,
      hint: 'leave --bank out, or choose --network rcm',
    }
  }
  if (choices.onlyWidth !== null && !isSlim(choices.model)) {
    const message = `${choices.model} has one width`
    return { field: 'onlyWidth', message, hint: 'leave --only-width out, or choose a slim model' }
  }
  return refuseModel(choices) ?? refuseControllable(choices) ?? refuseSharing(choices)
}

function refuseModel({ model, network }: NetworkChoices): NetworkRefusal | null {
  if (network === 'mtan' && model === 'hr-small') {
    const message = 'mtan attends to stages that follow one another, and those of hr-small lie side by side'
    return { field: 'network', message, hint: 'choose another model or network' }
  }
  if (network === 'astmt' && (model === 'tiny-unet' || model === 'unet32')) {
    const message = `astmt adapts residual blocks, and ${model} has none`
    return { field: 'network', message, hint: 'choose tiny, a ResNet, DeepLab or hr-small' }
  }
  return null
}

/** Controllable models share and weigh by rules of their own, and are normalised in groups of channels. */
function refuseControllable(choices: SharedChoices): NetworkRefusal | null {
  const { model } = choices
  if (!isSlim(model) && !isTree(model)) return null
  const how = isSlim(model) ? 'is trained in several widths a step' : 'learns by itself what the tasks share'
  const plain = {
    network: 'multi-head',
    norm: 'group',
    gradient: 'none',
    weighting: 'equal',
    aggregation: 'sum',
  } as const
  for (const field of ['network', 'norm', 'gradient', 'weighting', 'aggregation'] as const) {
    if (choices[field] === plain[field]) continue
    const message = `${model} ${how}, which does not go with ${choices[field]}`
    return { field, message, hint: `choose ${plain[field]} with it, or another model` }
  }
  return null
}

/** Methods that look at gradients of shared weights need some, and GradSplit a trunk that all tasks pass at once. */
function refuseSharing({ network, norm, gradient, weighting }: SharedChoices): NetworkRefusal | null {
  if (network === 'single' || network === 'rcm') {
    const hint = 'choose --network multi-head with it'
    const why = network === 'single' ? 'separate networks share no weights' : 'what the tasks of rcm share is frozen'
    if (gradient !== 'none') return { field: 'gradient', message: `${why}, so ${gradient} has nothing to do`, hint }
    if (weighting === 'gradnorm')
      return { field: 'weighting', message: `${why}, so gradnorm has nothing to measure`, hint }
  }
  if (gradient === 'gradsplit' && (network !== 'multi-head' || norm === 'task-batch')) {
    const message = 'gradsplit divides the channels of one pass through the trunk, and here each task has its own'
    return { field: 'gradient', message, hint: 'choose --network multi-head with --norm group or batch' }
  }
  return null
}

/** Fewer epochs have no room for a tree's three phases: own networks, what is shared, how that is adapted. */
export const leastTreeEpochs = 3

/** Why a tree cannot be grown, and what to do; null where it can, and for other models. */
export function refuseTree(
  { model, epochs }: { readonly model: ModelName; readonly epochs: number },
  tasks: readonly string[],
): { readonly message: string; readonly hint: string } | null {
  if (!isTree(model)) return null
  if (tasks.length < 2) {
    return { message: `${model} learns what tasks share, and there is one`, hint: 'learn two tasks or more with it' }
  }
  if (epochs >= leastTreeEpochs) return null
  const message = `${model} is trained in three phases, which ${epochs} epochs have no room for`
  return { message, hint: `train for ${leastTreeEpochs} epochs at least, 20 or more to be of use` }
}
