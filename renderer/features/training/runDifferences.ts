import type { RunDetail } from '../../../core/api/runs.ts'
import type { TrainingOptions } from '../../../core/api/training.ts'
import { isSlim } from '../../../core/training/networkChoices.ts'
import { formatPercent, formatValue } from '../../ui/numbers.ts'

/** One choice in which runs differ; a text for each run, in their order. */
export interface RunDifference {
  readonly title: string
  readonly values: readonly string[]
}

type Field = readonly [title: string, text: (options: TrainingOptions, detail: RunDetail) => string]

const fields: readonly Field[] = [
  ['tasks', (_, { summary }) => summary.tasks.join(', ')],
  ['model', ({ model }) => model],
  ['network', ({ network, bank }) => (bank === null ? network : `${network}, filters of run ${bank}`)],
  ['norm', ({ norm }) => norm],
  ['only width', ({ onlyWidth }) => (onlyWidth === null ? '–' : formatPercent(onlyWidth))],
  ['distillation', ({ model, distillation }) => (isSlim(model) ? formatValue(distillation) : '–')],
  ['crop size', ({ height, width }) => `${height}×${width}`],
  ['epochs', ({ epochs }) => String(epochs)],
  ['batch', ({ batch }) => (batch === 'auto' ? 'largest that fits' : String(batch))],
  ['learning rate', ({ learningRate }) => formatValue(learningRate)],
  ['weight decay', ({ weightDecay }) => formatValue(weightDecay)],
  ['gradient limit', ({ clipNorm }) => formatValue(clipNorm)],
  ['parameters', ({ parameters }) => `per ${parameters}`.replace('per none', 'none')],
  ['their rate', ({ parameters, parameterRate }) => (parameters === 'none' ? '–' : formatValue(parameterRate))],
  [
    'their momentum',
    ({ parameters, parameterMomentum }) => (parameters === 'none' ? '–' : formatValue(parameterMomentum)),
  ],
  ['warm-up epochs', ({ parameters, warmupEpochs }) => (parameters === 'none' ? '–' : String(warmupEpochs))],
  ['weighting', ({ weighting }) => weighting],
  ['aggregation', ({ aggregation }) => aggregation],
  ['gradients', ({ gradient }) => gradient],
  ['augmentation', ({ augment }) => augment],
  ['engine', (_, { engine, summary }) => engine?.device ?? summary.engine ?? 'not chosen yet'],
  ['seed', ({ seed }) => String(seed)],
  ['validation share', ({ validationShare }) => formatPercent(validationShare)],
  ['margin', ({ margin }) => formatPercent(margin)],
  ['people', (_, { people }) => (people === null ? 'not known yet' : String(people.train + people.val + people.test))],
  ['at most', ({ limit }) => (limit === undefined ? 'everybody' : `${limit} people`)],
  ['checkpoint every', ({ checkpointEvery }) => `${checkpointEvery} epochs`],
]

/** The choices that are not the same in all of the runs; what all have in common is left out. */
export function differencesOf(runs: readonly RunDetail[]): RunDifference[] {
  return fields
    .map(([title, text]) => ({ title, values: runs.map((run) => text(run.options, run)) }))
    .filter(({ values }) => new Set(values).size > 1)
}
