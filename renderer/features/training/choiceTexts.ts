import type { TrainingOptions } from '../../../core/api/training.ts'
import type { SelectOption } from '../../ui/selectOption.ts'

/** What each choice of a run means, in a sentence: the form prints the one that is chosen. */
export const modelOptions: readonly SelectOption<TrainingOptions['model']>[] = [
  {
    value: 'tiny',
    title: 'tiny',
    hint: 'The fastest. Enough to tell labels that cannot be believed from the rest; use it first.',
  },
  {
    value: 'tiny-unet',
    title: 'tiny-unet',
    hint: 'Joins fine detail with context: better outlines of parts and depth, about half as fast as tiny.',
  },
  {
    value: 'unet32',
    title: 'UNet-32',
    hint: 'tiny-unet with twice the channels: four times its cost, for fine outlines in larger data sets.',
  },
  {
    value: 'hr-small',
    title: 'HRNet, small',
    hint: 'Keeps a fine map throughout, beside coarser ones: good joints and outlines for little more than twice tiny’s cost.',
  },
  {
    value: 'r18',
    title: 'ResNet-18',
    hint: 'A standard network for results to compare with the literature. Slow without a GPU.',
  },
  {
    value: 'r50',
    title: 'ResNet-50',
    hint: 'For large data sets on a GPU; on a processor an epoch takes hours.',
  },
  {
    value: 'deeplab-r18',
    title: 'DeepLab, ResNet-18',
    hint: 'Looks far around every pixel at an eighth of the size: scenes and depth. Four times the cost of ResNet-18.',
  },
  {
    value: 'deeplab-r50',
    title: 'DeepLab, ResNet-50',
    hint: 'The largest, as in the literature on indoor scenes. For a GPU.',
  },
  {
    value: 'slim-tiny',
    title: 'tiny of any width',
    hint: 'Learns to work at quarter, half and three quarter width too, of the encoder and of each task’s decoder. A step computes four widths and takes several times as long.',
  },
  {
    value: 'slim-r18',
    title: 'ResNet-18 of any width',
    hint: 'The same with ResNet-18: one trained file for small and large devices. For a GPU.',
  },
  {
    value: 'tree-tiny',
    title: 'tree of tiny networks',
    hint: 'Learns each task alone first, and then which layers the tasks can share for any preference and budget. Its epochs are divided among these phases.',
  },
  {
    value: 'tree-r18',
    title: 'tree of ResNet-18s',
    hint: 'The same with ResNet-18: as many of them as tasks. For a GPU.',
  },
]

/** Which widths a model of any width learns. */
export const widthOptions: readonly SelectOption<string>[] = [
  { value: 'any', title: 'all of them', hint: 'One trained file for every budget and preference.' },
  { value: '1', title: 'only the full width', hint: 'A plain network, to compare with. It has no choice of budget.' },
  { value: '0.75', title: 'only three quarters', hint: 'A plain network of that size, to compare with.' },
  { value: '0.5', title: 'only half', hint: 'A plain network of that size, to compare with.' },
  { value: '0.25', title: 'only a quarter', hint: 'A plain network of that size, to compare with.' },
]

/** How the tasks share the network; costs are in the estimate beside the form. */
export const networkOptions: readonly SelectOption<TrainingOptions['network']>[] = [
  {
    value: 'multi-head',
    title: 'one trunk, a head a task',
    hint: 'The tasks share everything but their last layers: the cheapest by far, and the one to use unless you compare methods.',
  },
  {
    value: 'single',
    title: 'a network a task',
    hint: 'Nothing is shared: what each task reaches alone, to compare with. As many networks as tasks, in one run.',
  },
  {
    value: 'mtan',
    title: 'MTAN',
    hint: 'One trunk, and each task looks at its stages through masks of its own. Try it where tasks need different parts of the picture.',
  },
  {
    value: 'astmt',
    title: 'ASTMT',
    hint: 'Each task adapts the trunk by small layers of its own and passes it alone: strong where tasks disagree, as costly as a network a task.',
  },
  {
    value: 'rcm',
    title: 'RCM',
    hint: 'Filters are frozen and each task mixes them anew: tasks cannot harm each other, and one can be added later. Give it a good run’s filters.',
  },
  {
    value: 'sfg',
    title: 'SFG',
    hint: 'It learns which filters serve one task and which all of them: shows how much your tasks have in common.',
  },
]

export const normOptions: readonly SelectOption<TrainingOptions['norm']>[] = [
  {
    value: 'group',
    title: 'groups of channels',
    hint: 'Each picture by itself: right where datasets with different looks are mixed in one batch.',
  },
  {
    value: 'batch',
    title: 'the batch',
    hint: 'The usual one for a single dataset; statistics of mixed datasets fit none of them.',
  },
  {
    value: 'task-batch',
    title: 'each task’s part of it',
    hint: 'Statistics for each task’s pictures: mixed datasets stay apart, but each task passes the trunk by itself.',
  },
]

export const parameterOptions: readonly SelectOption<TrainingOptions['parameters']>[] = [
  {
    value: 'component',
    title: 'per component',
    hint: 'Each joint, attribute and part of each person has a parameter: one wrong joint is found among right ones.',
  },
  {
    value: 'instance',
    title: 'per label',
    hint: 'One parameter a label, as in the paper: finds labels that are wrong as a whole.',
  },
  {
    value: 'none',
    title: 'none',
    hint: 'Every label counts the same. Labels are then ranked by their losses alone.',
  },
]

export const weightingOptions: readonly SelectOption<TrainingOptions['weighting']>[] = [
  {
    value: 'equal',
    title: 'equal',
    hint: 'Every task counts the same once its losses are brought to one scale. Start here.',
  },
  {
    value: 'achievement',
    title: 'by achievement',
    hint: 'Tasks that are far below what they reach alone count more; goes by networks of one task each.',
  },
  {
    value: 'dwa',
    title: 'DWA',
    hint: 'Tasks whose loss falls slowly count more, from the third epoch on. Costs nothing.',
  },
  {
    value: 'dtp',
    title: 'DTP',
    hint: 'Tasks of low validation accuracy count more: for one that is hard and important.',
  },
  {
    value: 'mtu',
    title: 'uncertainty (MTU)',
    hint: 'A learned number scales each task: for losses of different size and noise.',
  },
  {
    value: 'imtl-l',
    title: 'IMTL-L',
    hint: 'A learned number brings every loss to 1; with IMTL-G below it is the paper’s IMTL.',
  },
  {
    value: 'gradnorm',
    title: 'GradNorm',
    hint: 'Weights are learned so that tasks pull at the last shared layer equally, those that lag behind harder.',
  },
  {
    value: 'rlw',
    title: 'random (RLW)',
    hint: 'Weights are drawn anew each step: what any other weighting should be better than.',
  },
]

export const aggregationOptions: readonly SelectOption<TrainingOptions['aggregation']>[] = [
  {
    value: 'sum',
    title: 'sum',
    hint: 'Losses are added up; a task without a label adds nothing.',
  },
  {
    value: 'geometric',
    title: 'geometric mean',
    hint: 'Each task improves by its own percentage, whatever the size of its loss; with equal weights this is GLS.',
  },
]

export const gradientOptions: readonly SelectOption<TrainingOptions['gradient']>[] = [
  {
    value: 'none',
    title: 'as they are',
    hint: 'Gradients of different tasks are added even where they disagree. Start here; nothing is faster.',
  },
  {
    value: 'gradsplit',
    title: 'GradSplit',
    hint: 'Each task owns channels that no harmful task may change: for datasets that label different things, at little cost.',
  },
  {
    value: 'pcgrad',
    title: 'PCGrad',
    hint: 'Where two tasks pull against each other, each loses the part that does. About as many passes as tasks.',
  },
  {
    value: 'cagrad',
    title: 'CAGrad',
    hint: 'Near the mean, in the direction in which the worst-off task gains most. About as many passes as tasks.',
  },
  {
    value: 'mgda',
    title: 'MGDA',
    hint: 'Moves only where every task gains; cautious, and slow where one task’s gradient is small.',
  },
  {
    value: 'imtl-g',
    title: 'IMTL-G',
    hint: 'Every task gains equally, judged at the features that they share: the cheapest of these.',
  },
]

export const augmentOptions: readonly SelectOption<TrainingOptions['augment']>[] = [
  {
    value: 'none',
    title: 'none',
    hint: 'Crops are shown as they are. The network soon knows a small data set by heart.',
  },
  { value: 'light', title: 'light', hint: 'Small turns and shifts, mirroring, a little colour: a good default.' },
  {
    value: 'strong',
    title: 'strong',
    hint: 'Larger changes, for few people and many epochs; learns more slowly.',
  },
]

export const engineOptions: readonly SelectOption<TrainingOptions['engine']>[] = [
  {
    value: 'auto',
    title: 'the fastest here',
    hint: 'TensorFlow on a GPU, WebGPU on a GPU, TensorFlow on the processor, WebAssembly: the first that works here.',
  },
  {
    value: 'tensorflow',
    title: 'TensorFlow',
    hint: 'The fastest engine on a processor, and on NVIDIA cards with CUDA.',
  },
  { value: 'webgpu', title: 'WebGPU', hint: 'Any graphics card with a current driver.' },
  { value: 'wasm', title: 'WebAssembly', hint: 'Needs nothing installed and works everywhere; several times slower.' },
]

/** The sentence of the chosen option. */
export function hintOf<T extends string>(options: readonly SelectOption<T>[], value: T): string {
  return options.find((option) => option.value === value)?.hint ?? ''
}
