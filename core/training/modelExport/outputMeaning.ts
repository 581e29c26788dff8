import type { TaskSchema } from '../../dataset/task.ts'
import { componentNames } from '../../dataset/task.ts'
import type { MapGeometry } from '../losses/mapSampling.ts'
import type { Standardisation } from '../losses/standardisation.ts'

/** What one task's output means, in words and numbers: see decodePrediction.ts, which does the same. */
export interface OutputMeaning {
  readonly kind: TaskSchema['kind']
  readonly about: string
  /** What the entries are called, in order. */
  readonly names?: readonly string[]
  /** Values in the task's unit are output · deviation + mean, an entry each. */
  readonly mean?: readonly number[]
  readonly deviation?: readonly number[]
  readonly unit?: string
  /** Height and width of the heatmaps. */
  readonly cells?: readonly [number, number]
}

export function outputMeaning(schema: TaskSchema, geometry: MapGeometry, scale: Standardisation): OutputMeaning {
  const names = componentNames(schema)
  const { kind } = schema
  const standardised = { mean: [...scale.mean], deviation: [...scale.deviation] }
  switch (kind) {
    case 'attributes':
      return { kind, names, about: '[batch, attributes]: probability of each' }
    case 'keypoints': {
      const { height, width } = geometry
      const about =
        '[batch, joints, cells]: probability of each cell of a map, row by row. A joint is at the mean of the centres of the 3×3 cells around the likeliest one (those that there are), weighted by probability; its confidence is their sum. A cell is crop height / map height by crop width / map width pixels.'
      return { kind, names, cells: [height, width], about }
    }
    case 'parts':
      return { kind, names: schema.parts, about: '[batch, height, width]: number of the part, in the order of names' }
    case 'depth': {
      const inverse = schema.unit === 'metre' ? ', then metres = 1 / max(0.001, value)' : ''
      const about = `[batch, height, width] standardised: value = output · deviation + mean${inverse}`
      return { kind, unit: schema.unit, ...standardised, about }
    }
    case 'vector':
      return { kind, names, ...standardised, about: '[batch, entries] standardised: value = output · deviation + mean' }
    case 'normals':
      return { kind, about: '[batch, height, width, 3]: directions of length 1' }
    case 'identity':
      return { kind, about: '[batch, 128]: embedding of length 1; people are alike as its products are large' }
  }
}
