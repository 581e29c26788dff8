import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../dataset/task.ts'
import { withShapes } from '../tensor/shapeBackend.ts'
import { defaultNetwork, isSlim, isTree, trainsEveryWidth } from '../training/networkChoices.ts'
import type {
  ModelName,
  NetworkChoices,
  NetworkName,
  NormName,
  SlimModelName,
  TreeModelName,
} from '../training/networkChoices.ts'
import type { Backbone, Features } from './backbone.ts'
import { deeplab } from './deeplab.ts'
import { head } from './heads.ts'
import { hrnet } from './hrnet.ts'
import { attended } from './mtan.ts'
import { resnet18, resnet18Streams, resnet50 } from './resnet.ts'
import { Declaration, sharedStyle } from './scope.ts'
import type { LayerStyle, Scope } from './scope.ts'
import { declareProjector } from './slim/distillation.ts'
import { globalUnits, slimNetwork } from './slim/slimNetwork.ts'
import type { SlimNetworkOptions, SlimPass } from './slim/slimNetwork.ts'
import { uniformWidths } from './slim/widths.ts'
import type { SlimConfiguration } from './slim/widths.ts'
import { declareHypernetworks, normCatalogue } from './tree/hypernetworks.ts'
import type { Streams } from './tree/streams.ts'
import type { Tree } from './tree/tree.ts'
import { treeNetwork } from './tree/treeNetwork.ts'
import { unet } from './unet.ts'

/** Height and width of a dense output are the crop's divided by this, rounded up. */
export const outputStride = 4

/** Task name → schema, in a fixed order. */
export type TaskSchemas = Readonly<Record<string, TaskSchema>>

/** What decides which weights a network has, and what of it is computed. */
export interface ChosenForm extends Pick<NetworkChoices, 'model' | 'network' | 'norm'> {
  /** Of a slim model; full width without. */
  readonly widths?: SlimConfiguration
  /** Of a slim model in training; see NetworkChoices. */
  readonly distillation?: number
  /** Of a slim model that was trained at one width: see NetworkChoices. */
  readonly onlyWidth?: NetworkChoices['onlyWidth']
  /** Of a tree model; each task's own stream without. */
  readonly tree?: Tree
}

/** A model by itself has one trunk for all tasks, normalised over groups. */
export type NetworkForm = ModelName | ChosenForm

/** A form with all that a model by itself leaves unsaid. */
export function chosenForm(form: NetworkForm): ChosenForm {
  return typeof form === 'string' ? { ...defaultNetwork, model: form } : form
}

const tiny = { channels: [16, 32, 64, 128], groupSize: 8, decoder: 32 } as const
const r18 = { channels: [64, 128, 256, 512], groupSize: 16, decoder: 128 } as const
const r50 = { channels: [64, 128, 256, 512], groupSize: 16, decoder: 256 } as const
const backbones: Readonly<Record<Exclude<ModelName, SlimModelName | TreeModelName>, Backbone>> = {
  tiny: resnet18(tiny),
  'tiny-unet': unet({ channels: 16, groupSize: 8 }),
  unet32: unet({ channels: 32, groupSize: 16 }),
  r18: resnet18(r18),
  r50: resnet50(r50),
  'deeplab-r18': deeplab(18, r18),
  'deeplab-r50': deeplab(50, r50),
  'hr-small': hrnet({ channels: 16, groupSize: 8, decoder: 64 }),
}

const slimModels: Readonly<Record<SlimModelName, SlimNetworkOptions>> = {
  'slim-tiny': { channels: [16, 32, 64, 128], groupSize: 4, decoder: 32 },
  'slim-r18': { channels: [64, 128, 256, 512], groupSize: 16, decoder: 64 },
}

/** Channels of a slim model at full width: of the encoder's stages, and of what each task is decoded from. */
export function slimStructure(
  model: SlimModelName,
  tasks: TaskSchemas,
): { encoder: readonly number[]; decoders: Record<string, number> } {
  const { channels, decoder } = slimModels[model]
  const decoders = Object.entries(tasks).map(([task, { kind }]) => [
    task,
    kind === 'attributes' || kind === 'vector' || kind === 'identity' ? globalUnits(channels) : decoder,
  ])
  return { encoder: channels, decoders: Object.fromEntries(decoders) as Record<string, number> }
}

const treeModels: Readonly<Record<TreeModelName, Streams>> = {
  'tree-tiny': resnet18Streams(tiny),
  'tree-r18': resnet18Streams(r18),
}

/** The layers of each task's network in a tree model. */
export function treeStreams(model: TreeModelName): Streams {
  return treeModels[model]
}

/** One pass of a slim model at given widths. */
export function slimPass(
  scope: Scope,
  model: SlimModelName,
  tasks: TaskSchemas,
  images: Tensor4D,
  widths: SlimConfiguration = uniformWidths(Object.keys(tasks), 1),
): SlimPass {
  return slimNetwork(scope, slimModels[model], tasks, images, widths)
}

/** Raw outputs by task; images [B,H,W,3] standardised. Heads are the same in every network, with GroupNorm. */
export function network(scope: Scope, form: NetworkForm, tasks: TaskSchemas, images: Tensor4D): Record<string, Tensor> {
  const names = Object.keys(tasks)
  const chosen = chosenForm(form)
  const { model } = chosen
  if (isSlim(model)) {
    const { onlyWidth, widths } = chosen
    // Used in training alone, but a weight of the network whatever its widths.
    if (trainsEveryWidth(chosen)) declareProjector(scope, slimModels[model].channels[3])
    return slimPass(scope, model, tasks, images, widths ?? uniformWidths(names, onlyWidth ?? 1)).outputs
  }
  if (isTree(model)) {
    return treeNetwork(scope, treeModels[model], tasks, images, chosen.tree)
  }
  const featuresOf = taskFeatures(scope, { ...chosen, model }, names, images)
  return Object.fromEntries(
    Object.entries(tasks).map(([task, schema]) => {
      const features = featuresOf(task)
      return [task, head(scope.styled({ ...sharedStyle, tasks: names, task }), task, schema, features)]
    }),
  )
}

/** The features of each task: those of all, or of a pass of its own through the trunk. */
function taskFeatures(
  scope: Scope,
  {
    model,
    network: sharing,
    norm,
  }: Pick<NetworkChoices, 'network' | 'norm'> & { readonly model: keyof typeof backbones },
  tasks: readonly string[],
  images: Tensor4D,
): (task: string) => Features {
  const backbone = backbones[model]
  const own = passStyle(sharing, norm)
  if (own !== null) {
    return (task) => {
      const pass = scope.styled({ ...own, tasks, task })
      return backbone.decode(
        pass,
        backbone.encode(pass, images).map(({ last }) => last),
      )
    }
  }
  const shared = scope.styled({ ...sharedStyle, norm, tasks })
  const stages = backbone.encode(shared, images)
  if (sharing === 'mtan') {
    return (task) => {
      const pass = scope.styled({ ...sharedStyle, norm, tasks, task })
      return backbone.decode(pass, attended(pass, stages, backbone.groupSize))
    }
  }
  const features = backbone.decode(
    shared,
    stages.map(({ last }) => last),
  )
  return () => features
}

/** What a task's own pass through the encoder is made of; null where the encoder is passed once for all tasks. */
function passStyle(sharing: NetworkName, norm: NormName): Omit<LayerStyle, 'task' | 'tasks'> | null {
  switch (sharing) {
    case 'single':
      return { norm, convolution: 'plain', owns: 'all' }
    case 'astmt':
      return { norm, convolution: 'adapted', owns: 'norms' }
    case 'rcm':
      return { norm, convolution: 'bank', owns: 'norms' }
    case 'sfg':
      return { norm, convolution: 'grouped', owns: norm === 'task-batch' ? 'norms' : 'nothing' }
    case 'multi-head':
      return norm === 'task-batch' ? { norm, convolution: 'plain', owns: 'norms' } : null
    case 'mtan':
      return null
  }
}

/** Weights, parameter count and MACs an image of a network; initial values are drawn from a seed when they are asked for. */
export function declareNetwork(
  form: NetworkForm,
  tasks: TaskSchemas,
  size: { readonly height: number; readonly width: number },
  seed: number,
): Declaration {
  const declaration = new Declaration(seed)
  withShapes(() => {
    tf.tidy(() => {
      const blank = (): Tensor4D => tf.zeros([1, size.height, size.width, 3])
      const { model } = chosenForm(form)
      if (isTree(model)) declaration.idly(() => declareStreams(declaration, treeModels[model], tasks, blank()))
      network(declaration, form, tasks, blank())
    })
  })
  return declaration
}

/** A tree model has the same weights whatever is computed of it: all streams, and the hypernetworks. */
function declareStreams(declaration: Declaration, streams: Streams, tasks: TaskSchemas, images: Tensor4D): void {
  treeNetwork(declaration, streams, tasks, images)
  const norms = normCatalogue(declaration.shapes)
  declareHypernetworks(declaration, Object.keys(tasks).length, streams.layers.length, norms)
}
