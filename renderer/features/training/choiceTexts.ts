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
    value: 'r18',
    title: 'ResNet-18',
    hint: 'A standard network for results to compare with the literature. Slow without a GPU.',
  },
  {
    value: 'r50',
    title: 'ResNet-50',
    hint: 'The largest. For large data sets on a GPU; on a processor an epoch takes hours.',
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
  { value: 'equal', title: 'equal', hint: 'Every task counts the same once its losses are brought to one scale.' },
]

export const aggregationOptions: readonly SelectOption<TrainingOptions['aggregation']>[] = [
  {
    value: 'sum',
    title: 'sum',
    hint: 'The losses of a person’s tasks are added up; a task without a label adds nothing.',
  },
]

export const gradientOptions: readonly SelectOption<TrainingOptions['gradient']>[] = [
  { value: 'none', title: 'as they are', hint: 'Gradients of different tasks are added even where they disagree.' },
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
