/** The signals of a label, each oriented so that larger is more suspect. */
export const signalNames = [
  's',
  'sMean',
  'sSlope',
  'meanLoss',
  'lastLoss',
  'areaUnderMargin',
  'lowMargin',
  'softmin',
  'crossTask',
  'componentExcess',
  'componentS',
  'componentSurprise',
  'swapGain',
] as const
export type SignalName = (typeof signalNames)[number]

export interface SignalField {
  /** As a column or bar is headed. */
  readonly title: string
  /** One line for people: what it measures. */
  readonly description: string
}

export const signalFields: Readonly<Record<SignalName, SignalField>> = {
  s: { title: 'learned σ', description: 'The instance-level parameter s = log σ² at the end of training.' },
  sMean: { title: 'σ over training', description: 'Mean of s over the epochs after warm-up.' },
  sSlope: {
    title: 'σ still rising',
    description: 'Slope of s over the last half of training: hard but right labels fall again, wrong ones stay high.',
  },
  meanLoss: { title: 'mean loss', description: 'Log of the mean loss over the epochs after warm-up.' },
  lastLoss: { title: 'last loss', description: 'Log of the loss in the last epoch.' },
  areaUnderMargin: {
    title: 'margin',
    description:
      'How far, over training, the largest other class stood above the given one (Pleiss et al., NeurIPS 2020).',
  },
  lowMargin: { title: 'lowest margins', description: 'The same at the worst tenth of the pixels.' },
  softmin: {
    title: 'pixel confidence',
    description: 'How little the least believed pixels of the mask were believed (softmin of self-confidence).',
  },
  crossTask: {
    title: 'against other tasks',
    description:
      'How far s lies above what the same person’s other labels suggest: a hard picture lifts all, a wrong label one.',
  },
  componentExcess: {
    title: 'one part stands out',
    description: 'Deviation of the worst joint, part or attribute beyond the label’s other ones.',
  },
  componentS: {
    title: 'worst part σ',
    description: 'The largest parameter s among the label’s joints, parts or attributes.',
  },
  componentSurprise: {
    title: 'surprise',
    description:
      'How much the worst joint, part or attribute lost beyond what the network itself expected to lose, mean over epochs.',
  },
  swapGain: {
    title: 'left–right',
    description: 'How much better the network likes the joints with left and right exchanged, mean over epochs.',
  },
}
